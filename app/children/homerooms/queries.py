"""The classes of a school on a day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Select, func, select

from app.accounts.models import Staff
from app.children.listing import homerooms_query, in_school
from app.children.models import Child, Placement
from app.children.permits import visible
from app.children.staff_of import class_teachers
from app.children.standing import present
from app.db.conditions import refers
from app.host.context import Ctx
from app.kernel.grades import Stage, grade_name
from app.tenancy.models import Homeroom, School
from app.tenancy.naming import class_title, grade_number


@dataclass(frozen=True)
class ClassLine:
    """A class today; ``pupils`` counts those the actor reaches, ``finished`` that it has left."""

    room: Homeroom
    title: str
    grade: str
    teacher: Staff | None
    pupils: int
    finished: bool


def class_lines(ctx: Ctx, school: School) -> list[ClassLine]:
    """Return the classes of a school that are not closed: three queries."""
    rows = ctx.session.execute(homerooms_query().where(Homeroom.school_id == school.id)).all()
    rooms = [room for room, _school in rows]
    teachers = class_teachers(ctx, [room.id for room in rooms])
    counts = _counts(ctx, school.id)
    return [_line(ctx, room, school, teachers, counts) for room in rooms]


def _line(
    ctx: Ctx, room: Homeroom, school: School, teachers: dict[UUID, Staff], counts: dict[UUID, int]
) -> ClassLine:
    today = ctx.today()
    here = in_school(room, school, today)
    return ClassLine(
        room,
        class_title(ctx, room, school.system),
        grade_name(Stage(room.stage), grade_number(room, today)) if here else "",
        teachers.get(room.id),
        counts.get(room.id, 0),
        finished=not here,
    )


def _counts(ctx: Ctx, school_id: UUID) -> dict[UUID, int]:
    wanted = (
        select(Placement.homeroom_id, func.count())
        .select_from(Child)
        .join(Placement, refers(Placement.child_id, Child))
        .where(
            Child.school_id == school_id,
            Placement.ends_on.is_(None),
            present(),
        )
        .group_by(Placement.homeroom_id)
    )
    reached = visible(ctx, "children.view", cast("Select[Any]", wanted))
    return dict(ctx.session.execute(reached).all())
