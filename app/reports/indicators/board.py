"""Boards of indicators: schools by indicators for a centre, classes by indicators for a school."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from app.host.context import Ctx
from app.host.hooks import AsOf
from app.reports.indicators.counting import CLASS, SCHOOL, Figure, Figures, figures, nothing, total
from app.reports.indicators.known import Known, known
from app.tenancy.models import Homeroom, School
from app.tenancy.naming import class_title


@dataclass(frozen=True)
class BoardLine:
    """A school or class with its figures; None is a module that is off there.

    ``place`` is the school or class; None are the rows that belong to none.
    """

    place: School | Homeroom | None
    title: str
    cells: Sequence[Figure | None]


@dataclass(frozen=True)
class Board:
    """Indicators in columns, places in lines, and what they are together."""

    columns: Sequence[Known]
    lines: Sequence[BoardLine]
    whole: Sequence[Figure]


def offered(ctx: Ctx, *, past: bool) -> list[Known]:
    """Return what a board can show; of a ``past`` term only what can still be told."""
    return [one for one in known(ctx).values() if one.indicator.of_terms or not past]


def chosen(found: Sequence[Known], keys: Collection[str]) -> list[Known]:
    """Return the indicators of ``keys``; without any, those shown before anybody has chosen."""
    picked = [one for one in found if one.indicator.key in keys]
    return picked or [one for one in found if one.indicator.main]


def by_school(ctx: Ctx, columns: Sequence[Known], as_of: AsOf) -> Board:
    """Return schools by indicators; one query a source of rows and one for the schools."""
    found = figures(ctx, columns, as_of, SCHOOL)
    used = _places(found)
    wanted = select(School).where(or_(School.closed_on.is_(None), School.id.in_(used - {None})))
    schools = ctx.session.scalars(wanted.order_by(School.position, School.code)).all()
    lines = [_line(school, school.short_name, columns, found) for school in schools]
    return _board(columns, [*lines, *_without(columns, found, used)], found)


def by_class(ctx: Ctx, columns: Sequence[Known], as_of: AsOf) -> Board:
    """Return the classes of the scope by indicators; one query a source, one for the classes."""
    found = figures(ctx, columns, as_of, CLASS)
    used = _places(found)
    wanted = (
        select(Homeroom, School)
        .join(School, (School.center_id == Homeroom.center_id) & (School.id == Homeroom.school_id))
        .where(Homeroom.id.in_(used - {None}))
        .order_by(Homeroom.stage.desc(), Homeroom.intake_year.desc(), Homeroom.number)
    )
    lines = [
        _line(room, class_title(ctx, room, school.system), columns, found)
        for room, school in ctx.session.execute(wanted)
    ]
    return _board(columns, [*lines, *_without(columns, found, used)], found)


def _places(found: dict[str, Figures]) -> set[UUID | None]:
    return {place for counted in found.values() for place in counted}


def _without(
    columns: Sequence[Known], found: dict[str, Figures], used: set[UUID | None]
) -> list[BoardLine]:
    """Return the line of the rows that belong to no place, when there are any."""
    return [_line(None, "", columns, found)] if None in used else []


def _line(place: Any, title: str, columns: Sequence[Known], found: dict[str, Figures]) -> BoardLine:
    at = place.id if place else None
    cells: list[Figure | None] = []
    for one in columns:
        off = isinstance(place, School) and not one.at(place.id)
        figure = found[one.indicator.key].get(at, nothing(one.indicator))
        cells.append(None if off else figure)
    return BoardLine(place, title, cells)


def _board(
    columns: Sequence[Known], lines: Sequence[BoardLine], found: dict[str, Figures]
) -> Board:
    whole = [total(one.indicator, found[one.indicator.key].values()) for one in columns]
    return Board(columns, lines, whole)
