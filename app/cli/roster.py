"""Checking and importing rosters from the command line."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress as Bar

from app.children.doubles.queries import count_doubles
from app.children.models import ImportBatch
from app.children.roster.apply import Choices, Schools, compare
from app.children.roster.batches import apply_checked, check_file, likely_of, school_of
from app.children.roster.likely import Likely
from app.children.roster.report import COLUMN_LEFT_OUT, RosterReport
from app.children.roster.rows import REFUSED, Problem
from app.children.roster.titles import own_heading
from app.cli.options import CENTER, JSON, print_json
from app.cli.work import at_center
from app.host.context import Ctx
from app.kernel.errors import Refused
from app.kernel.text import T, Text

_FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
_SCHOOL = click.option("--school", help="The school's code, when the list is one school's.")

_COUNTED = {
    "rows": T("Rows"),
    "accepted": T("Rows that can be imported"),
    "warned": T("To be verified"),
    "refused": T("Stay out"),
    "children": T("Children"),
    "guardians": T("Guardians"),
}
_WRITTEN = {
    "created": T("New children"),
    "updated": T("Completed"),
    "unchanged": T("Unchanged"),
    "guardians_created": T("New guardians"),
    "homerooms_created": T("New classes"),
}


_NOTHING = T("Nothing was imported: no row is without a fault")


class _BarSteps:
    """Steps as a bar on standard error."""

    def __init__(self, bar: Bar) -> None:
        self._bar = bar
        self._task = bar.add_task("", total=None)

    def step(self, done: int, total: int, message: Text | str | None = None) -> None:
        """Move the bar."""
        words = {} if message is None else {"description": str(message)}
        self._bar.update(self._task, completed=done, total=total, **words)  # type: ignore[arg-type]


@click.group()
def roster() -> None:
    """Lists of children, checked before anything is written."""


@roster.command("check")
@_FILE
@CENTER
@_SCHOOL
@JSON
def check_command(file: Path, center: str, school: str | None, as_json: bool) -> None:
    """Say what an import of FILE would do; write nothing."""
    with _refusing(as_json, file), at_center(center, school) as ctx:
        report, schools = check_file(ctx, file, school_of(ctx))
        known, matcher = compare(ctx, report, schools)
        found = report.to_json()
        likely = likely_of(report, known, matcher)
        ctx.session.rollback()
        _tell(found, [], [_question(group) for group in likely], as_json)


@roster.command("import")
@_FILE
@CENTER
@_SCHOOL
@JSON
@click.option("--join-guardians", is_flag=True,
              help="Adults of one name and phone in several families are one person.")  # fmt: skip
def import_command(
    file: Path, center: str, school: str | None, as_json: bool, join_guardians: bool
) -> None:
    """Import FILE: rows without a fault are written, the others are named.

    Without --join-guardians, adults of one name and phone in several families stay apart and are
    proposed on the page of adults who may have been entered twice.
    """
    choices = Choices(join=join_guardians)
    with _refusing(as_json, file), at_center(center, school) as ctx:
        with _bar() as bar:
            report, schools = check_file(ctx, file, school_of(ctx))
            written = _write(ctx, file, report, schools, choices, bar) if report.accepted() else []
        proposed = _proposed(count_doubles(ctx)) if written else []
        # Outside there is no catalogue any more.
        _tell(report.to_json(), written, proposed, as_json)
        if not written:
            click.echo(str(_NOTHING), err=True)
    if not written:
        sys.exit(1)


def _write(
    ctx: Ctx, file: Path, report: RosterReport, schools: Schools, choices: Choices, bar: Bar
) -> list[str]:
    """Write the rows and return what was done, in lines; without a good row nothing is."""
    batch = _batch(ctx, file, report)
    totals = apply_checked(ctx, batch, report, schools, choices, _BarSteps(bar))
    if report.accepted():
        return [f"{title}: {totals[name]}" for name, title in _WRITTEN.items()]
    key = batch.storage_key
    ctx.session.rollback()
    if key is not None:
        ctx.files.remove(key)
    return []


def _batch(ctx: Ctx, file: Path, report: RosterReport) -> ImportBatch:
    body = file.read_bytes()
    batch = ImportBatch(
        school_id=school_of(ctx),
        file_name=report.file,
        file_hash=hashlib.sha256(body).hexdigest(),
        storage_key=ctx.files.put(ctx.scope.center_id, "imports", body),
        report={},
        created_at=ctx.now(),
    )
    ctx.session.add(batch)
    ctx.session.flush()
    return batch


def _bar() -> Bar:
    return Bar(console=Console(stderr=True), transient=True)


@contextmanager
def _refusing(as_json: bool, file: Path) -> Iterator[None]:
    """With --json, a refusal is a document too, of no rows; the exit status is 1 either way."""
    try:
        yield
    except Refused as refused:
        if as_json:
            nothing = RosterReport(file.name, date.min)
            reason = Text(str(refused))
            nothing.notes.append(Problem("", 0, None, REFUSED, "file_refused", reason))
            print_json(nothing.to_json())
        click.echo(str(refused), err=True)
        sys.exit(1)


def _tell(found: dict[str, Any], written: list[str], proposed: list[str], as_json: bool) -> None:
    """Print the report, and what has no place in the JSON document on standard error."""
    if as_json:
        print_json(found)
    else:
        click.echo("\n".join(f"{title}: {found[name]}" for name, title in _COUNTED.items()))
        for problem in found["problems"]:
            click.echo(_line(found, problem))
    for line in [*written, *proposed]:
        click.echo(line, err=as_json)


def _question(group: Likely) -> str:
    told = group.to_json()
    return str(
        T(
            "Perhaps one person: {name} {phone}, of {children}",
            name=told["name"],
            phone=told["phone"],
            children="、".join(told["children"]),
        )
    )


def _proposed(count: int) -> list[str]:
    if not count:
        return []
    return [str(T("Adults who may have been entered twice: {n}; decide on the page", n=count))]


def _line(found: dict[str, Any], problem: dict[str, Any]) -> str:
    heading = own_heading(found["sheets"], problem["sheet"], problem["field"])
    place = (problem["sheet"], str(problem["row"] or ""), heading)
    level = T("Stays out") if problem["level"] == REFUSED else T("To be verified")
    if problem["code"] in COLUMN_LEFT_OUT:
        level = T("Column left out")
    return f"{level}: {' '.join(filter(None, place))}: {problem['reason']}"
