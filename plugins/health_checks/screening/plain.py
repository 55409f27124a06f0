"""Screening a plain file of children: columns by name, a result a row, no database.

Columns: sex (M/F, 男/女), birth_date, exam_date, height_cm, weight_kg, vision_left, vision_right,
vital_capacity_ml, grade. Each may be missing and each cell empty. A row counts from 1 with the
headings, as a spreadsheet shows it. What cannot be read is noted with its column, and what depends
on it is 缺项.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from plugins.health_checks.screening import verdicts
from plugins.health_checks.screening.measures import five_mark
from plugins.health_checks.screening.tables import Tables, tables_on
from plugins.health_checks.screening.verdicts import Measured, Reason

COLUMNS = (
    "sex", "birth_date", "exam_date", "height_cm", "weight_kg", "vision_left", "vision_right",
    "vital_capacity_ml", "grade",
)  # fmt: skip
_SEXES = {"M": "M", "F": "F", "男": "M", "女": "F"}
_DAY = re.compile(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?(?:[T ]00:00(?::00)?)?")
_DIGITS = "一二三四五六七八九"
_GRADE = re.compile(rf"(小学|初中|初|高中|高)?([{_DIGITS}]|\d{{1,2}})(?:年级?)?(?:[(]?\d*[)]?班)?")
_BEFORE = {"初": 6, "初中": 6, "高": 9, "高中": 9}
_LIMITS = {"height_cm": (50, 230), "weight_kg": (5, 200), "vital_capacity_ml": (50, 9000)}
_MOST_GRADE = 12


class NotATable(Exception):
    """The file cannot be read as a table; ``code`` says why: encoding, columns, csv, empty."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Unread:
    """A cell that could not be read: its column and what stands in it."""

    column: str
    typed: str


@dataclass(frozen=True)
class Result:
    """A row's verdicts and why some are missing; ``age_band`` in years, ``bmi`` in kg/m²."""

    row: int
    age_band: Decimal | None
    bmi: Decimal | None
    weight: str
    stunting: str
    vision: str
    vital_capacity_score: int | None
    unread: tuple[Unread, ...]
    reasons: tuple[Reason, ...]


def screen_file(body: bytes) -> Iterator[Result]:
    """Screen a CSV file, UTF-8 or GBK; yields a result for each row that is not blank.

    Raises :class:`NotATable` before the first result.
    """
    rows = csv.reader(io.StringIO(_text(body), newline=""), strict=True)
    try:
        lines = list(rows)
    except csv.Error as error:
        raise NotATable("csv") from error
    if not lines or not any(cell.strip() for line in lines for cell in line):
        raise NotATable("empty")
    places = {
        name: at
        for at, heading in enumerate(lines[0])
        if (name := heading.strip().lower()) in COLUMNS
    }
    if not places:
        raise NotATable("columns")
    return _results(lines, places)


def _results(lines: list[list[str]], places: Mapping[str, int]) -> Iterator[Result]:
    for number, line in enumerate(lines[1:], start=2):
        if any(cell.strip() for cell in line):
            cells = {name: line[at] if at < len(line) else "" for name, at in places.items()}
            yield screen_row(number, cells)


def _text(body: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return body.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise NotATable("encoding")


def screen_row(number: int, cells: Mapping[str, str]) -> Result:
    """Screen one row of texts by column."""
    values: dict[str, Any] = {}
    unread = []
    for name, read in _READERS.items():
        text = unicodedata.normalize("NFKC", cells.get(name, "")).strip()
        values[name] = read(name, text) if text else None
        if text and values[name] is None:
            unread.append(Unread(name, text))
    child = Measured(**values)
    return _judged(number, child, tables_on(child.exam_date or date.max), tuple(unread))


def _judged(number: int, child: Measured, tables: Tables, unread: tuple[Unread, ...]) -> Result:
    weight = verdicts.weight(tables, child)
    stunted = verdicts.stunting(tables, child)
    sight = verdicts.vision(tables, child)
    score = verdicts.vital_capacity(tables, child)
    found = (child.no_age(), weight.reason, stunted.reason, sight.reason, score.reason)
    return Result(
        number,
        child.band(),
        weight.value,
        weight.word,
        stunted.word,
        sight.word,
        score.points,
        unread,
        tuple(dict.fromkeys(reason for reason in found if reason)),
    )


def _sex(_name: str, text: str) -> str | None:
    return _SEXES.get(text.upper())


def _day(_name: str, text: str) -> date | None:
    match = _DAY.fullmatch(text)
    if match is None:
        return None
    try:
        return date(*map(int, match.groups()))
    except ValueError:
        return None


def _number(name: str, text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    least, most = _LIMITS.get(name, (0, 9))
    return number if number.is_finite() and least <= number <= most else None


def _eye(name: str, text: str) -> Decimal | None:
    number = _number(name, text)
    return None if number is None else five_mark(number)


def _grade(_name: str, text: str) -> int | None:
    """Read 3, 三年级, 小学三年级, 初一, 七年级 as years since the first of primary school."""
    match = _GRADE.fullmatch(text.replace(" ", ""))
    if match is None:
        return None
    stage, said = match.groups()
    grade = _DIGITS.find(said) + 1 if said in _DIGITS else int(said)
    grade += _BEFORE.get(stage, 0)
    return grade if 1 <= grade <= _MOST_GRADE else None


_READERS: Mapping[str, Callable[[str, str], Any]] = {
    "sex": _sex,
    "birth_date": _day,
    "exam_date": _day,
    "height_cm": _number,
    "weight_kg": _number,
    "vision_left": _eye,
    "vision_right": _eye,
    "vital_capacity_ml": _number,
    "grade": _grade,
}
