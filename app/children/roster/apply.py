"""Writing a checked roster into the database: one transaction, safe to repeat."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select, text, update

from app.children.models import Guardian
from app.children.roster.background import Background
from app.children.roster.folding import fold
from app.children.roster.known import Known, among
from app.children.roster.likely import find_likely, load_adults
from app.children.roster.match import Matcher, row_key
from app.children.roster.report import RosterReport
from app.children.roster.rows import SchoolHint
from app.children.roster.trace import SOURCE, Totals
from app.children.roster.writer import Writer
from app.host.context import Ctx
from app.jobs.progress import Silent, Steps
from app.kernel.grades import Stage, System
from app.kernel.text import T
from app.tenancy.models import School, Term

_ALONE = text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))")
# What the planner needs at once; PostgreSQL counts thoroughly by itself a little later.
_COUNT_ROUGHLY = text("SET LOCAL default_statistics_target = 30")
_CHUNK = 2000
_FIRST = 100  # the first parcel is small: the planner knows the tables only after it


@dataclass(frozen=True)
class Schools:
    """The schools of a centre as rosters name them, and their ids."""

    hints: tuple[SchoolHint, ...]
    ids: Mapping[str, UUID]

    def hint(self, school_id: UUID) -> SchoolHint:
        """Return the school with an id."""
        code = next(code for code, found in self.ids.items() if found == school_id)
        return next(hint for hint in self.hints if hint.code == code)


@dataclass(frozen=True)
class Choices:
    """What a person has decided on the preview.

    ``take_file``: differing values are overwritten by the file's. ``join``: adults of one name and
    phone are one person each. ``answers``: for a row that was held back, ``same`` or ``other``
    child.
    """

    take_file: bool = False
    join: bool = False
    answers: Mapping[str, str] = field(default_factory=dict)


def read_schools(ctx: Ctx) -> Schools:
    """Return the open schools of the centre."""
    rows = ctx.session.scalars(
        select(School).where(School.closed_on.is_(None)).order_by(School.position, School.code)
    ).all()
    hints = tuple(
        SchoolHint(
            school.code,
            school.name,
            (school.short_name,),
            tuple(Stage(stage) for stage in school.stages),
            System(school.system),
        )
        for school in rows
    )
    return Schools(hints, {school.code: school.id for school in rows})


def compare(
    ctx: Ctx, report: RosterReport, schools: Schools, choices: Choices = Choices()
) -> tuple[Known, Matcher]:
    """Find the known children of a report; its rows get the findings of the comparison."""
    involved = {schools.ids[row.school.code] for row in report.accepted() if row.school}
    known = Known(ctx, involved).load()
    matcher = Matcher(known, schools.ids, choices.answers)
    matcher.match(report)
    return known, matcher


def apply_report(
    ctx: Ctx,
    report: RosterReport,
    schools: Schools,
    *,
    batch_id: UUID,
    choices: Choices = Choices(),
    steps: Steps | None = None,
) -> Totals:
    """Write the accepted rows of a report that :func:`compare` has not seen yet; return totals.

    Flushes within the caller's transaction. A second import of the same centre waits for this one.
    """
    steps = steps or Silent()
    ctx.session.execute(_ALONE, {"key": f"roster {ctx.scope.center_id}"})
    ctx.session.execute(_COUNT_ROUGHLY)
    steps.step(0, 0, T("Comparing with the children already known"))
    known, matcher = compare(ctx, report, schools, choices)
    rows = fold(report)
    load_adults(known, rows)
    likely = find_likely(known, matcher.found, rows) if choices.join else []
    constants = _constants(ctx, batch_id)
    writer = Writer(
        known,
        schools.ids,
        today=ctx.today(),
        since=constants["starts_on"],
        take_file=choices.take_file,
        joined={group.key for group in likely},
    )
    writer.open_rooms(row for row in rows if row_key(row) not in matcher.found)
    with Background(ctx, constants) as out:
        for done, row in enumerate(rows):
            if done == _FIRST or done % _CHUNK == 0:
                steps.step(done, len(rows), T("Writing the records"))
                out.send(*writer.detach(), gather=done == _FIRST and len(rows) > _CHUNK)
            writer.take(row, matcher.found.get(row_key(row)))
        out.send(*writer.detach())
    _mark_shared(ctx, writer)
    steps.step(len(rows), len(rows))
    return writer.totals


def _mark_shared(ctx: Ctx, writer: Writer) -> None:
    """An adult who is somebody else's too is not undone with the import that brought them."""
    writer.totals.guardians_created = writer.people.created
    shared = update(Guardian).where(among(Guardian.id, writer.people.linked))
    ctx.session.execute(shared.values(version=Guardian.version + 1))


def _constants(ctx: Ctx, batch_id: UUID) -> dict[str, Any]:
    today, now = ctx.today(), ctx.now()
    return {
        "starts_on": _since(ctx, today),
        "as_of": today,
        "confirmed_on": today,
        "confirmed_by_id": ctx.actor.staff_id,
        "source": SOURCE,
        "batch_id": batch_id,
        "created_at": now,
        "updated_at": now,
    }


def _since(ctx: Ctx, today: date) -> date:
    """A child on a roster has been there since the term began; without a term, since today."""
    begun = select(Term.starts_on).where(Term.starts_on <= today, Term.ends_on >= today)
    return ctx.session.scalar(begun) or today


def report_json(report: RosterReport, totals: Totals) -> dict[str, Any]:
    """Return a report with what was written."""
    found = report.to_json() | totals.to_json()
    return dict(json.loads(json.dumps(found, default=str)))
