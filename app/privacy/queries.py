"""What the pages of personal data show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.children.models import Child
from app.host.context import Ctx
from app.kernel.errors import NotVisible
from app.kernel.text import Text
from app.privacy.gathering import Person, count_restricted, files_of, gathered, person_of
from app.privacy.models import Erasure

_SHOWN = 200


@dataclass(frozen=True)
class Holding:
    """How much is held of a person: rows by title, restricted entries, files, shared ones."""

    person: Person
    counts: Sequence[tuple[Text, int]]
    restricted: int
    files: int
    shared: int


def holding_of(ctx: Ctx, child: Child) -> Holding:
    """Count what is held of a child; one query a table."""
    person = person_of(ctx, child)
    files = list(files_of(ctx, person, restricted=True))
    return Holding(
        person,
        [(each.about.title, len(each.rows)) for each in gathered(ctx, person, restricted=True)],
        count_restricted(ctx, person),
        len(files),
        sum(1 for file in files if file.shared),
    )


def erasures(ctx: Ctx) -> Sequence[Erasure]:
    """Return the centre's erasures with child and people, those that wait first, then newest."""
    wanted = (
        select(Erasure)
        .options(
            joinedload(Erasure.child).joinedload(Child.school),
            joinedload(Erasure.asked_by),
            joinedload(Erasure.decided_by),
        )
        .order_by(Erasure.state != "asked", Erasure.asked_at.desc())
        .limit(_SHOWN)
    )
    return ctx.session.scalars(wanted).unique().all()


def erasure_of(ctx: Ctx, erasure_id: UUID) -> Erasure:
    """Return one erasure; raises NotVisible."""
    row = ctx.session.scalar(select(Erasure).where(Erasure.id == erasure_id))
    if row is None:
        raise NotVisible
    return row
