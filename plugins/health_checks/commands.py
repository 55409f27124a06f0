"""Screen files of children by the national tables."""

from __future__ import annotations

import gettext
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from plugins.health_checks.screening.plain import (
    COLUMNS,
    NotATable,
    Result,
    Unread,
    screen_file,
)
from plugins.health_checks.screening.verdicts import NOT_A_DIAGNOSIS, Reason

_SHOWN = 20


def T(msgid: str, /, **values: Any) -> str:  # noqa: N802 (what texts are collected by)
    """Say something in Chinese; this file is loaded without the application, which would."""
    folder = Path(__file__).with_name("translations")
    found = gettext.translation("health_checks", folder, ["zh_Hans"], fallback=True)
    return found.gettext(msgid).format(**values)


@click.group()
def group() -> None:
    """Screen files of children by the national tables."""


@group.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def screen(file: Path, *, as_json: bool) -> None:
    """Screen FILE, a CSV with a heading row, without a database.

    Columns (each may be missing, cells may be empty): sex, birth_date, exam_date, height_cm,
    weight_kg, vision_left, vision_right, vital_capacity_ml, grade. A cell that cannot be read is
    named in the notes of its row. Exit status: 0 screened, 1 the file is no such table, 2 wrong
    usage.
    """
    try:
        results = list(screen_file(file.read_bytes()))
    except NotATable as refused:
        click.echo(_refusal(refused.code), err=True)
        sys.exit(1)
    if as_json:
        click.echo(json.dumps([_plain(found) for found in results], ensure_ascii=False, indent=1))
        return
    for found in results:
        click.echo("\t".join(_cells(found)))
    click.echo(T("{n} rows. {hint}", n=len(results), hint=NOT_A_DIAGNOSIS), err=True)


def _plain(found: Result) -> dict[str, Any]:
    return {
        "row": found.row,
        "age_band": None if found.age_band is None else float(found.age_band),
        "bmi": None if found.bmi is None else float(found.bmi),
        "weight": found.weight,
        "stunting": found.stunting,
        "vision": found.vision,
        "vital_capacity_score": found.vital_capacity_score,
        "notes": list(_notes(found)),
    }


def _cells(found: Result) -> list[str]:
    values = _plain(found)
    notes = "；".join(values.pop("notes"))
    return ["" if value is None else str(value) for value in values.values()] + [notes]


def _notes(found: Result) -> Iterator[str]:
    for cell in found.unread:
        yield _unread(found.row, cell)
    unread = {cell.column for cell in found.unread}
    for reason in found.reasons:
        if not unread & _READ_FOR.get(reason, frozenset({str(reason)})):
            yield _REASONS[reason]()


def _unread(row: int, cell: Unread) -> str:
    typed = cell.typed[:_SHOWN]
    return T("Row {row}, {column}: “{typed}” cannot be read", row=row, column=cell.column,
             typed=typed)  # fmt: skip


def _refusal(code: str) -> str:
    if code == "columns":
        return T("The first row has none of the columns {columns}.", columns=", ".join(COLUMNS))
    if code == "empty":
        return T("The file is empty.")
    if code == "encoding":
        return T("The file is neither UTF-8 nor GBK: save it as CSV again.")
    return T("The file is no CSV: save it as CSV again.")


_REASONS = {
    Reason.SEX: lambda: T("The sex is missing"),
    Reason.BIRTH: lambda: T("The date of birth is missing"),
    Reason.DAY: lambda: T("The day of the examination is missing"),
    Reason.BORN_LATER: lambda: T("The date of birth lies after the examination"),
    Reason.HEIGHT: lambda: T("The height is missing"),
    Reason.WEIGHT: lambda: T("The weight is missing"),
    Reason.AGE: lambda: T("The age lies outside the table"),
    Reason.GRADE: lambda: T("The grade is missing or outside the table"),
    Reason.CAPACITY: lambda: T("The lung capacity is missing"),
    Reason.EYES: lambda: T("The eyesight is missing"),
    Reason.ONE_EYE: lambda: T("Only one eye was measured"),
    Reason.TEETH: lambda: T("The teeth were not counted"),
    Reason.PRESSURE: lambda: T("The blood pressure is missing"),
}
_READ_FOR = {
    Reason.HEIGHT: frozenset({"height_cm"}),
    Reason.WEIGHT: frozenset({"weight_kg"}),
    Reason.CAPACITY: frozenset({"vital_capacity_ml"}),
    Reason.EYES: frozenset({"vision_left", "vision_right"}),
    Reason.ONE_EYE: frozenset({"vision_left", "vision_right"}),
}
"""Columns whose unreadable cell is told already."""
