"""Check a workbook of children: what would be imported, what is to be mended, and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from operator import itemgetter

from xlsxwriter.utility import xl_col_to_name

from app.children.roster.adults import groups_of, read_adults
from app.children.roster.away import read_away
from app.children.roster.cells import Cells
from app.children.roster.child import class_of_sheet, read_child, read_class
from app.children.roster.fields import OTHER, VOCABULARY
from app.children.roster.report import CheckedSheet, RosterReport
from app.children.roster.rows import WARNING, Problem, RosterRow, SchoolHint
from app.children.roster.same import SameChild
from app.children.roster.schools import SchoolFinder, looks_like_school
from app.kernel.errors import Refused
from app.kernel.text import T
from app.sheets.clean import text_of
from app.sheets.headings import Headings, data_rows, find_headings
from app.sheets.workbook import Cell, Sheet, Workbook


@dataclass(frozen=True)
class _Frame:
    """What all rows of a check share."""

    finder: SchoolFinder
    default: SchoolHint | None
    today: date
    same: SameChild
    clean: dict[str, str]


@dataclass(frozen=True)
class _Layout:
    """What all rows of a sheet share."""

    sheet: str
    school: SchoolHint | None
    keys: list[str]
    width: int
    pick: Callable[[list[Cell]], tuple[Cell, ...]]
    groups: list[str]
    class_text: str
    places_asked: bool


def check_workbook(
    workbook: Workbook,
    *,
    schools: Sequence[SchoolHint],
    default_school: SchoolHint | None = None,
    today: date,
) -> RosterReport:
    """Return the findings and the rows; raises ``Refused`` when no sheet is a roster.

    ``default_school`` is the school the caller imports for: rows of another are refused.
    """
    frame = _Frame(SchoolFinder(schools), default_school, today, SameChild(), {})
    report = RosterReport(workbook.name, today)
    found = [
        (sheet, find_headings(sheet, VOCABULARY, required="name")) for sheet in workbook.sheets
    ]
    alone = sum(headings is not None for _, headings in found) == 1
    for sheet, headings in found:
        if headings is None:
            _note_unread(sheet, report)
        else:
            _check_sheet(sheet, headings, frame, report, alone=alone)
    if not report.sheets:
        raise Refused(
            T("No sheet has a heading row with 姓名: put the headings above the list of children")
        )
    return report


def _note_unread(sheet: Sheet, report: RosterReport) -> None:
    if any(cell != "" for row in sheet.rows for cell in row):
        reason = T("The sheet has no heading row with 姓名 and was not read")
        report.notes.append(Problem(sheet.name, 0, None, WARNING, "no_headings", reason))


def _school_of_sheet(
    sheet: Sheet, headings: Headings, frame: _Frame, report: RosterReport, *, alone: bool
) -> SchoolHint | None:
    """Return whose sheet it is; one called like a school nobody knows is not ours unasked."""
    named = frame.finder.of_sheet(sheet, headings.first_row)
    if named or alone or frame.default is None or not looks_like_school(sheet.name):
        return named or frame.default
    reason = T(
        "The sheet is named after a school that is not one of this centre: correct its name, or "
        "name the school in a column 学校"
    )
    report.notes.append(Problem(sheet.name, 0, None, WARNING, "sheet_of_unknown_school", reason))
    return None


def _check_sheet(
    sheet: Sheet, headings: Headings, frame: _Frame, report: RosterReport, *, alone: bool
) -> None:
    school = _school_of_sheet(sheet, headings, frame, report, alone=alone)
    layout = _layout(sheet, headings, school, frame.today)
    report.sheets.append(CheckedSheet(sheet.name, layout.school, headings))
    for heading in headings.unknown:
        reason = T(
            "The heading “{heading}” is not known and its column was left out", heading=heading
        )
        report.notes.append(
            Problem(sheet.name, headings.last_row, None, WARNING, "heading_unknown", reason)
        )
    for heading, (column, read) in headings.repeated.items():
        reason = T(
            "Column {column} “{heading}” says what column {read} says already and was left out: "
            "keep one of them",
            column=xl_col_to_name(column),
            heading=heading.partition("#")[0],
            read=xl_col_to_name(read),
        )
        report.notes.append(
            Problem(sheet.name, headings.last_row, None, WARNING, "heading_repeated", reason)
        )
    rows = len(report.rows)
    for number, cells in data_rows(sheet, headings):
        row = _check_row(RosterRow(sheet.name, number), cells, layout, frame)
        report.rows.append(row)
    if len(report.rows) == rows:
        reason = T("No child stands below the headings")
        report.notes.append(
            Problem(sheet.name, headings.last_row, None, WARNING, "no_children", reason)
        )


def _layout(sheet: Sheet, headings: Headings, school: SchoolHint | None, today: date) -> _Layout:
    columns = {
        key: column
        for key, column in headings.columns.items()
        if not key.startswith(OTHER) and ".other_" not in key
    }
    text = (
        ""
        if {"class", "grade"} & headings.columns.keys()
        else class_of_sheet(sheet, headings.first_row, school, today)
    )
    asked = {"father.work_place", "mother.work_place"} <= headings.columns.keys()
    # Twice the first column: of a single one itemgetter would give the bare cell.
    first, places = headings.columns["name"], list(columns.values())
    return _Layout(
        sheet.name,
        school,
        [*columns, "name"],
        max(places) + 1,
        itemgetter(*places, first),
        groups_of(headings.columns),
        text,
        asked,
    )


def _check_row(row: RosterRow, cells: list[Cell], layout: _Layout, frame: _Frame) -> RosterRow:
    if len(cells) < layout.width:
        cells = cells + [""] * (layout.width - len(cells))
    values = {
        key: cell for key, cell in zip(layout.keys, layout.pick(cells), strict=True) if cell != ""
    }
    if layout.class_text:
        values["class"] = layout.class_text
    named = Cells(row, values, frame.clean)
    named.neutralise()
    _find_school(named, layout, frame)
    row.child = read_child(named, frame.today)
    if row.child is None:
        return row
    answer = read_class(named, frame.today)
    row.homeroom = answer.key
    if answer.reason is not None:
        row.warn("class", answer.code, answer.reason)
    row.guardians = read_adults(named, layout.groups, frame.today)
    read_away(named, row.child, row.guardians, places_asked=layout.places_asked)
    frame.same.look(row)
    return row


def _find_school(cells: Cells, layout: _Layout, frame: _Frame) -> None:
    row = cells.row
    for key in ("school_code", "school"):
        text = text_of(cells.raw(key)).strip()[:200]
        if text:
            row.school = frame.finder.exact(text) or frame.finder.within(text)
        if row.school:
            break
        if text and key == "school":
            reason = T("The school “{text}” is not one of this centre: correct the name", text=text)
            row.refuse("school", "school_unknown", reason)
            return
    row.school = row.school or layout.school
    if row.school is None:
        reason = T("No school is named: add a column 学校, or name the sheet after the school")
        row.refuse("school", "school_missing", reason)
    elif frame.default and row.school.code != frame.default.code:
        reason = T("The row belongs to {school}: import it there", school=row.school.name)
        row.refuse("school", "school_other", reason)
