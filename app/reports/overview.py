"""The overview of a centre and of a school: pupils, left-behind children by both meanings, modules.

Counting is one query over the classification (``app.children.classification``), narrowed by the
reader's grants; its cost does not grow with the number of schools.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select

from app.children.classification import classified
from app.children.models import Child, ImportBatch, ImportChange, Placement
from app.children.permits import visible
from app.host.context import Ctx
from app.host.enablement import active_modules
from app.tenancy.models import Homeroom, School


@dataclass
class Counts:
    """Pupils and what is known of them on a day.

    ``education`` counts both, one, none, unknown (parents away, statistics of the education
    department); ``civil`` counts yes, no, unknown (国发〔2016〕13号).
    """

    education: dict[str, int] = field(default_factory=dict)
    civil: dict[str, int] = field(default_factory=dict)
    male: int = 0
    female: int = 0

    @property
    def pupils(self) -> int:
        """Return the number of pupils."""
        return sum(self.education.values())

    @property
    def left_behind(self) -> int:
        """Return the left-behind children by the education meaning."""
        return self.education.get("both", 0) + self.education.get("one", 0)

    @property
    def civil_left_behind(self) -> int:
        """Return the left-behind children by the civil-affairs meaning."""
        return self.civil.get("yes", 0)

    @property
    def unknown(self) -> int:
        """Return the pupils of whom it is not known by the education meaning."""
        return self.education.get("unknown", 0)

    @property
    def share(self) -> float | None:
        """Return the left-behind children as a percentage of the pupils; None without pupils."""
        return 100 * self.left_behind / self.pupils if self.pupils else None

    def add(self, education: str, civil: str, sex: str, number: int) -> None:
        """Count ``number`` pupils."""
        self.education[education] = self.education.get(education, 0) + number
        self.civil[civil] = self.civil.get(civil, 0) + number
        self.male += number if sex == "male" else 0
        self.female += number if sex == "female" else 0


@dataclass(frozen=True)
class SchoolLine:
    """One school of the centre's overview."""

    school: School
    counts: Counts
    modules: frozenset[str]
    imported_at: datetime | None


@dataclass(frozen=True)
class ClassLine:
    """One class of the school's overview; None stands for pupils without a class."""

    homeroom: Homeroom | None
    counts: Counts


def _classified(ctx: Ctx, day: date, *by: Any) -> Select[Any]:
    """Count the reader's children by the given columns, both meanings and sex: one query."""
    classes = classified(day)
    mine = visible(ctx, "children.view", select(Child.id).where(Child.voided_at.is_(None)))
    parts = (*by, classes.c.education, classes.c.civil, Child.sex)
    return (
        select(*parts, func.count())
        .select_from(Child)
        .join(classes, classes.c.child_id == Child.id)
        .where(Child.id.in_(mine), Child.left_on.is_(None))
        .group_by(*parts)
    )


def _counted(rows: Iterable[Any]) -> dict[Any, Counts]:
    found: dict[Any, Counts] = {}
    for key, education, civil, sex, number in rows:
        found.setdefault(key, Counts()).add(education, civil, sex, number)
    return found


def total(lines: Iterable[Counts]) -> Counts:
    """Add counts up."""
    whole = Counts()
    for line in lines:
        for answer, number in line.education.items():
            whole.education[answer] = whole.education.get(answer, 0) + number
        for answer, number in line.civil.items():
            whole.civil[answer] = whole.civil.get(answer, 0) + number
        whole.male += line.male
        whole.female += line.female
    return whole


def school_lines(ctx: Ctx, day: date) -> list[SchoolLine]:
    """Return every school with its counts, modules and last import; five queries."""
    schools = ctx.session.scalars(
        select(School).where(School.closed_on.is_(None)).order_by(School.position, School.code)
    ).all()
    counts = _counted(ctx.session.execute(_classified(ctx, day, Child.school_id)))
    modules = active_modules(ctx)
    imports = _last_imports(ctx)
    return [
        SchoolLine(
            school,
            counts.get(school.id, Counts()),
            modules.get(school.id, frozenset()),
            imports.get(school.id),
        )
        for school in schools
    ]


def _last_imports(ctx: Ctx) -> Mapping[UUID, datetime]:
    """Return when each school's children were last touched by an import that stands."""
    rows = ctx.session.execute(
        select(ImportChange.school_id, func.max(ImportBatch.applied_at))
        .join(ImportBatch, ImportBatch.id == ImportChange.batch_id)
        .where(ImportBatch.undone_at.is_(None))
        .group_by(ImportChange.school_id)
    )
    return {school_id: at for school_id, at in rows if at is not None}


def class_lines(ctx: Ctx, day: date) -> list[ClassLine]:
    """Return every class the reader's grants reach with its counts; pupils without class last."""
    placed = (
        select(Placement.homeroom_id)
        .where(Placement.child_id == Child.id, Placement.ends_on.is_(None))
        .scalar_subquery()
    )
    counts = _counted(ctx.session.execute(_classified(ctx, day, placed)))
    rooms = ctx.session.scalars(
        select(Homeroom)
        .where(Homeroom.closed_on.is_(None))
        .order_by(Homeroom.stage.desc(), Homeroom.intake_year.desc(), Homeroom.number)
    ).all()
    lines = [ClassLine(room, counts[room.id]) for room in rooms if room.id in counts]
    if None in counts:
        lines.append(ClassLine(None, counts[None]))
    return lines
