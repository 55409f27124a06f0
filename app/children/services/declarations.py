"""What a form says of a child, entered by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from sqlalchemy import select

from app.audit.services import record as audit
from app.children.models import SCHEMES, Child, Declaration
from app.children.services.versions import touch
from app.host.checks import refuse_future
from app.host.context import Ctx
from app.kernel.errors import Refused
from app.kernel.text import T


def declare(ctx: Ctx, child: Child, *, values: Mapping[str, str], as_of: date, source: str) -> None:
    """Write what a form of day ``as_of`` says, by scheme; empty values are left out.

    What was entered for the same day and scheme is replaced: the earlier row is voided, and what
    else it says stands in a new one. Raises :class:`Refused`.
    """
    refuse_future(ctx, as_of, "as_of")
    given = {scheme: values[scheme] for scheme in SCHEMES if values.get(scheme)}
    if not given:
        raise Refused(T("Choose at least one answer."), "left_behind")
    for earlier in ctx.session.scalars(
        select(Declaration).where(
            Declaration.child_id == child.id,
            Declaration.as_of == as_of,
            Declaration.voided_at.is_(None),
        )
    ):
        _replace(ctx, earlier, given)
    ctx.session.add(
        Declaration(
            school_id=child.school_id,
            child_id=child.id,
            as_of=as_of,
            source=source or "staff",
            **given,
        )
    )
    touch(ctx, child)
    audit(ctx, "declaration.add", child_id=child.id, school_id=child.school_id, schemes=list(given))
    ctx.session.flush()


def _replace(ctx: Ctx, earlier: Declaration, given: Mapping[str, str]) -> None:
    said = earlier.said()
    if said.keys() & given.keys():
        earlier.voided_at = ctx.now()
        rest = {scheme: value for scheme, value in said.items() if scheme not in given}
        keep_saying(ctx, earlier, rest, earlier.child_id)


def keep_saying(
    ctx: Ctx, earlier: Declaration, said: Mapping[str, str], child_id: UUID
) -> Declaration | None:
    """Write what of a voided row still counts, of the same day and source; None for nothing."""
    if not said:
        return None
    row = Declaration(
        school_id=earlier.school_id,
        child_id=child_id,
        as_of=earlier.as_of,
        source=earlier.source,
        **said,
    )
    ctx.session.add(row)
    return row
