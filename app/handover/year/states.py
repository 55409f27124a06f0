"""How far the schools of a centre are with the change of year."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from app.children.models import Placement
from app.db.conditions import refers
from app.handover.models import YearRoll
from app.host.context import Ctx
from app.kernel.grades import Stage, System, grade_of, years
from app.tenancy.models import Homeroom, School


@dataclass(frozen=True)
class SchoolState:
    """How far a school is with the change to a year."""

    school: School
    roll: YearRoll | None
    finishing: int


def school_states(ctx: Ctx, year: int) -> list[SchoolState]:
    """Return how far every school of the scope is; three queries.

    ``finishing`` counts pupils who still sit in a class that has finished.
    """
    schools = ctx.session.scalars(
        select(School).where(School.closed_on.is_(None)).order_by(School.position, School.code)
    ).all()
    rolls = {
        roll.school_id: roll
        for roll in ctx.session.scalars(
            select(YearRoll).where(YearRoll.school_year == year, YearRoll.state != "undone")
        )
    }
    systems = {school.id: System(school.system) for school in schools}
    left: Counter[UUID] = Counter()
    rows = ctx.session.execute(
        select(Homeroom.school_id, Homeroom.stage, Homeroom.intake_year, func.count())
        .join(Placement, refers(Placement.homeroom_id, Homeroom))
        .where(Placement.ends_on.is_(None), Homeroom.closed_on.is_(None))
        .group_by(Homeroom.school_id, Homeroom.stage, Homeroom.intake_year)
    )
    for school_id, stage, intake, number in rows:
        system = systems.get(school_id)
        if system and grade_of(intake, date(year, 9, 1)) > years(Stage(stage), system):
            left[school_id] += number
    return [SchoolState(one, rolls.get(one.id), left[one.id]) for one in schools]
