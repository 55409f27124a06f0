"""Importing staff from the command line."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from app.accounts.staff_import import StaffPlan, apply_import, plan_import
from app.accounts.staff_sheet import read_staff_rows
from app.cli.work import at_center
from app.sheets.read import read_workbook


@click.group()
def staff() -> None:
    """Look after the staff."""


@staff.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--center", required=True, help="The centre's slug.")
@click.option("--school", help="The code of the school whose list it is.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def import_command(file: Path, center: str, school: str | None, as_json: bool) -> None:
    """Import a list of staff; a row that is refused keeps the whole list out."""
    with at_center(center, school) as ctx:
        rows = read_staff_rows(read_workbook(file))
        school_id = ctx.scope.school_ids[0] if school else None
        plan = plan_import(ctx, rows, school_id=school_id)
        if not plan.refused:
            apply_import(ctx, plan)
        _print(file, plan, as_json)
    if plan.refused:
        sys.exit(1)


def _print(file: Path, plan: StaffPlan, as_json: bool) -> None:
    found = {"file": file.name, "imported": not plan.refused, **plan.to_json()}
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
        return
    for problem in found["problems"]:
        click.echo(f"{problem['sheet']}:{problem['row']}: {problem['reason']}", err=True)
    counts = "  ".join(f"{key} {found[key]}" for key in ("new", "changed", "unchanged", "refused"))
    click.echo(counts)
