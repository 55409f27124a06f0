"""The child of a roster row."""

from __future__ import annotations

import re
from datetime import date

from app.children.roster.cells import Cells
from app.children.roster.identity import check_age, is_in_future, read_identity
from app.children.roster.rows import RosterChild, SchoolHint
from app.children.roster.words import (
    BOARDING,
    ETHNIC,
    HARDSHIP,
    HARDSHIP_COLUMNS,
    NO,
    NONE,
    SEX,
    UNKNOWN,
    YES,
    YES_NO,
)
from app.kernel import names
from app.kernel.class_names import ClassAnswer, parse_class
from app.kernel.dates import parse_month
from app.kernel.grades import school_year
from app.kernel.text import T, Text
from app.sheets.clean import text_of
from app.sheets.workbook import Sheet

_CLASS_IS_DATE = T(
    "Excel has turned the class into a date: set the column to “text” and write it like 三（2）班"
)
_MONTH = re.compile(r"\d{4}(?:\d{2}|\s*[-./年]\s*\d{1,2}\s*月?)")
_CLASS_IN_TITLE = re.compile(
    r"(?:20\d\d[级届]|(?:小学|初中|初|幼儿园)?[一二三四五六七八九1-9](?:年级)?|[小中大]|学前)"
    r"[（(]?[0-9０-９一二三四五六七八九十]{0,3}[）)]?班"
)


def read_child(cells: Cells, today: date) -> RosterChild | None:
    """Return the child, or None (refused) when there is no name."""
    if cells.several_lines("name"):
        reason = T("The cell holds several lines: write one child in each row")
        cells.row.refuse("name", "name_of_several_lines", reason)
        return None
    name = names.normalise(cells.bounded("name") or "")
    if not name:
        if not cells.row.refused:
            cells.row.refuse("name", "name_missing", T("The name is missing: fill it in"))
        return None
    child = RosterChild(name)
    if name.isdecimal():
        reason = T("“{name}” is not a name: check the column", name=name)
        cells.row.warn("name", "name_is_number", reason)
    month = _birth_month(cells)
    child.birth = None if month else _birth(cells, today)
    child.sex = _sex(cells)
    read_identity(cells, child, today)
    _compare_month(cells, child, month)
    check_age(cells, child, today)
    _read_rest(cells, child)
    return child


def _birth(cells: Cells, today: date) -> date | None:
    birth = cells.day("birth")
    return None if birth and is_in_future(cells, birth, today) else birth


def _birth_month(cells: Cells) -> date | None:
    """Return the month where a sheet gives no day: 出生年月 2018-03."""
    cell = cells.raw("birth")
    if not isinstance(cell, str) or not _MONTH.fullmatch(cell.strip()):
        return None
    month = parse_month(cell)
    return None if isinstance(month, Text) else month


def _compare_month(cells: Cells, child: RosterChild, month: date | None) -> None:
    if month and child.birth and child.birth.replace(day=1) != month:
        reason = T("The month of birth differs from the identity number: find out which is right")
        cells.row.warn("birth", "birth_differs_from_id", reason)


def _sex(cells: Cells) -> str:
    if "sex" not in cells.values:
        return UNKNOWN
    cell = text_of(cells.values["sex"])
    known = SEX.get(cell)
    return known or cells.word("sex", SEX) or UNKNOWN


def _read_rest(cells: Cells, child: RosterChild) -> None:
    child.former_name = cells.bounded("former_name")
    child.ethnic_group = cells.word("ethnic_group", ETHNIC)
    child.boarding = cells.word("boarding", BOARDING)
    child.orphan = cells.word("orphan", YES_NO | {"1": YES, "0": NO}) or UNKNOWN
    child.disability = cells.bounded("disability") or _disabled(cells)
    child.hardship = _hardship(cells)
    child.health = cells.bounded("health")
    child.address = cells.bounded("address") or cells.bounded("home_address")
    child.registered_residence = cells.bounded("registered_residence")
    child.phones = cells.phones("phone")
    child.remark = cells.bounded("remark")


def _yes_no(cells: Cells, key: str) -> str | None:
    return cells.word(key, YES_NO | {"1": YES, "0": NO}) if key in cells.values else None


def _disabled(cells: Cells) -> str | None:
    said = _yes_no(cells, "disabled")
    return {YES: "残疾", NO: "无残疾"}.get(said or "")


def _hardship(cells: Cells) -> str | None:
    """Return the kind of hardship or "none"; that it is not of one kind does not say none."""
    said = cells.word("hardship", HARDSHIP) if "hardship" in cells.values else None
    if said is None and text_of(cells.raw("hardship")).strip() == "无":
        said = NONE
    kinds = [kind for key, kind in HARDSHIP_COLUMNS.items() if _yes_no(cells, key) == YES]
    at_all = {YES: "其他", NO: NONE}.get(_yes_no(cells, "in_hardship") or "")
    found = [kind for kind in (said, *kinds, at_all) if kind]
    return next((kind for kind in found if kind != NONE), found[0] if found else None)


def read_class(cells: Cells, today: date) -> ClassAnswer:
    """Return the class of the row as its school understands it."""
    school = cells.row.school
    if school is None:
        return ClassAnswer()
    if isinstance(cells.raw("class"), date):
        return ClassAnswer(code="class_is_date", reason=_CLASS_IS_DATE)
    text, grade = cells.bounded("class") or "", cells.bounded("grade") or ""
    if not grade and "intake" in cells.values and text.rstrip("班").isdecimal() and len(text) < 4:
        grade = _cohort(cells, today)
    return parse_class(text, grade=grade, stages=school.stages, system=school.system, on=today)


def class_of_sheet(sheet: Sheet, heading_row: int, school: SchoolHint | None, today: date) -> str:
    """Return the class named by a sheet's tab or title, "" if none is: 三（2）班花名册."""
    if school is None:
        return ""
    above = [text_of(cell) for row in sheet.rows[: heading_row - 1] for cell in row]
    texts: list[str] = [sheet.name, *_CLASS_IN_TITLE.findall("".join([sheet.name, " ", *above]))]
    for text in texts:
        if parse_class(text, stages=school.stages, system=school.system, on=today).key:
            return text
    return ""


def _cohort(cells: Cells, today: date) -> str:
    month = parse_month(cells.raw("intake"))
    if isinstance(month, Text):
        cells.row.warn("intake", "date_invalid", month)
        return ""
    # Somebody who entered in spring belongs to the class that began the autumn before.
    return f"{school_year(min(month, today))}级" if month <= today else f"{month.year}级"
