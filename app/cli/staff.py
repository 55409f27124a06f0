"""Staff from the command line: importing a list, the first password of a new centre."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from app.accounts.passwords import give_first_passwords
from app.accounts.services import logins_of, staff_by_number
from app.accounts.staff_import import StaffPlan, apply_import, plan_import
from app.accounts.staff_sheet import read_staff_rows
from app.cli.options import CENTER, JSON, print_json
from app.cli.work import at_center
from app.kernel.errors import Refused
from app.kernel.text import T
from app.sheets.read import read_workbook


@click.group()
def staff() -> None:
    """Look after the staff."""


@staff.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@CENTER
@click.option("--school", help="The code of the school whose list it is.")
@JSON
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


@staff.command()
@click.argument("number")
@CENTER
@JSON
def password(number: str, center: str, as_json: bool) -> None:
    """Give whoever has the staff number NUMBER a new first password, and print it once.

    The first administrator of a centre starts so; everybody else gets a slip from the staff page.
    """
    with at_center(center) as ctx:
        person = staff_by_number(ctx, number)
        if person is None:
            raise Refused(T("Nobody here has the staff number {number}.", number=number))
        given = give_first_passwords(ctx, [person])[0].password
        logins = logins_of(person)
        found = {"number": number, "name": person.name, "logins": logins, "password": given}
    line = f"{person.name}\t{' / '.join(logins)}\t{given}"
    if as_json:
        print_json(found)
    else:
        click.echo(line)


def _print(file: Path, plan: StaffPlan, as_json: bool) -> None:
    found = {"file": file.name, "imported": not plan.refused, **plan.to_json()}
    if as_json:
        print_json(found)
        return
    for problem in found["problems"]:
        click.echo(f"{problem['sheet']}:{problem['row']}: {problem['reason']}", err=True)
    names = ("new", "changed", "unchanged", "refused")
    counts = {name: found[name] for name in names}
    click.echo(
        str(T("{new} new, {changed} changed, {unchanged} unchanged, {refused} refused.", **counts))
    )
    if plan.refused:
        click.echo(
            str(
                T("Nothing was written: correct the rows named above, then import the list again.")
            ),
            err=True,
        )
