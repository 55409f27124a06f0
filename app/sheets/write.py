"""Write .xlsx sheets that print on A4: title, unit and date, a table, a signature line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook as XlsxWorkbook
from xlsxwriter.worksheet import Worksheet

from app.sheets.clean import text_of
from app.sheets.workbook import Cell

_EXACT = 1e15  # a number cell keeps fifteen digits


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, width in characters, and the group that stands over it, if any.

    ``text``: its cells, also the empty ones, are text: a long number typed there stays whole.
    """

    heading: str
    width: float = 12
    group: str = ""
    text: bool = False


@dataclass(frozen=True)
class MarkedRow:
    """A row in which some columns are wrong: column number from 0 -> what is wrong there."""

    cells: Sequence[Cell | None]
    problems: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SheetSpec:
    """One sheet to write; ``rows`` may be a generator and are written as they come."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell | None] | MarkedRow]
    title: str = ""
    unit: str = ""
    day: str = ""
    signature: str = ""
    landscape: bool = True


def write_workbook(path: Path, sheets: Sequence[SheetSpec]) -> None:
    """Write the sheets in constant memory; every text is a text cell, never a formula or link."""
    with XlsxWorkbook(str(path), {"constant_memory": True}) as book:
        styles = _Styles(book)
        for spec in sheets:
            _write_sheet(book.add_worksheet(spec.name[:31]), spec, styles)


class _Styles:
    def __init__(self, book: XlsxWorkbook) -> None:
        base = {"font_name": "SimSun", "font_size": 10, "valign": "vcenter"}
        cell = base | {"border": 1, "text_wrap": True}
        self.title = book.add_format(base | {"font_size": 16, "bold": True, "align": "center"})
        self.line = book.add_format(base)
        self.plain_text = book.add_format(base | {"num_format": "@"})
        heading = cell | {"bold": True, "align": "center"}
        self.heading = book.add_format(heading)
        # Rows leave memory as they are written, so two cells that look like one replace a merge.
        self.upper = book.add_format(heading | {"bottom": 0})
        self.lower = book.add_format(heading | {"top": 0})
        self.cell = book.add_format(cell)
        self.day = book.add_format(cell | {"num_format": "yyyy-mm-dd"})
        wrong = {"bg_color": "#FFC7CE"}
        self.wrong = book.add_format(cell | wrong)
        self.text = book.add_format(cell | {"num_format": "@"})
        self.wrong_text = book.add_format(cell | wrong | {"num_format": "@"})


def _write_sheet(sheet: Worksheet, spec: SheetSpec, styles: _Styles) -> None:
    for at, column in enumerate(spec.columns):
        sheet.set_column(at, at, column.width, styles.plain_text if column.text else None)
    row = _write_top(sheet, spec, styles)
    first_heading = row
    row = _write_headings(sheet, spec.columns, row, styles)
    _set_up_print(sheet, spec, first_heading, row - 1)
    for cells in spec.rows:
        marked = cells if isinstance(cells, MarkedRow) else MarkedRow(cells)
        for at, value in enumerate(marked.cells):
            problem = marked.problems.get(at)
            if at < len(spec.columns) and spec.columns[at].text:
                _write_text(sheet, row, at, value, problem, styles)
            else:
                _write_cell(sheet, row, at, value, problem, styles)
        row += 1
    if spec.signature:
        sheet.write_string(row + 1, 0, spec.signature, styles.line)


def _write_top(sheet: Worksheet, spec: SheetSpec, styles: _Styles) -> int:
    row = 0
    last = len(spec.columns) - 1
    if spec.title:
        if last:
            sheet.merge_range(0, 0, 0, last, "", styles.title)
        sheet.write_string(0, 0, spec.title, styles.title)
        sheet.set_row(0, 26)
        row = 1
    if spec.unit or spec.day:
        sheet.write_string(row, 0, spec.unit, styles.line)
        if spec.day and last:
            sheet.write_string(row, max(last - 1, 1), spec.day, styles.line)
        row += 1
    return row


def _write_headings(sheet: Worksheet, columns: Sequence[Column], row: int, styles: _Styles) -> int:
    if not any(column.group for column in columns):
        for at, column in enumerate(columns):
            sheet.write_string(row, at, column.heading, styles.heading)
        return row + 1
    for first, last in _runs(columns):
        if not columns[first].group:
            sheet.write_string(row, first, columns[first].heading, styles.upper)
            continue
        if last > first:
            sheet.merge_range(row, first, row, last, "", styles.heading)
        sheet.write_string(row, first, columns[first].group, styles.heading)
    for at, column in enumerate(columns):
        if column.group:
            sheet.write_string(row + 1, at, column.heading, styles.heading)
        else:
            sheet.write_blank(row + 1, at, None, styles.lower)
    return row + 2


def _runs(columns: Sequence[Column]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for at, column in enumerate(columns):
        if runs and column.group and columns[at - 1].group == column.group:
            runs[-1] = (runs[-1][0], at)
        else:
            runs.append((at, at))
    return runs


def _set_up_print(sheet: Worksheet, spec: SheetSpec, first: int, last: int) -> None:
    sheet.set_paper(9)  # A4
    if spec.landscape:
        sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(first, last)
    sheet.freeze_panes(last + 1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.set_footer("&C&P / &N")


def _write_text(
    sheet: Worksheet, row: int, at: int, value: Any, problem: str | None, styles: _Styles
) -> None:
    style = styles.wrong_text if problem else styles.text
    if value is None or value == "":
        sheet.write_blank(row, at, None, style)
    elif isinstance(value, float) and abs(value) >= _EXACT:
        # Whole, it would look like a number nobody has damaged.
        sheet.write_string(row, at, f"{value:.14E}", style)
    else:
        sheet.write_string(row, at, text_of(value), style)
    if problem:
        sheet.write_comment(row, at, problem)


def _write_cell(
    sheet: Worksheet, row: int, at: int, value: Any, problem: str | None, styles: _Styles
) -> None:
    style = styles.wrong if problem else styles.cell
    if value is None or value == "":
        sheet.write_blank(row, at, None, style)
    elif isinstance(value, bool) or not isinstance(value, int | float | date):
        sheet.write_string(row, at, str(value), style)
    elif isinstance(value, date):
        if not isinstance(value, datetime):
            value = datetime.combine(value, datetime.min.time())
        sheet.write_datetime(row, at, value, styles.wrong if problem else styles.day)
    else:
        sheet.write_number(row, at, value, style)
    if problem:
        sheet.write_comment(row, at, problem)
