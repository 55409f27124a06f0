"""The school's calendar as windows need it: terms, days off, working Saturdays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

from app.kernel.errors import Refused
from app.kernel.text import T

_SATURDAY = 5


@dataclass(frozen=True, slots=True, order=True)
class TermDates:
    """A term with its first and last day; ``school_year`` is the year it begins in."""

    school_year: int
    number: int
    starts: date
    ends: date


@dataclass(frozen=True, slots=True)
class Lengths:
    """The numbers behind the words of a cadence, in days; a centre may set its own.

    They are experience, not a standard: a window must be long enough to visit a whole class.
    ``week_school_days`` and ``month_school_days`` are how many school days a week or a month
    needs to count at all: a month of less than a school week (30 and 31 August, 1 to 3 July)
    owes nothing. ``year_ends`` (month, day) closes a school year whose second term is not in
    the calendar yet, so that nothing is frozen half a year early.
    """

    week_school_days: int = 1
    month_school_days: int = 5
    term_start: int = 14
    term_middle: int = 28
    term_end: int = 14
    date: int = 7
    birthday_before: int = 3
    birthday_after: int = 3
    year_ends: tuple[int, int] = (6, 30)


@dataclass(frozen=True)
class SchoolCalendar:
    """Terms in order, ``holidays`` off and ``workdays`` made up for (调休).

    What lies between terms is vacation. Raises :class:`Refused` when terms overlap.
    """

    terms: tuple[TermDates, ...]
    holidays: frozenset[date] = field(default=frozenset())
    workdays: frozenset[date] = field(default=frozenset())
    lengths: Lengths = field(default=Lengths())

    def __post_init__(self) -> None:
        object.__setattr__(self, "terms", tuple(sorted(self.terms, key=lambda t: t.starts)))
        for before, after in pairwise(self.terms):
            if after.starts <= before.ends:
                raise Refused(
                    T("The term from {day} begins before the last ends", day=after.starts)
                )

    def is_school_day(self, day: date) -> bool:
        """Say whether there are lessons: in a term, no holiday, no ordinary weekend."""
        if not any(term.starts <= day <= term.ends for term in self.terms):
            return False
        return day in self.workdays or (day.weekday() < _SATURDAY and day not in self.holidays)

    def school_days(self, first: date, last: date) -> Iterator[date]:
        """Go through the days with lessons from ``first`` to ``last``, both included."""
        return (day for day in days(first, last) if self.is_school_day(day))


def days(first: date, last: date) -> Iterator[date]:
    """Go through all days from ``first`` to ``last``, both included."""
    return (first + timedelta(days=n) for n in range((last - first).days + 1))
