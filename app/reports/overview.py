"""The overview of a centre and of a school: its indicators by school or class, modules, imports.

What it counts is defined by the indicators alone (``app.reports.indicators``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from app.children.models import ImportBatch, ImportChange
from app.host.context import Ctx
from app.host.enablement import active_modules
from app.reports.indicators.asked import as_of_today
from app.reports.indicators.board import by_class, by_school
from app.reports.indicators.counting import Figure
from app.reports.indicators.known import known
from app.tenancy.models import Homeroom, School

CHILDREN = (
    "children.pupils", "children.boys", "children.girls", "children.both_away", "children.one_away",
    "children.left_behind", "children.left_behind_share", "children.civil", "children.unknown",
    "children.civil_unknown",
)  # fmt: skip
VACANT = "posts.vacant"

Named = Mapping[str, Figure]
"""The figures of a place by the last part of the indicator's key."""


@dataclass(frozen=True)
class Line:
    """A school or class of the overview; without a ``place``, who belongs to none."""

    place: School | Homeroom | None
    title: str
    counts: Named


@dataclass(frozen=True)
class Overview:
    """Lines of schools or classes and what they are together; empty where nothing may be seen."""

    lines: Sequence[Line]
    whole: Named


@dataclass(frozen=True)
class SchoolFacts:
    """What else the overview tells of a school."""

    modules: frozenset[str]
    imported_at: datetime | None


def of_center(ctx: Ctx) -> Overview:
    """Return the schools with their counts: two queries."""
    return _overview(ctx, center=True)


def of_school(ctx: Ctx) -> Overview:
    """Return the classes that the reader's grants reach with their counts: two queries."""
    return _overview(ctx, center=False)


def _overview(ctx: Ctx, *, center: bool) -> Overview:
    seen = known(ctx)
    columns = [seen[key] for key in CHILDREN if key in seen]
    board = (by_school if center else by_class)(ctx, columns, as_of_today(ctx))
    names = [one.indicator.column for one in board.columns]
    lines = [Line(line.place, line.title, _named(names, line.cells)) for line in board.lines]
    return Overview(lines, _named(names, board.whole))


def _named(names: Sequence[str], figures: Sequence[Figure | None]) -> Named:
    return {name: figure for name, figure in zip(names, figures, strict=True) if figure is not None}


def vacant(ctx: Ctx) -> int:
    """Return how many posts of the scope nobody holds, to who may see them: one query."""
    one = known(ctx).get(VACANT)
    if one is None:
        return 0
    return by_school(ctx, [one], as_of_today(ctx)).whole[0].number


def school_facts(ctx: Ctx) -> Mapping[UUID, SchoolFacts]:
    """Return the modules and the last import of each school that has any."""
    modules, imports = active_modules(ctx), _last_imports(ctx)
    return {
        school: SchoolFacts(modules.get(school, frozenset()), imports.get(school))
        for school in {*modules, *imports}
    }


def _last_imports(ctx: Ctx) -> Mapping[UUID, datetime]:
    """Return when each school's children were last touched by an import that stands."""
    rows = ctx.session.execute(
        select(ImportChange.school_id, func.max(ImportBatch.applied_at))
        .join(ImportBatch, ImportBatch.id == ImportChange.batch_id)
        .where(ImportBatch.undone_at.is_(None))
        .group_by(ImportChange.school_id)
    )
    return {school_id: at for school_id, at in rows if at is not None}
