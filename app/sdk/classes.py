"""The classes of a school and the pupils in them, as a module's lists need them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import defer

from app.children.models import Child, Placement
from app.children.permits import visible
from app.children.standing import present
from app.db.conditions import refers
from app.host.context import Ctx
from app.kernel.grades import Stage, System, grade_of, years
from app.tenancy.models import Homeroom, School
from app.tenancy.naming import class_title


@dataclass(frozen=True)
class ClassOption:
    """A class with today's name and the number of its pupils that the actor reaches."""

    id: UUID
    name: str
    pupils: int


def pupils_of(
    ctx: Ctx, permission: str | None, *, homeroom_id: UUID | None = None
) -> list[tuple[Child, UUID]]:
    """Return the present pupils that ``permission`` reaches, each with the class they are in.

    In order of class, then name; of one class with ``homeroom_id``. A permission of None is for
    work that nobody signed in does: the scope alone limits it. Addresses are not loaded.
    """
    wanted = _present(
        ctx,
        permission,
        select(Child, Placement.homeroom_id)
        .options(defer(Child.address), defer(Child.registered_residence))
        .order_by(Placement.homeroom_id, Child.name_pinyin, Child.id),
    )
    if homeroom_id is not None:
        wanted = wanted.where(Placement.homeroom_id == homeroom_id)
    return [(child, room) for child, room in ctx.session.execute(wanted)]


def in_class() -> ColumnElement[bool]:
    """Return the condition that a placement is a child's place in a class now: to join it."""
    return and_(refers(Placement.child_id, Child), Placement.ends_on.is_(None))


def present_pupils(ctx: Ctx, permission: str, *, homeroom_id: UUID | None = None) -> Select[Any]:
    """Return the query of present pupils that ``permission`` reaches, each with the class's id.

    A child without a class is there too; of one class with ``homeroom_id``. Addresses are not
    loaded.
    """
    wanted: Any = (
        select(Child, Placement.homeroom_id)
        .outerjoin(Placement, in_class())
        .options(defer(Child.address), defer(Child.registered_residence))
        .where(present())
    )
    if homeroom_id is not None:
        wanted = wanted.where(Placement.homeroom_id == homeroom_id)
    return visible(ctx, permission, wanted)


def class_options(ctx: Ctx, permission: str | None) -> Sequence[ClassOption]:
    """Return the classes with pupils that ``permission`` reaches, youngest first; two queries."""
    counted = select(Placement.homeroom_id, func.count()).group_by(Placement.homeroom_id)
    counts: dict[UUID, int] = dict(ctx.session.execute(_present(ctx, permission, counted)).all())
    rooms = ctx.session.execute(
        select(Homeroom, School)
        .join(School, refers(Homeroom.school_id, School))
        .where(Homeroom.id.in_(list(counts)))
        .order_by(Homeroom.stage.desc(), Homeroom.intake_year.desc(), Homeroom.number)
    )
    return [
        ClassOption(room.id, class_title(ctx, room, school.system), counts[room.id])
        for room, school in rooms
    ]


def class_names(ctx: Ctx, child_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return what the class of each child is called today; a child without one is left out."""
    placed = (
        select(Placement.child_id, Homeroom, School.system)
        .join(Homeroom, refers(Placement.homeroom_id, Homeroom))
        .join(School, refers(Homeroom.school_id, School))
        .where(Placement.child_id.in_(list(child_ids)), Placement.ends_on.is_(None))
    )
    return {
        child_id: class_title(ctx, room, system)
        for child_id, room, system in ctx.session.execute(placed)
    }


def _present(ctx: Ctx, permission: str | None, statement: Any) -> Select[Any]:
    joined = refers(Placement.child_id, Child)
    wanted: Select[Any] = (
        statement.select_from(Child)
        .join(Placement, joined)
        .where(Placement.ends_on.is_(None), present())
    )
    return wanted if permission is None else visible(ctx, permission, wanted)


def years_of(ctx: Ctx, child_ids: Iterable[UUID], on: date) -> dict[UUID, int]:
    """Return in which year of schooling children were on a day: 1 to 6 in primary, then on to 9.

    By the class they are in now; who is in a kindergarten or in no class is left out. One query.
    """
    rows = ctx.session.execute(
        select(Placement.child_id, Homeroom.stage, Homeroom.intake_year, School.system)
        .join(Homeroom, refers(Placement.homeroom_id, Homeroom))
        .join(School, refers(Homeroom.school_id, School))
        .where(Placement.ends_on.is_(None), Placement.child_id.in_(list(child_ids)))
    )
    found = {
        child: year_of_schooling(stage, intake, system, on) for child, stage, intake, system in rows
    }
    return {child: year for child, year in found.items() if year is not None}


@lru_cache(maxsize=1000)
def year_of_schooling(stage: str, intake: int, system: str, on: date) -> int | None:
    """Return the year of schooling of a class on a day, None outside primary and junior school."""
    if stage == Stage.KINDERGARTEN:
        return None
    before = years(Stage.PRIMARY, System(system)) if stage == Stage.JUNIOR else 0
    grade = grade_of(intake, on)
    return before + grade if 1 <= grade <= years(Stage(stage), System(system)) else None
