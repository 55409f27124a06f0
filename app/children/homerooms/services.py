"""Opening and closing classes."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select

from app.audit.services import record as audit
from app.children.models import Placement
from app.host.context import Ctx
from app.kernel.errors import Refused
from app.kernel.grades import Stage, System, intake_of, years
from app.kernel.text import T
from app.tenancy.models import Homeroom, School

_MOST = 40


def add_homeroom(
    ctx: Ctx, school: School, *, stage: str, grade: int, number: int, title: str = ""
) -> Homeroom:
    """Open class ``number`` of the grade that ``stage`` has today.

    Raises :class:`Refused` for a grade the school does not teach and for a class that exists.
    """
    if stage not in school.stages or not 1 <= grade <= years(Stage(stage), System(school.system)):
        raise Refused(T("The school does not teach this grade."), "grade")
    if not 1 <= number <= _MOST:
        raise Refused(T("Write a number from 1 to {most}.", most=_MOST), "number")
    year = intake_of(grade, ctx.today())
    found = ctx.session.scalar(
        select(Homeroom).where(
            Homeroom.school_id == school.id,
            Homeroom.stage == stage,
            Homeroom.intake_year == year,
            Homeroom.number == number,
        )
    )
    if found is not None and found.closed_on is None:
        raise Refused(T("This class exists already."), "number")
    room = found or Homeroom(
        school_id=school.id, stage=stage, intake_year=year, number=number, also_intake_years=[]
    )
    room.closed_on = None
    room.title = title.strip() or None
    ctx.session.add(room)
    ctx.session.flush()
    _audit(ctx, "homeroom.open", room)
    return room


def close_homeroom(ctx: Ctx, school: School, homeroom_id: UUID) -> Homeroom:
    """Close a class without pupils; its past stays. Raises :class:`Refused`."""
    room = ctx.session.scalar(
        select(Homeroom).where(Homeroom.id == homeroom_id, Homeroom.school_id == school.id)
    )
    if room is None:
        raise Refused(T("There is no such class."), "homeroom")
    pupils = ctx.session.scalar(
        select(func.count())
        .select_from(Placement)
        .where(Placement.homeroom_id == room.id, Placement.ends_on.is_(None))
    )
    if pupils:
        raise Refused(
            T("{count} pupils are in this class: move them to another class first.", count=pupils)
        )
    room.closed_on = ctx.today()
    _audit(ctx, "homeroom.close", room)
    return room


def _audit(ctx: Ctx, action: str, room: Homeroom) -> None:
    audit(ctx, action, object_type="homeroom", object_id=room.id, school_id=room.school_id)
    ctx.session.flush()
