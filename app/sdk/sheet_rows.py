"""What a sheet about pupils holds: which column is what, and the rows below."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.children.roster.rows import SchoolHint
from app.children.roster.schools import SchoolFinder
from app.kernel.errors import Refused
from app.kernel.text import T, Text
from app.sheets.clean import text_of
from app.sheets.headings import Headings, Vocabulary, data_rows, find_headings, normalise
from app.sheets.workbook import Cell, Sheet, Workbook


@dataclass(frozen=True)
class SheetField:
    """Something a sheet may hold; ``words`` are headings that schools' own sheets use for it.

    ``read`` gets a cell that is not empty and returns its value, or why it is none (a
    :class:`Text`); :mod:`app.sdk.cells` has those for days, numbers and choices. A row without
    what is ``needed`` is not written. A row in which nothing but
    fields that ``says_nothing`` are filled in counts as empty: the day stands beside every pupil,
    the absent ones too.
    """

    key: str
    title: Text
    words: tuple[str, ...] = ()
    read: Callable[[Any], Any] = text_of
    needed: bool = False
    says_nothing: bool = False


NAME, CLASS, GRADE, SCHOOL = "name", "class", "grade", "school"
PUPIL_NUMBER, IDENTITY = "pupil_number", "identity_number"
WHO = (
    SheetField(NAME, T("Name"), ("姓名", "学生姓名", "幼儿姓名")),
    SheetField(CLASS, T("Class"), ("班级", "班", "班别", "年级班级", "所在班级")),
    SheetField(GRADE, T("Grade"), ("年级",)),
    SheetField(PUPIL_NUMBER, T("Pupil number"), ("学籍号", "全国学籍号", "学籍编号", "学号")),
    SheetField(
        IDENTITY,
        T("Identity number"),
        ("身份证号", "身份证号码", "身份证件号", "证件号码", "身份证"),
    ),
    SheetField(SCHOOL, T("School"), ("学校", "学校名称", "所在学校")),
)
"""What names the pupil of a row, the same for every module."""
_WAYS = (NAME, PUPIL_NUMBER, IDENTITY)
Mapped = Mapping[str, Mapping[int, str]]
"""Chosen meanings: by sheet, the key of each column (counted from 0); empty for none."""


@dataclass(frozen=True)
class Head:
    """A column with a heading: its place, what stands there, what it is taken for."""

    column: int
    text: str
    key: str


@dataclass
class ReadSheet:
    """A sheet with a heading row; ``school`` is the one its tab or title names."""

    name: str
    heads: list[Head]
    rows: list[tuple[int, list[Cell]]] = field(default_factory=list)
    school: SchoolHint | None = None

    @property
    def columns(self) -> dict[str, int]:
        """Return the column of each key."""
        return {head.key: head.column for head in self.heads if head.key}


def read_sheets(
    book: Workbook,
    fields: Sequence[SheetField],
    *,
    chosen: Mapped | None = None,
    schools: Sequence[SchoolHint] = (),
) -> list[ReadSheet]:
    """Return the sheets of a workbook that name pupils.

    Headings are understood by the words of ``fields``; ``chosen`` overrules them. Raises
    :class:`Refused` when no sheet names anybody.
    """
    known = _vocabulary([*WHO, *fields])
    finder = SchoolFinder(schools)
    found = [
        _read(sheet, headings, finder, (chosen or {}).get(sheet.name))
        for sheet in book.sheets
        if (headings := _headings(sheet, known)) is not None
    ]
    if not found:
        raise Refused(
            T("No sheet has a heading row with 姓名: put the headings above the list of children"),
            "file",
        )
    return found


def _vocabulary(fields: Sequence[SheetField]) -> Vocabulary:
    words = {word: one.key for one in fields for word in one.words}
    return Vocabulary(words | {normalise(str(one.title)): one.key for one in fields})


def _headings(sheet: Sheet, known: Vocabulary) -> Headings | None:
    for way in _WAYS:
        found = find_headings(sheet, known, required=way)
        if found is not None:
            return found
    return None


def _read(
    sheet: Sheet, headings: Headings, finder: SchoolFinder, chosen: Mapping[int, str] | None
) -> ReadSheet:
    guessed = {column: key for key, column in headings.columns.items()}
    heads = [
        Head(column, "".join(name), (guessed if chosen is None else chosen).get(column, ""))
        for column, name in sorted(headings.names.items())
    ]
    rows = list(data_rows(sheet, headings))
    return ReadSheet(sheet.name, heads, rows, finder.of_sheet(sheet, headings.first_row))


def cells_of(sheet: ReadSheet, keys: Sequence[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (row number from 1, cells by key) for the rows of a sheet."""
    places = [(key, at) for key, at in sheet.columns.items() if key in keys]
    for number, cells in sheet.rows:
        width = len(cells)
        yield number, {key: cells[at] if at < width else "" for key, at in places}
