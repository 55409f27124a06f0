"""Two people may open one form: the second to save is told what the first has written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from app.children.models import Child, Guardian
from app.host.context import Ctx
from app.kernel.errors import Refused
from app.kernel.text import T


class Changed(Refused):
    """Somebody else has saved meanwhile; ``theirs`` holds what is stored now, by field."""

    def __init__(self, version: int, theirs: Mapping[str, Any]) -> None:
        super().__init__(
            T("Somebody else has changed this meanwhile. Compare, then save again to keep yours.")
        )
        self.version = version
        self.theirs = dict(theirs)


def lock(ctx: Ctx, row: Child | Guardian, version: int, fields: Mapping[str, Any]) -> None:
    """Hold ``row`` until the transaction ends and check that it is still at ``version``.

    ``fields`` are the values about to be written; raises :class:`Changed` with the stored ones of
    the fields that differ.
    """
    model = type(row)
    stored = ctx.session.scalar(select(model.version).where(model.id == row.id).with_for_update())
    if stored == version:
        return
    ctx.session.refresh(row)
    theirs = {name: getattr(row, name) for name in fields}
    differing = {name: value for name, value in theirs.items() if value != fields[name]}
    raise Changed(row.version, differing)


def touch(ctx: Ctx, row: Child | Guardian) -> None:
    """Count a change of ``row``."""
    row.version += 1
    if isinstance(row, Child):
        row.updated_at = ctx.now()
