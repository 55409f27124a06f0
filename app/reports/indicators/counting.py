"""Counting indicators by school or by class, and listing the rows behind a number.

Both read the same select, so a list has as many rows as its number says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, select, true
from sqlalchemy.sql.selectable import Subquery

from app.children.models import Child
from app.duties.boards import class_names
from app.edge.paging import Page
from app.host.context import Ctx
from app.host.hooks import AsOf, IndicatorRows
from app.host.manifest import Indicator
from app.reports.indicators.known import Known
from app.tenancy.models import School

COUNTED, AMONG, REST = "counted", "among", "rest"
PARTS = (COUNTED, AMONG, REST)
SCHOOL, CLASS = "school_id", "homeroom_id"
PAGE = 50


@dataclass(frozen=True)
class Figure:
    """A number; for a rate with its denominator ``of``."""

    number: int
    of: int | None = None

    @property
    def share(self) -> float | None:
        """Return the rate in percent; None for a plain number and without a denominator."""
        return 100 * self.number / self.of if self.of else None

    @property
    def rest(self) -> int:
        """Return how many of the denominator are not counted."""
        return (self.of or self.number) - self.number


Figures = Mapping[UUID | None, Figure]


def figures(ctx: Ctx, wanted: Iterable[Known], as_of: AsOf, by: str = SCHOOL) -> dict[str, Figures]:
    """Return each indicator's numbers by school (None: the centre's own) or by class.

    One query for all indicators that share their rows. A place without rows is left out.
    """
    sources: dict[tuple[IndicatorRows, frozenset[UUID] | None], list[Known]] = {}
    for one in wanted:
        sources.setdefault((one.rows, one.schools), []).append(one)
    found: dict[str, Figures] = {}
    for together in sources.values():
        rows = _rows(ctx, together[0], as_of)
        counts = [count for one in together for count in _counts(rows, one.indicator)]
        place = rows.c[by]
        counted = ctx.session.execute(select(place, *counts).group_by(place)).all()
        for one in together:
            found[one.indicator.key] = {row[0]: _figure(row, one.indicator) for row in counted}
    return found


def _rows(ctx: Ctx, one: Known, as_of: AsOf) -> Subquery:
    rows = one.rows(ctx, as_of).subquery()
    if one.schools is None:
        return rows
    return select(rows).where(rows.c.school_id.in_(one.schools)).subquery()


def _part(rows: Subquery, indicator: Indicator, part: str) -> ColumnElement[bool]:
    among = rows.c[indicator.among].is_(True) if indicator.among else true()
    if part == AMONG:
        return among
    counted = rows.c[indicator.column]
    return and_(among, counted.is_not(True) if part == REST else counted.is_(True))


def _counts(rows: Subquery, indicator: Indicator) -> list[ColumnElement[int]]:
    parts = (COUNTED, AMONG) if indicator.among else (COUNTED,)
    return [
        func.count().filter(_part(rows, indicator, part)).label(f"{indicator.key} {part}")
        for part in parts
    ]


def _figure(row: Any, indicator: Indicator) -> Figure:
    number = row._mapping[f"{indicator.key} {COUNTED}"]
    of = row._mapping[f"{indicator.key} {AMONG}"] if indicator.among else None
    return Figure(number, of)


def nothing(indicator: Indicator) -> Figure:
    """Return the figure of a place without rows."""
    return Figure(0, 0 if indicator.among else None)


def total(indicator: Indicator, found: Iterable[Figure]) -> Figure:
    """Add figures of one indicator up."""
    figures = list(found)
    of = sum(figure.of or 0 for figure in figures) if indicator.among else None
    return Figure(sum(figure.number for figure in figures), of)


@dataclass(frozen=True)
class Line:
    """A row behind a number, with names; what it does not speak of is empty."""

    child_id: UUID | None
    child: str
    school: str
    room: str
    title: str
    day: Any


@dataclass(frozen=True)
class Place:
    """Whose rows are listed; None leaves it open, ``nowhere`` means rows without such a place."""

    school_id: UUID | None = None
    homeroom_id: UUID | None = None
    nowhere: str = ""


def listed(ctx: Ctx, one: Known, as_of: AsOf, part: str, place: Place, page: int) -> Page[Line]:
    """Return a page of the rows behind a number; two or three queries for any number of rows."""
    found = _page(ctx, _listed(ctx, one, as_of, part, place), max(1, page))
    rooms = class_names(ctx, {row.homeroom_id for row in found.rows if row.homeroom_id})
    lines = [
        Line(
            row.child_id, row.name or "", row.short_name or "", rooms.get(row.homeroom_id, ""),
            row.title or "", row.day,
        )
        for row in found.rows
    ]  # fmt: skip
    return Page(lines, found.page, found.size, found.total)


def _page(ctx: Ctx, wanted: Select[Any], page: int) -> Page[Any]:
    """Count and read in one query: some rows cost much to find."""
    counted = wanted.add_columns(func.count().over().label("in_all"))
    rows = ctx.session.execute(counted.limit(PAGE).offset((page - 1) * PAGE)).all()
    if not rows and page > 1:
        return _page(ctx, wanted, 1)
    return Page(rows, page, PAGE, rows[0].in_all if rows else 0)


def _listed(ctx: Ctx, one: Known, as_of: AsOf, part: str, place: Place) -> Select[Any]:
    rows = _rows(ctx, one, as_of)
    center = ctx.scope.center_id
    wanted: Select[Any] = (
        select(rows, Child.name, School.short_name)
        .select_from(rows)
        .outerjoin(Child, and_(Child.center_id == center, Child.id == rows.c.child_id))
        .outerjoin(School, and_(School.center_id == center, School.id == rows.c.school_id))
        .where(_part(rows, one.indicator, part), *_at(rows, place))
    )
    order: Sequence[Any] = (
        School.position, rows.c.homeroom_id, Child.name_pinyin, rows.c.child_id, rows.c.day,
        rows.c.title,
    )  # fmt: skip
    return wanted.order_by(*order)


def _at(rows: Subquery, place: Place) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if place.school_id:
        found.append(rows.c.school_id == place.school_id)
    if place.homeroom_id:
        found.append(rows.c.homeroom_id == place.homeroom_id)
    if place.nowhere:
        found.append(rows.c[place.nowhere].is_(None))
    return found
