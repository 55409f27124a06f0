"""Checking and importing rosters from the command line."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress as Bar

from app.children.models import ImportBatch
from app.children.roster.apply import Choices, compare
from app.children.roster.batches import apply_checked, check_file, school_of
from app.children.roster.report import RosterReport
from app.children.roster.rows import REFUSED
from app.children.roster.titles import own_heading
from app.cli.work import at_center
from app.host.context import Ctx
from app.kernel.errors import Refused
from app.kernel.text import T, Text

_FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
_CENTER = click.option("--center", required=True, help="The centre's slug.")
_SCHOOL = click.option("--school", help="The school's code, when the list is one school's.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")

_COUNTED = {
    "rows": T("Rows"),
    "accepted": T("Rows that can be imported"),
    "warned": T("To be verified"),
    "refused": T("Stay out"),
    "children": T("Children"),
    "guardians": T("Guardians"),
    "created": T("New children"),
    "updated": T("Completed"),
    "unchanged": T("Unchanged"),
    "guardians_created": T("New guardians"),
    "homerooms_created": T("New classes"),
}


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
@_CENTER
@_SCHOOL
@_JSON
def check_command(file: Path, center: str, school: str | None, as_json: bool) -> None:
    """Say what an import of FILE would do; write nothing."""
    with _refusing(as_json, file), at_center(center, school) as ctx:
        _, report, schools = check_file(ctx, file, school_of(ctx))
        compare(ctx, report, schools)
        click.echo(_told(report.to_json(), as_json))
        ctx.session.rollback()


@roster.command("import")
@_FILE
@_CENTER
@_SCHOOL
@_JSON
def import_command(file: Path, center: str, school: str | None, as_json: bool) -> None:
    """Import FILE: rows without a fault are written, the others are named."""
    with _refusing(as_json, file), at_center(center, school) as ctx, _bar() as bar:
        _, report, schools = check_file(ctx, file, school_of(ctx))
        if not report.accepted():
            raise Refused(T("No row of the file can be imported: run a check to see why"))
        batch = _batch(ctx, file, report)
        apply_checked(ctx, batch, report, schools, Choices(), _BarSteps(bar))
        told = _told(batch.report | {"batch": str(batch.id)}, as_json)
    click.echo(told)


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
    """With --json, a refusal is a document too; the exit status is 1 either way."""
    try:
        yield
    except Refused as refused:
        if as_json:
            click.echo(json.dumps({"file": file.name, "error": str(refused)}, ensure_ascii=False))
        click.echo(str(refused), err=True)
        sys.exit(1)


def _told(found: dict[str, Any], as_json: bool) -> str:
    if as_json:
        return json.dumps(found, ensure_ascii=False, indent=1)
    lines = [f"{title}: {found[name]}" for name, title in _COUNTED.items() if name in found]
    return "\n".join([*lines, *(_line(found, problem) for problem in found["problems"])])


def _line(found: dict[str, Any], problem: dict[str, Any]) -> str:
    heading = own_heading(found["sheets"], problem["sheet"], problem["field"])
    place = (problem["sheet"], str(problem["row"] or ""), heading)
    level = T("Stays out") if problem["level"] == REFUSED else T("To be verified")
    if problem["code"] == "heading_unknown":
        level = T("Column left out")
    return f"{level}: {' '.join(filter(None, place))}: {problem['reason']}"
