"""What modules need to invent history: how to write it, and what is told of which school.

The first school keeps at it: two of its pairings stand on paper only, and one mentor went away a
month ago. The second writes most of it down in the evenings before an inspection. The others lie
between.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from uuid import UUID

from sqlalchemy import func, select

from app.accounts.models import Grant, GrantChild, Membership, Staff
from app.db.conditions import refers
from app.host.context import Ctx
from app.ledger.past import Past
from app.tenancy.models import School

__all__ = ["Past", "Story", "inspection_day", "story_of"]

_INSPECTED_AGO, _LEFT_AGO = 4, 30
_STEADY, _BURST, _LEAST, _MOST = 0.9, 0.78, 0.55, 0.88
_ON_PAPER = 2
_MENTORS = 3
"""From so many mentors on, one can have gone."""


@dataclass(frozen=True)
class Story:
    """How a school goes about it.

    ``diligence`` is the share of what is owed that is done. Most records of a school in a
    ``burst`` were written on the evenings before ``inspected_on``. ``left`` are members of staff
    by their last day; ``on_paper`` children whose mentors do nothing. ``paired`` are the children
    with mentors of a school of which more is told.
    """

    diligence: float
    burst: bool
    inspected_on: date
    left: Mapping[UUID, date] = field(default_factory=dict)
    on_paper: frozenset[UUID] = frozenset()
    paired: Sequence[UUID] = ()


def inspection_day(today: date) -> date:
    """Return the day of the inspection before which one school writes down what lies back."""
    return today - timedelta(days=_INSPECTED_AGO)


def story_of(ctx: Ctx, school_id: UUID) -> Story:
    """Return a school's story; two queries. The scope holds the school."""
    school = ctx.session.scalars(select(School).where(School.id == school_id)).one()
    today = ctx.today()
    inspected = inspection_day(today)
    if school.position == 1:
        paired = _pairings(ctx, school_id)
        idle = list(paired.values())[1][-_ON_PAPER:] if len(paired) > 1 else []
        gone = list(paired)[-1:] if len(paired) >= _MENTORS else []
        left = dict.fromkeys(gone, today - timedelta(days=_LEFT_AGO))
        every = [child for children in paired.values() for child in children]
        return Story(_STEADY, False, inspected, left, frozenset(idle), every)
    if school.position == 2:
        return Story(_BURST, True, inspected)
    own = Random(school.code)  # noqa: S311 (invented data)
    return Story(own.uniform(_LEAST, _MOST), False, inspected)


def _pairings(ctx: Ctx, school_id: UUID) -> dict[UUID, list[UUID]]:
    """Return the mentors with whom the school began, by number, each with the children."""
    first = select(func.min(GrantChild.starts_on)).where(GrantChild.school_id == school_id)
    rows = ctx.session.execute(
        select(Staff.id, GrantChild.child_id)
        .join(Membership, refers(Membership.staff_id, Staff))
        .join(Grant, refers(Grant.membership_id, Membership))
        .join(GrantChild, refers(GrantChild.grant_id, Grant))
        .where(
            GrantChild.school_id == school_id,
            Grant.role == "mentor",
            GrantChild.starts_on == first.scalar_subquery(),
        )
        .order_by(Staff.number, GrantChild.id)
    )
    found: dict[UUID, list[UUID]] = {}
    for staff, child in rows:
        found.setdefault(staff, []).append(child)
    return found
