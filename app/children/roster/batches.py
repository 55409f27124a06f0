"""Imports as a school goes through them: check, preview, apply, take back."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import defer

from app.accounts.models import Staff
from app.audit.services import record
from app.children.models import ImportBatch
from app.children.roster.apply import (
    Choices,
    Schools,
    apply_report,
    compare,
    read_schools,
    report_json,
)
from app.children.roster.check import check_workbook
from app.children.roster.corrections import write_corrections
from app.children.roster.known import Known
from app.children.roster.likely import Likely, find_likely, load_adults
from app.children.roster.match import Matcher, row_key
from app.children.roster.report import RosterReport
from app.children.roster.rows import RosterRow
from app.children.roster.undo import undo_batch
from app.db.conditions import refers
from app.db.scope import Reach
from app.host.context import Ctx
from app.jobs.models import Job
from app.jobs.progress import Steps
from app.jobs.services import enqueue
from app.kernel.errors import NotVisible, Refused
from app.kernel.grades import HomeroomKey, class_name
from app.kernel.pauses import without_collector
from app.kernel.text import T
from app.sheets.read import read_workbook
from app.sheets.workbook import Workbook
from app.tenancy.models import School
from app.tenancy.naming import junior_style

APPLY = "roster.apply"
_SAMPLE = 8
_MANY = 500


def school_of(ctx: Ctx) -> UUID | None:
    """Return the one school that is imported for, or None for the whole centre."""
    if ctx.scope.reach is Reach.CENTER:
        return None
    return ctx.scope.school_ids[0]


def find_batch(ctx: Ctx, batch_id: UUID) -> ImportBatch:
    """Return an import of this place; raises NotVisible."""
    batch = ctx.session.scalar(
        select(ImportBatch).where(ImportBatch.id == batch_id, ImportBatch.kind == "roster")
    )
    if batch is None:
        raise NotVisible
    return batch


def earlier() -> Select[Any, Any, Any]:
    """Return the query for the imports of this place, newest first: batch, who sent it, school."""
    return (
        select(ImportBatch, Staff.name, School.short_name)
        .outerjoin(
            Staff,
            refers(ImportBatch.created_by_id, Staff),
        )
        .outerjoin(
            School,
            refers(ImportBatch.school_id, School),
        )
        .where(ImportBatch.kind == "roster")
        .options(defer(ImportBatch.report))
        .order_by(ImportBatch.created_at.desc())
    )


def check_file(ctx: Ctx, path: Path, school_id: UUID | None) -> tuple[RosterReport, Schools]:
    """Read and check a workbook for a school (or None: the centre); nothing is compared yet.

    Its cells are forgotten: a centre's take more room than all that is done with them.
    """
    _workbook, report, schools = _read_and_check(ctx, path, school_id)
    return report, schools


def _read_and_check(
    ctx: Ctx, path: Path, school_id: UUID | None
) -> tuple[Workbook, RosterReport, Schools]:
    schools = read_schools(ctx)
    default = schools.hint(school_id) if school_id else None
    with without_collector():
        workbook = read_workbook(path)
        report = check_workbook(
            workbook, schools=schools.hints, default_school=default, today=ctx.today()
        )
    return workbook, report, schools


def receive(ctx: Ctx, *, file_name: str, body: bytes) -> ImportBatch:
    """Check an uploaded workbook, keep it, and return the batch with its report.

    Raises Refused when the file cannot be read as a roster; then nothing is kept.
    """
    school_id = school_of(ctx)
    with as_file(file_name, body) as path:
        report, schools = check_file(ctx, path, school_id)
    known, matcher = compare(ctx, report, schools)
    batch = ImportBatch(
        school_id=school_id,
        file_name=report.file,
        file_hash=hashlib.sha256(body).hexdigest(),
        storage_key=ctx.files.put(ctx.scope.center_id, "imports", body),
        report=report.to_json() | preview(ctx, report, schools, known, matcher),
        created_at=ctx.now(),
        created_by_id=ctx.actor.staff_id,
    )
    ctx.session.add(batch)
    ctx.session.flush()
    record(ctx, "roster.check", object_type="import_batch", object_id=batch.id,
           school_id=school_id, rows=len(report.rows))  # fmt: skip
    return batch


def ask_apply(
    ctx: Ctx, batch: ImportBatch, *, take_file: bool, join: bool, answers: Mapping[str, str]
) -> Job:
    """Let a job write a checked batch; what is asked for as in :class:`Choices`."""
    if batch.state != "checked":
        raise Refused(T("This import has already been started."))
    job = enqueue(
        ctx,
        APPLY,
        title=T("Import {file}", file=batch.file_name),
        arguments={
            "batch_id": str(batch.id),
            "take_file": take_file,
            "join": join,
            "answers": dict(answers),
        },
        unique_key=f"{APPLY} {batch.id}",
    )
    batch.state, batch.job_id = "applying", job.id
    ctx.session.flush()
    return job


@without_collector()
def apply_job(
    ctx: Ctx,
    steps: Steps,
    batch_id: str,
    take_file: bool,
    answers: dict[str, str],
    join: bool = False,
) -> dict[str, Any]:
    """Write a batch; the handler of the job. One transaction, so a killed one starts anew."""
    batch = find_batch(ctx, UUID(batch_id))
    if batch.state != "applying":
        return {}
    _demand_right(ctx)
    steps.step(0, 3, T("Reading the workbook"))
    with stored_file(ctx, batch) as path:
        report, schools = check_file(ctx, path, batch.school_id)
    choices = Choices(take_file, join, answers)
    return apply_checked(ctx, batch, report, schools, choices, steps)


def _demand_right(ctx: Ctx) -> None:
    """Between asking and working somebody may have lost the right to import here."""
    held = [grant for grant in ctx.actor.grants if "children.import" in grant.permissions]
    here = any(g.reach == "center" or g.school_id in ctx.scope.school_ids for g in held)
    if ctx.actor.account_id is not None and not here:
        raise Refused(T("Whoever asked for this import may not import here any more."))


@without_collector()
def apply_checked(
    ctx: Ctx,
    batch: ImportBatch,
    report: RosterReport,
    schools: Schools,
    choices: Choices,
    steps: Steps,
) -> dict[str, Any]:
    """Write a report for a batch; return the totals, which the batch keeps with its report."""
    totals = apply_report(ctx, report, schools, batch_id=batch.id, choices=choices, steps=steps)
    batch.report = batch.report | report_json(report, totals)
    batch.state, batch.applied_at = "applied", ctx.now()
    ctx.session.flush()
    if totals.created > _MANY:
        # Without fresh statistics the first lists after a big import take seconds.
        ctx.session.execute(select(func.gather_statistics()))
    counts: dict[str, Any] = {k: v for k, v in totals.to_json().items() if isinstance(v, int)}
    record(ctx, "roster.apply", object_type="import_batch", object_id=batch.id,
           school_id=batch.school_id, **counts)  # fmt: skip
    return counts


def take_back(ctx: Ctx, batch: ImportBatch) -> int:
    """Undo an applied batch; return how many children it concerned."""
    count = undo_batch(ctx, batch)
    record(ctx, "roster.undo", object_type="import_batch", object_id=batch.id,
           school_id=batch.school_id, children=count)  # fmt: skip
    return count


def corrections(ctx: Ctx, batch: ImportBatch) -> bytes | None:
    """Return a workbook of the rows to correct, None when there is nothing to correct."""
    with stored_file(ctx, batch) as path:
        workbook, report, schools = _read_and_check(ctx, path, batch.school_id)
        if batch.state == "checked":
            compare(ctx, report, schools)
        out = path.with_name("corrections.xlsx")
        found = write_corrections(out, workbook, report)
        body = out.read_bytes() if found else None
    record(ctx, "roster.corrections", object_type="import_batch", object_id=batch.id, rows=found)
    return body


@contextmanager
def as_file(name: str, body: bytes) -> Iterator[Path]:
    """Put bytes into a file of that name for as long as the block runs."""
    with tempfile.TemporaryDirectory(prefix="qinchao-roster-") as folder:
        path = Path(folder) / (Path(name.replace("\\", "/")).name[-100:] or "roster")
        path.write_bytes(body)
        yield path


@contextmanager
def stored_file(ctx: Ctx, batch: ImportBatch) -> Iterator[Path]:
    """Give a batch's workbook as a file; refuse when it is no longer kept."""
    if batch.storage_key is None:
        raise Refused(T("The workbook is no longer kept: send it again."))
    with as_file(batch.file_name, ctx.files.get(batch.storage_key)) as path:
        yield path


def preview(
    ctx: Ctx, report: RosterReport, schools: Schools, known: Known, matcher: Matcher
) -> dict[str, Any]:
    """Return what the page of a checked batch shows beside the report."""
    children = report.children()
    there = sum(1 for row in children if row_key(row) in matcher.found)
    # The database does not keep the order of keys; these lists do.
    by_grade = report.to_json()["by_grade"]
    columns = [[sheet.name, list(sheet.headings.mapping.items())] for sheet in report.sheets]
    return {
        "grades": list(by_grade.items()),
        "columns": columns,
        "known": there,
        "new": len(children) - there,
        "new_classes": _new_classes(ctx, children, known, schools),
        "likely": [group.to_json() for group in likely_of(report, known, matcher)],
        "sample": list(_sample(ctx, children[:_SAMPLE])),
        "proposals": [
            {
                "key": row_key(row),
                "sheet": row.sheet,
                "row": row.row,
                "child": row.child.name if row.child else "",
                "known": known_child.name,
                "code": row.problems[-1].code,
            }
            for row, known_child in matcher.proposals
        ],
    }


def _new_classes(
    ctx: Ctx, rows: Iterable[RosterRow], known: Known, schools: Schools
) -> list[list[str]]:
    """Return school and name of the classes that the import will open."""
    today, style = ctx.today(), junior_style(ctx)
    found: dict[tuple[str, HomeroomKey], list[str]] = {}
    for row in rows:
        if row.school is None or row.homeroom is None:
            continue
        room = known.homerooms.get((schools.ids[row.school.code], row.homeroom))
        if room is None or room in known.closed:
            name = class_name(row.homeroom, today, row.school.system, style)
            found[row.school.code, row.homeroom] = [row.school.name, name]

    def order(key: tuple[str, HomeroomKey]) -> tuple[str, str, int, int]:
        return key[0], key[1].stage, -key[1].intake_year, key[1].number

    return [found[key] for key in sorted(found, key=order)]


def likely_of(report: RosterReport, known: Known, matcher: Matcher) -> list[Likely]:
    """Return which adults of a compared report may be one person; nothing is written."""
    rows = report.children()
    load_adults(known, rows)
    return find_likely(known, matcher.found, rows)


def _sample(ctx: Ctx, rows: Iterable[RosterRow]) -> Iterator[dict[str, Any]]:
    today, style = ctx.today(), junior_style(ctx)
    for row in rows:
        if row.child is None or row.school is None:
            continue
        room = row.homeroom
        yield {
            "school": row.school.name,
            "class": class_name(room, today, row.school.system, style) if room else None,
            "name": row.child.name,
            "sex": row.child.sex,
            "birth": row.child.birth.isoformat() if row.child.birth else None,
            "number_state": row.child.id_state,
            "left_behind": row.child.left_behind,
            "adults": [[adult.relation, adult.name] for adult in row.guardians],
        }
