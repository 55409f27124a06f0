"""Figures of a school year: who was examined, what was found, by class, grade, sex and more.

One grouped query a school year; what a table shows is folded from it. Of each pupil the newest
check-up of the year counts, with the class it is in now. A year that is over counts who sat in a
class at the end of June and who was examined, those who have left since among them.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import aliased

from app.sdk import (
    Child,
    Ctx,
    Entry,
    Homeroom,
    Placement,
    School,
    Text,
    classified,
    open_on,
    records,
    refers,
    school_year,
    visible,
    year_of_schooling,
)
from plugins.health_checks.manifest import SUMMARY
from plugins.health_checks.models import CheckUp
from plugins.health_checks.screening import verdicts as words
from plugins.health_checks.words import T

_END = (6, 30)
_AWAY = ("both", "one")


@dataclass(frozen=True)
class Figure:
    """A column: how many of how many (``among`` is another column), and what it is called."""

    name: str
    title: Text | str
    among: str


FIGURES = (
    Figure("overweight", words.OVERWEIGHT, "weighed"),
    Figure("obese", words.OBESE, "weighed"),
    Figure("wasted", T("Wasting"), "weighed"),
    Figure("stunted", words.STUNTED, "grown"),
    Figure("sight", T("Poor eyesight"), "seen"),
    Figure("severe_sight", words.SEVERE_SIGHT, "seen"),
    Figure("caries", words.CARIES, "teeth"),
)
_COUNTED = ("pupils", "examined", "weighed", "grown", "seen", "teeth")
NAMES = (*_COUNTED, *(figure.name for figure in FIGURES))


@dataclass(frozen=True)
class Cell:
    """Pupils who are alike in everything that tables divide by, counted."""

    school_id: UUID
    homeroom_id: UUID | None
    grade: int | None
    sex: str
    away: bool
    counts: Mapping[str, int]


@dataclass(frozen=True)
class Line:
    """A line of a table: its title, the counts, and those of the year before (None: no round)."""

    title: str
    counts: Mapping[str, int]
    before: Mapping[str, int] | None
    url: str = ""

    def share(self, figure: Figure) -> str:
        """Return a figure's share in percent."""
        return _percent(self.counts, figure)

    def share_before(self, figure: Figure) -> str:
        """Return its share of the year before."""
        return _percent(self.before, figure) if self.before else ""


def cells(ctx: Ctx, year: int) -> list[Cell]:
    """Return the counted cells of the school year that began in ``year``; one query."""
    found, day = [], _day(ctx, year)
    for row in ctx.session.execute(_grouped(ctx, year, day)):
        school, room, sex, away, grade, stage, intake, system, *counts = row
        if grade is None and stage is not None:
            grade = year_of_schooling(stage, intake, system, day)
        counted = dict(zip(NAMES, counts, strict=True))
        found.append(Cell(school, room, grade, sex, bool(away), counted))
    return found


def total(found: Iterable[Cell]) -> dict[str, int]:
    """Return the counts of many cells together."""
    rows = [cell.counts for cell in found]
    return {name: sum(counts[name] for counts in rows) for name in NAMES}


def folded(found: Iterable[Cell], by: Callable[[Cell], Hashable]) -> dict[Any, dict[str, int]]:
    """Return the counts by what ``by`` says of a cell."""
    groups: dict[Hashable, list[Cell]] = {}
    for cell in found:
        groups.setdefault(by(cell), []).append(cell)
    return {key: total(group) for key, group in groups.items()}


def lines(
    now: Sequence[Cell],
    before: Sequence[Cell],
    by: Callable[[Cell], Hashable],
    titles: Mapping[Any, str],
) -> list[Line]:
    """Return a table in the order of ``titles``, each line with the year before beside it."""
    these, those = folded(now, by), folded(before, by)
    return [
        Line(title, these[key], those.get(key) if before else None)
        for key, title in titles.items()
        if key in these
    ]


def _percent(counts: Mapping[str, int], figure: Figure) -> str:
    among = counts[figure.among]
    return f"{100 * counts[figure.name] / among:.1f}%" if among else "—"


def _day(ctx: Ctx, year: int) -> date:
    """Return the day on which the pupils of a school year are counted."""
    return min(ctx.today(), date(year + 1, *_END))


def _sat_in_class(day: date) -> ColumnElement[bool]:
    then = aliased(Placement)
    mine = and_(then.center_id == Child.center_id, then.child_id == Child.id)
    return exists().where(mine, open_on(then, day))


def _grouped(ctx: Ctx, year: int, day: date) -> Select[Any]:
    newest = _newest(year)
    c = newest.c
    away = classified(day)
    placed = and_(
        Placement.center_id == Child.center_id,
        Placement.child_id == Child.id,
        Placement.ends_on.is_(None),
    )
    over = school_year(ctx.today()) != year
    pupil = or_(_sat_in_class(day), c.child_id.is_not(None)) if over else Child.left_on.is_(None)
    counted = [func.count().filter(condition) for condition in _conditions(c).values()]
    keys = (
        Child.school_id, Placement.homeroom_id, Child.sex, away.c.education.in_(_AWAY), c.grade,
        Homeroom.stage, Homeroom.intake_year, School.system,
    )  # fmt: skip
    wanted: Any = (
        select(*keys, *counted)
        .select_from(Child)
        .join(School, refers(Child.school_id, School))
        .outerjoin(Placement, placed)
        .outerjoin(
            Homeroom,
            refers(Placement.homeroom_id, Homeroom),
        )
        .outerjoin(newest, c.child_id == Child.id)
        .outerjoin(away, and_(away.c.center_id == Child.center_id, away.c.child_id == Child.id))
        .where(Child.voided_at.is_(None), Child.merged_into_id.is_(None), pupil)
        .group_by(*keys)
    )
    return visible(ctx, SUMMARY, wanted)


def _conditions(c: Any) -> dict[str, Any]:
    found = {
        "pupils": Child.id.is_not(None),
        "examined": c.child_id.is_not(None),
        "weighed": c.weight.is_not(None),
        "grown": c.stunting.is_not(None),
        "seen": c.vision.is_not(None),
        "teeth": c.caries.is_not(None),
        "overweight": c.weight == words.OVERWEIGHT,
        "obese": c.weight == words.OBESE,
        "wasted": or_(c.weight == words.WASTED, c.weight == words.SEVERELY_WASTED),
        "stunted": c.stunting == words.STUNTED,
        "sight": and_(c.vision.is_not(None), c.vision != words.NORMAL),
        "severe_sight": c.vision == words.SEVERE_SIGHT,
        "caries": c.caries == words.CARIES,
    }
    return {name: found[name] for name in NAMES}


def _newest(year: int) -> Any:
    within = Entry.happened_on.between(date(year, 9, 1), date(year + 1, 8, 31))
    columns = (CheckUp.child_id, CheckUp.grade, CheckUp.weight, CheckUp.stunting, CheckUp.vision,
               CheckUp.caries)  # fmt: skip
    return (
        records(CheckUp)
        .with_only_columns(*columns)
        .where(within)
        .ext(distinct_on(CheckUp.child_id))
        .order_by(CheckUp.child_id, Entry.happened_on.desc(), Entry.recorded_at.desc())
        .subquery()
    )
