"""How often a duty is owed: the words of a cadence."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.duties.festivals import FESTIVALS
from app.kernel.text import T, Text


class Every(StrEnum):
    """The kinds of cadence; the last four carry an argument after a colon."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    TERM = "term"
    TERM_START = "term_start"
    TERM_MIDDLE = "term_middle"
    TERM_END = "term_end"
    SCHOOL_YEAR = "school_year"
    BIRTHDAY = "birthday"
    TERM_DAY = "term_day"
    DATE = "date"
    FESTIVAL = "festival"
    CONCERN = "concern"


_EXAMPLES = {
    Every.TERM_DAY: "term_day:2",
    Every.DATE: "date:03-01",
    Every.FESTIVAL: "festival:spring",
    Every.CONCERN: "concern:mood",
}
_PLAIN = tuple(str(kind) for kind in Every if kind not in _EXAMPLES)
_DATE = re.compile(r"([0-9]{2})-([0-9]{2})")
_TERM_DAY = re.compile(r"[1-9][0-9]{0,2}")
_CONCERN = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?")
_LEAP_YEAR = 2024


@dataclass(frozen=True, slots=True)
class Cadence:
    """A cadence as :func:`parse_cadence` read it; ``str()`` writes the word again."""

    every: Every
    argument: str = ""

    def __str__(self) -> str:
        return f"{self.every}:{self.argument}" if self.argument else str(self.every)

    @property
    def month_day(self) -> tuple[int, int]:
        """The month and day of a ``date:03-01``."""
        month, _, day = self.argument.partition("-")
        return int(month), int(day)


def parse_cadence(word: str) -> Cadence | Text:
    """Return the cadence a word means, or what is wrong with it and which words there are."""
    name, colon, argument = word.strip().partition(":")
    if not colon and name in _PLAIN:
        return Cadence(Every(name))
    if name not in tuple(_EXAMPLES):
        allowed = ", ".join([*_PLAIN, *_EXAMPLES.values()])
        return T("“{word}” is no cadence: write {allowed}", word=word, allowed=allowed)
    wrong = _ARGUMENTS[Every(name)](argument)
    return wrong or Cadence(Every(name), argument)


def _wrong_term_day(argument: str) -> Text | None:
    if _TERM_DAY.fullmatch(argument):
        return None
    return T("“term_day:{word}” names no school day: write term_day:2", word=argument)


def _wrong_date(argument: str) -> Text | None:
    match = _DATE.fullmatch(argument)
    try:
        # A leap year, so that 29 February may be written.
        found = match and date(_LEAP_YEAR, int(match[1]), int(match[2]))
    except ValueError:
        found = None
    return None if found else T("“date:{word}” is no day: write date:03-01", word=argument)


def _wrong_festival(argument: str) -> Text | None:
    if argument in FESTIVALS:
        return None
    allowed = ", ".join(FESTIVALS)
    return T("“festival:{word}” is not known: write {allowed}", word=argument, allowed=allowed)


def _wrong_concern(argument: str) -> Text | None:
    if _CONCERN.fullmatch(argument):
        return None
    return T("“concern:{word}” names no concern: write concern:mood", word=argument)


_ARGUMENTS: dict[Every, Callable[[str], Text | None]] = {
    Every.TERM_DAY: _wrong_term_day,
    Every.DATE: _wrong_date,
    Every.FESTIVAL: _wrong_festival,
    Every.CONCERN: _wrong_concern,
}
