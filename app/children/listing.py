"""A page of a list of children, with what each row shows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from app.children.classification import Classified, classify
from app.children.models import Child
from app.children.search import Wanted, children_query
from app.db.conditions import refers
from app.edge.paging import Page, paginate
from app.host.context import Ctx
from app.kernel.grades import Stage, System, grade_name, grade_of, years
from app.tenancy.models import Homeroom, School
from app.tenancy.naming import class_title

PAGE = 50


@dataclass(frozen=True)
class ListRow:
    """A child in a list; ``phone`` tells whether somebody of the family can be called."""

    child: Child
    school: School
    homeroom: Homeroom | None
    class_name: str
    age: int | None
    findings: Classified
    phone: bool


def age_on(birth: date | None, day: date) -> int | None:
    """Return the whole years of somebody born on ``birth``."""
    if birth is None:
        return None
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def list_children(
    ctx: Ctx, wanted: Wanted, *, page: int = 1, by_class: bool = True
) -> Page[ListRow]:
    """Return a page of children: three queries, whatever the number of rows.

    ``by_class`` orders by class and name, otherwise by name alone (long lists).
    """
    order = _class_order() if by_class else (Child.name_pinyin, Child.id)
    statement = children_query(ctx, wanted).order_by(*order)
    if wanted.by_category:
        found = _classified_page(ctx, wanted, statement, order, page)
    else:
        found = paginate(ctx.session, statement, page, size=PAGE, scalars=False)
    return Page(_rows(ctx, found.rows), found.page, found.size, found.total)


def _classified_page(
    ctx: Ctx, wanted: Wanted, statement: Select[Any], order: tuple[Any, ...], page: int
) -> Page[Any]:
    """Classify the whole list once, not once to count and once to show."""
    ids = ctx.session.scalars(statement.with_only_columns(Child.id)).all()
    page = min(max(1, page), max(1, -(-len(ids) // PAGE)))
    here = ids[(page - 1) * PAGE : page * PAGE]
    shown = children_query(ctx, wanted.without_category).where(Child.id.in_(here))
    return Page(ctx.session.execute(shown.order_by(*order)).all(), page, PAGE, len(ids))


def all_rows(ctx: Ctx, wanted: Wanted, permission: str) -> list[ListRow]:
    """Return every child of a list that ``permission`` reaches, in order of class and name."""
    statement = children_query(ctx, wanted, permission).order_by(School.position, *_class_order())
    return _rows(ctx, ctx.session.execute(statement).all())


def _class_order() -> tuple[Any, ...]:
    return (
        Homeroom.stage.desc().nulls_last(), Homeroom.intake_year.desc(), Homeroom.number,
        Child.name_pinyin, Child.id,
    )  # fmt: skip


def _rows(ctx: Ctx, rows: Sequence[Any]) -> list[ListRow]:
    ids = [child.id for child, *_rest in rows]
    found = classify(ctx, ids)
    today = ctx.today()
    return [
        ListRow(
            child, school, homeroom, class_name(ctx, homeroom, school),
            age_on(child.birth_date, today), found[child.id], phone,
        )
        for child, school, _placement, homeroom, phone in rows
    ]  # fmt: skip


def class_name(ctx: Ctx, homeroom: Homeroom | None, school: School, on: date | None = None) -> str:
    """Return what the class is called, today or on a day; nothing without a class."""
    return class_title(ctx, homeroom, school.system, on) if homeroom else ""


def homerooms_query() -> Select[Homeroom, School]:
    """Return the classes that are not closed, each with its school, youngest first."""
    return (
        select(Homeroom, School)
        .join(School, refers(Homeroom.school_id, School))
        .where(Homeroom.closed_on.is_(None))
        .order_by(Homeroom.stage.desc(), Homeroom.intake_year.desc(), Homeroom.number)
    )


def homeroom_choices(ctx: Ctx, school_id: UUID) -> list[tuple[str, str]]:
    """Return (id, name today) of a school's classes in school now; one query."""
    today = ctx.today()
    rooms = ctx.session.execute(homerooms_query().where(Homeroom.school_id == school_id)).all()
    return [
        (str(room.id), class_title(ctx, room, school.system))
        for room, school in rooms
        if in_school(room, school, today)
    ]


def in_school(room: Homeroom, school: School, day: date) -> bool:
    """Tell whether a class has begun and has not left yet."""
    grade = grade_of(room.intake_year, day)
    return 1 <= grade <= years(Stage(room.stage), System(school.system))


def grade_choices(stages: Iterable[str], system: str) -> list[tuple[str, str]]:
    """Return (value, name) of every grade of these stages, as :class:`Wanted` takes them."""
    return [
        (f"{stage}-{grade}", grade_name(Stage(stage), grade))
        for stage in Stage
        if stage.value in set(stages)
        for grade in range(1, years(stage, System(system)) + 1)
    ]
