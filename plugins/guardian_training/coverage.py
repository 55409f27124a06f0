"""How many of each kind of guardian were reached in a term, and how many sessions were held.

Trainings, make-up sessions and trainings at home count alike; parents' meetings are counted apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Subquery, func, select

from app.sdk import Ctx, Term
from plugins.guardian_training.kinds import (
    AUDIENCES,
    MEETING,
    PRESENT,
    TRAINING,
)
from plugins.guardian_training.manifest import VIEW
from plugins.guardian_training.models import Attendance, Course, TrainingSession
from plugins.guardian_training.people import adults


@dataclass(frozen=True)
class Covered:
    """Guardians of a kind at a school: trained once, as often as is to be, never to anything."""

    school_id: UUID
    audience: str
    people: int
    once: int
    enough: int
    at_meetings: int
    never: int


def coverage(ctx: Ctx, term: Term, *, times: int) -> list[Covered]:
    """Return the coverage of a term by school and kind of guardian; one query."""
    who = adults(ctx, VIEW)
    times_of = _attended(term)
    trained = func.coalesce(times_of.c.trainings, 0)
    rows = ctx.session.execute(
        select(
            who.c.school_id,
            who.c.audience,
            func.count(),
            func.count().filter(trained >= 1),
            func.count().filter(trained >= times),
            func.count().filter(times_of.c.meetings >= 1),
            func.count().filter(func.coalesce(times_of.c.ever, 0) == 0),
        )
        .select_from(who.outerjoin(times_of, who.c.guardian_id == times_of.c.guardian_id))
        .group_by(who.c.school_id, who.c.audience)
    )
    order = list(AUDIENCES)
    return sorted((Covered(*row) for row in rows), key=lambda one: order.index(one.audience))


def _attended(term: Term) -> Subquery:
    """Return how often each adult came in a term, to what, and ever."""
    within = Attendance.day.between(term.starts_on, term.ends_on)
    return (
        select(
            Attendance.guardian_id,
            func.count().filter(within, Attendance.kind == TRAINING).label("trainings"),
            func.count().filter(within, Attendance.kind == MEETING).label("meetings"),
            func.count().label("ever"),
        )
        .where(Attendance.state == PRESENT)
        .group_by(Attendance.guardian_id)
        .subquery("attended")
    )


def held(ctx: Ctx, term: Term) -> Mapping[UUID, Mapping[str, int]]:
    """Return how many sessions (make-ups and visits at home apart) each school held; one query."""
    rows = ctx.session.execute(
        select(TrainingSession.school_id, Course.kind, func.count())
        .join(TrainingSession.course)
        .where(
            TrainingSession.act_id.is_not(None),
            TrainingSession.makeup_of_id.is_(None),
            TrainingSession.mode != "home",
            TrainingSession.day.between(term.starts_on, term.ends_on),
        )
        .group_by(TrainingSession.school_id, Course.kind)
    )
    found: dict[UUID, dict[str, int]] = {}
    for school_id, kind, count in rows:
        found.setdefault(school_id, {})[kind] = count
    return found
