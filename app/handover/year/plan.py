"""What a school's change of year would do: class by class, with what the school has chosen.

Classes keep their identity by the year of intake, so moving up needs no row: the grade follows the
date. Only what leaves that way is written: the last grade finishes, classes are joined, pupils
repeat, teachers change.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from app.accounts.models import Staff
from app.accounts.queries import staff_query
from app.children.listing import homerooms_query
from app.children.models import Child, Placement
from app.children.staff_of import class_teachers
from app.db.conditions import refers
from app.handover.models import YearRoll
from app.handover.year.choices import NONE, STAYS, Choices
from app.host.context import Ctx
from app.kernel.grades import Stage, System, grade_name, grade_of, years
from app.kernel.text import T
from app.tenancy.models import Homeroom, School
from app.tenancy.naming import class_title

_NEXT_STAGE = {"kindergarten": "primary", "primary": "junior"}


@dataclass
class ClassPlan:
    """A class before and after: ``then`` is empty for one that finishes or is joined to another.

    ``pupils`` sit in it today, ``repeating`` of them leave it for a lower grade, ``gets`` come
    from other classes. ``to_school`` is asked to take those who finish.
    """

    room: Homeroom
    now: str
    then: str
    grade_now: str
    grade_then: str
    teacher: Staff | None
    pupils: Sequence[UUID]
    finishes: bool
    into: UUID | None = None
    repeating: int = 0
    gets: int = 0
    options: Sequence[tuple[UUID, str]] = ()
    lower: Sequence[tuple[UUID, str]] = ()
    schools: Sequence[tuple[UUID, str]] = ()
    to_school: UUID | None = None

    @property
    def closes(self) -> bool:
        """Tell whether the class exists no more afterwards."""
        return self.finishes or self.into is not None

    @property
    def leaving(self) -> int:
        """Return how many pupils finish school."""
        return len(self.pupils) - self.repeating if self.finishes and self.into is None else 0

    @property
    def after(self) -> int:
        """Return how many pupils sit in it afterwards."""
        return self.gets if self.closes else len(self.pupils) - self.repeating + self.gets


@dataclass(frozen=True)
class YearPlan:
    """The whole change of a school: its classes and the counts by grade, which balance."""

    year: int
    choices: Choices
    classes: Sequence[ClassPlan]
    people: Mapping[UUID, Staff]

    @property
    def begins(self) -> date:
        """Return the first day of the new school year."""
        return date(self.year, 9, 1)

    @property
    def leaving(self) -> int:
        """Return how many pupils finish school."""
        return sum(one.leaving for one in self.classes)

    @property
    def before(self) -> int:
        """Return how many pupils there are in classes today."""
        return sum(len(one.pupils) for one in self.classes)

    @property
    def remaining(self) -> int:
        """Return how many pupils there are in classes afterwards."""
        return sum(one.after for one in self.classes)

    @property
    def by_grade(self) -> list[tuple[str, int, int]]:
        """Return each grade with its pupils before and after, in order."""
        before: Counter[str] = Counter()
        after: Counter[str] = Counter()
        order: dict[str, None] = {}
        for one in self.classes:
            order[one.grade_now] = order[one.grade_then] = None
            before[one.grade_now] += len(one.pupils)
            after[one.grade_then] += one.after
        return [(grade, before[grade], after[grade]) for grade in order if grade]

    def teacher_of(self, room_id: UUID) -> str:
        """Return the choice of the class teacher: a staff id, "stays" or "none"."""
        plan = next(one for one in self.classes if one.room.id == room_id)
        return self.choices.teacher.get(room_id) or (STAYS if plan.teacher else NONE)

    @property
    def without_teacher(self) -> list[ClassPlan]:
        """Return the classes that would have pupils and no class teacher."""
        return [
            one
            for one in self.classes
            if not one.closes and one.after and self.teacher_of(one.room.id) == NONE
        ]


def roll_of(ctx: Ctx, school_id: UUID, year: int) -> YearRoll | None:
    """Return the school's change to a school year, unless it was taken back."""
    return ctx.session.scalar(
        select(YearRoll).where(
            YearRoll.school_id == school_id,
            YearRoll.school_year == year,
            YearRoll.state != "undone",
        )
    )


def plan_year(ctx: Ctx, school: School, year: int, choices: Choices) -> YearPlan:
    """Return what the change would do with these choices: six queries for any number of pupils.

    Choices that fit no longer (a class closed since, a child that has left) are left out.
    """
    rows = ctx.session.execute(homerooms_query().where(Homeroom.school_id == school.id))
    rooms = [room for room, _school in rows]
    pupils = _pupils(ctx, school.id)
    teachers = class_teachers(ctx, [room.id for room in rooms])
    plans = {
        room.id: _class(ctx, room, school, year, teachers.get(room.id), pupils.get(room.id, ()))
        for room in rooms
    }
    _offer(plans.values(), year)
    _offer_schools(ctx, plans.values(), school)
    _apply(plans, choices)
    people = ctx.session.scalars(staff_query(ctx, school_id=school.id))
    seen = [one for one in plans.values() if one.pupils or one.gets or not one.finishes]
    return YearPlan(year, choices, seen, {person.id: person for person in people})


def _pupils(ctx: Ctx, school_id: UUID) -> dict[UUID, list[UUID]]:
    rows = ctx.session.execute(
        select(Placement.homeroom_id, Child.id)
        .join(Child, refers(Placement.child_id, Child))
        .where(
            Child.school_id == school_id,
            Placement.ends_on.is_(None),
            Child.voided_at.is_(None),
            Child.merged_into_id.is_(None),
            Child.left_on.is_(None),
        )
        .order_by(Child.name_pinyin, Child.id)
    )
    found: dict[UUID, list[UUID]] = {}
    for room, child in rows:
        found.setdefault(room, []).append(child)
    return found


def _class(
    ctx: Ctx, room: Homeroom, school: School, year: int, teacher: Staff | None,
    pupils: Sequence[UUID],
) -> ClassPlan:  # fmt: skip
    old, new = date(year, 8, 31), date(year, 9, 1)
    last = years(Stage(room.stage), System(school.system))
    # A class of several grades stays until its youngest have finished.
    youngest = max([room.intake_year, *room.also_intake_years])
    finishes = grade_of(youngest, new) > last
    return ClassPlan(
        room,
        class_title(ctx, room, school.system, old),
        "" if finishes else class_title(ctx, room, school.system, new),
        _grade(room, old, last),
        "" if finishes else _grade(room, new, last),
        teacher,
        pupils,
        finishes,
    )


def _grade(room: Homeroom, day: date, last: int) -> str:
    grade = grade_of(room.intake_year, day)
    if grade < 1:
        return str(T("New pupils"))
    return grade_name(Stage(room.stage), grade) if grade <= last else str(T("Finished earlier"))


def _offer(plans: Iterable[ClassPlan], year: int) -> None:
    """Give each class those it may be joined to, and those in which its pupils may repeat."""
    known = list(plans)
    for one in known:
        room = one.room
        one.lower = _rooms(known, one, room.stage, room.intake_year + 1)
        if one.finishes:
            one.options = _rooms(known, one, _NEXT_STAGE.get(room.stage, ""), year)
        else:
            one.options = _rooms(known, one, room.stage, room.intake_year)


def _offer_schools(ctx: Ctx, plans: Iterable[ClassPlan], own: School) -> None:
    """Give each class that finishes the schools of the centre with the stage that follows."""
    rows = ctx.session.scalars(
        select(School)
        .where(School.id != own.id, School.closed_on.is_(None))
        .order_by(School.position, School.name)
    ).all()
    for one in plans:
        following = _NEXT_STAGE.get(one.room.stage)
        if one.finishes and following:
            one.schools = [(s.id, s.short_name or s.name) for s in rows if following in s.stages]


def _rooms(
    plans: Sequence[ClassPlan], one: ClassPlan, stage: str, intake: int
) -> list[tuple[UUID, str]]:
    return [
        (other.room.id, other.then or other.now)
        for other in plans
        if other is not one
        and (other.room.stage, other.room.intake_year) == (stage, intake)
        and not other.finishes
    ]


def _apply(plans: Mapping[UUID, ClassPlan], choices: Choices) -> None:
    for room_id, into in choices.into.items():
        one = plans.get(room_id)
        # A class that itself is joined to another takes nobody.
        if one and into in dict(one.options) and into not in choices.into:
            one.into = into
    for room_id, school in choices.school.items():
        one = plans.get(room_id)
        if one and one.into is None and school in dict(one.schools):
            one.to_school = school
    for one in plans.values():
        lower = dict(one.lower)
        going = [c for c in one.pupils if choices.repeat.get(c) in lower]
        one.repeating = len(going)
        for child in going:
            plans[choices.repeat[child]].gets += 1
        if one.into is not None:
            plans[one.into].gets += len(one.pupils) - len(going)


def repeaters(plan: YearPlan) -> dict[UUID, UUID]:
    """Return who repeats in which class, as far as the choices fit."""
    return {
        child: plan.choices.repeat[child]
        for one in plan.classes
        for child in one.pupils
        if plan.choices.repeat.get(child) in dict(one.lower)
    }


def pupil_names(ctx: Ctx, children: Sequence[UUID]) -> list[tuple[UUID, str]]:
    """Return children with their names, in order of the names."""
    wanted = select(Child.id, Child.name).where(Child.id.in_(children))
    rows = ctx.session.execute(wanted.order_by(Child.name_pinyin, Child.id))
    return [(child, name) for child, name in rows]
