"""Who reads a child's page, whose slip opened it, and saying that it was not the guardian."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text

from app.audit.services import record
from app.children.words import relation_words
from app.host.context import Ctx
from app.kernel.errors import NotVisible
from app.kernel.text import T

_FRESH = timedelta(days=7)
_READERS = text("SELECT * FROM who_reads(:today)")
_DISPUTE = text("SELECT * FROM dispute_slip(:slip, :moment)")


@dataclass(frozen=True)
class Reader:
    """A guardian to whom the page is open; without ``slip`` it is not known how it was opened."""

    name: str
    relation: str
    own: bool
    slip: UUID | None
    printed_at: datetime | None
    printed_by: str | None
    used_at: datetime | None
    disputed: bool


def readers(ctx: Ctx) -> Mapping[UUID, Sequence[Reader]]:
    """Return, for each child of the family's scope, who reads its page: one query."""
    found: dict[UUID, list[Reader]] = defaultdict(list)
    for row in ctx.session.execute(_READERS, {"today": ctx.today()}):
        found[row.child_id].append(
            Reader(
                row.name or "",
                _standing(row.relation),
                row.own,
                row.activation_id,
                row.printed_at,
                row.printed_by,
                row.used_at,
                row.disputed_at is not None,
            )
        )
    return found


def _standing(relation: str) -> str:
    """Say what somebody is to the child; a mentor from outside reads the own visits alone."""
    if relation == "partner":
        return str(T("Mentor from outside: reads only what the two did together"))
    return relation_words(relation, None)


def is_fresh(ctx: Ctx, found: Mapping[UUID, Sequence[Reader]]) -> bool:
    """Tell whether the page has just been opened to the one who reads it: then it stands first."""
    since = ctx.now() - _FRESH
    return any(
        reader.own and reader.used_at is not None and reader.used_at > since
        for those in found.values()
        for reader in those
    )


def dispute(ctx: Ctx, slip: UUID) -> None:
    """Tell the school that a slip was not used by its guardian; raises :class:`NotVisible`."""
    told = ctx.session.execute(_DISPUTE, {"slip": slip, "moment": ctx.now()}).one_or_none()
    if told is None:
        raise NotVisible
    record(
        ctx,
        "guardian.disputed",
        object_type="guardian",
        object_id=told.guardian_id,
        child_id=told.child_id,
        school_id=told.school_id,
    )
