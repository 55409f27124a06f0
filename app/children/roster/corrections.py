"""A workbook with only the rows to correct, in the school's own layout, wrong cells in red."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from app.children.roster.fields import PROBLEM_HEADING, ROW_HEADING
from app.children.roster.report import CheckedSheet, RosterReport
from app.children.roster.rows import RosterRow
from app.sheets.workbook import Cell, Sheet, Workbook
from app.sheets.write import Column, MarkedRow, SheetSpec, write_workbook


def write_corrections(path: Path, workbook: Workbook, report: RosterReport) -> int:
    """Write the rows with findings as .xlsx and return how many; 0 writes nothing.

    The layout is the one that came, so that the corrected workbook can be sent as it is.
    """
    wrong: dict[str, list[RosterRow]] = {}
    for row in report.rows:
        if row.problems:
            wrong.setdefault(row.sheet, []).append(row)
    originals = {sheet.name: sheet for sheet in workbook.sheets}
    specs = [
        _spec(originals[checked.name], checked, wrong[checked.name])
        for checked in report.sheets
        if checked.name in wrong
    ]
    if specs:
        write_workbook(path, specs)
    return sum(map(len, wrong.values()))


def _spec(sheet: Sheet, checked: CheckedSheet, rows: list[RosterRow]) -> SheetSpec:
    keys = {column: key for key, column in checked.headings.columns.items()}
    columns = [
        Column(name, 20 if (long := _is_number(keys.get(at, ""))) else 12, group, long)
        for at, (group, name) in checked.headings.names.items()
    ]
    return SheetSpec(
        sheet.name,
        [Column(ROW_HEADING, 8), *columns, Column(PROBLEM_HEADING, 40)],
        _rows(sheet, checked, rows),
        title=checked.school.name if checked.school else "",
    )


def _is_number(key: str) -> bool:
    """Say whether a column holds long numbers, which a number cell would destroy."""
    return key.rpartition(".")[2] in ("id_number", "pupil_number", "phone", "name_phone")


def _rows(sheet: Sheet, checked: CheckedSheet, rows: list[RosterRow]) -> Iterator[MarkedRow]:
    places = {column: at for at, column in enumerate(checked.headings.names, 1)}
    last = len(places) + 1
    for row in rows:
        original = sheet.rows[row.row - 1]
        cells: list[Cell] = [original[c] if c < len(original) else "" for c in places]
        marks: dict[int, str] = {}
        for problem in row.problems:
            column = checked.headings.columns.get(problem.field or "")
            marks[last if column is None else places[column]] = str(problem.reason)
        text = "\n".join(str(problem.reason) for problem in row.problems)
        yield MarkedRow([row.row, *cells, text], marks)
