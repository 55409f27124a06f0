"""The windows of the calendar in which a duty falls due.

Windows are those of the calendar, not so many days after the last time: a head plans by weeks,
months and terms. A window is the same whatever stretch of time is asked for, so that it can be
named by its first day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby, islice

from app.duties.cadence import Cadence, Every
from app.duties.festivals import return_window
from app.duties.school_calendar import SchoolCalendar, TermDates

Span = tuple[date, date]


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """The days from ``opens`` to ``closes``; what comes by ``due`` is still in time."""

    opens: date
    closes: date
    due: date


def windows(
    cadence: Cadence,
    calendar: SchoolCalendar,
    between: Span,
    birth: date | None = None,
    grace_days: int = 0,
) -> list[Window]:
    """Return the windows that touch the days of ``between`` (both included), in order.

    Days, weeks, months, terms and school years stay within terms, and owe nothing where there are
    no lessons at all. Dates, birthdays and festivals come when they come, in vacations too. A
    concern has no calendar (see :func:`concern_window`), a birthday none without ``birth``.

    Raises :class:`Refused` for festivals of years that are not known.
    """
    first, last = between
    if first > last:
        return []
    if cadence.every in _IN_TERMS:
        spans = _with_lessons(calendar, _IN_TERMS[cadence.every](calendar))
    elif cadence.every is Every.TERM_DAY:
        spans = _term_days(calendar, int(cadence.argument))
    else:
        spans = _whenever(cadence, calendar, between, birth)
    return [
        _window(opens, closes, grace_days)
        for opens, closes in sorted(spans)
        if opens <= last and closes >= first
    ]


def concern_window(raised: date, grace_days: int) -> Window:
    """Return the window of the visit a concern calls for, from the day it was raised."""
    return _window(raised, raised, grace_days)


def _window(opens: date, closes: date, grace_days: int) -> Window:
    return Window(opens, closes, closes + timedelta(days=grace_days))


def _with_lessons(calendar: SchoolCalendar, spans: Iterator[Span]) -> Iterator[Span]:
    return (span for span in spans if any(calendar.school_days(*span)))


def _within(term: TermDates, first: date, last: date) -> Span:
    return max(first, term.starts), min(last, term.ends)


# -- within terms ---------------------------------------------------------------------------


def _days(calendar: SchoolCalendar) -> Iterator[Span]:
    for term in calendar.terms:
        yield from ((day, day) for day in calendar.school_days(term.starts, term.ends))


def _weeks(calendar: SchoolCalendar) -> Iterator[Span]:
    """Weeks begin on Monday; the first and last of a term may be short."""
    needed = calendar.lengths.week_school_days
    for term in calendar.terms:
        monday = term.starts - timedelta(days=term.starts.weekday())
        while monday <= term.ends:
            span = _within(term, monday, monday + timedelta(days=6))
            if sum(1 for _ in calendar.school_days(*span)) >= needed:
                yield span
            monday += timedelta(days=7)


def _months(calendar: SchoolCalendar) -> Iterator[Span]:
    """A month that sees two terms belongs to the one with more of its school days."""
    best: dict[tuple[int, int], tuple[int, Span]] = {}
    for term in calendar.terms:
        lessons = calendar.school_days(term.starts, term.ends)
        for month, of_month in groupby(lessons, lambda day: (day.year, day.month)):
            count = len(list(of_month))
            span = _within(term, *_month(*month))
            if month not in best or count > best[month][0]:
                best[month] = (count, span)
    needed = calendar.lengths.month_school_days
    return (span for count, span in best.values() if count >= needed)


def _month(year: int, month: int) -> Span:
    following = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, 1), following - timedelta(days=1)


def _terms(calendar: SchoolCalendar) -> Iterator[Span]:
    return ((term.starts, term.ends) for term in calendar.terms)


def _term_starts(calendar: SchoolCalendar) -> Iterator[Span]:
    length = timedelta(days=calendar.lengths.term_start - 1)
    return (_within(term, term.starts, term.starts + length) for term in calendar.terms)


def _term_middles(calendar: SchoolCalendar) -> Iterator[Span]:
    length = timedelta(days=calendar.lengths.term_middle - 1)
    for term in calendar.terms:
        opens = term.starts + (term.ends - term.starts - length) // 2
        yield _within(term, opens, opens + length)


def _term_ends(calendar: SchoolCalendar) -> Iterator[Span]:
    length = timedelta(days=calendar.lengths.term_end - 1)
    return (_within(term, term.ends - length, term.ends) for term in calendar.terms)


def _school_years(calendar: SchoolCalendar) -> Iterator[Span]:
    for year, group in groupby(calendar.terms, lambda term: term.school_year):
        terms = list(group)
        closes = terms[-1].ends
        if terms[-1].number == 1:
            closes = max(closes, date(year + 1, *calendar.lengths.year_ends))
        yield terms[0].starts, closes


_IN_TERMS: dict[Every, Callable[[SchoolCalendar], Iterator[Span]]] = {
    Every.DAY: _days,
    Every.WEEK: _weeks,
    Every.MONTH: _months,
    Every.TERM: _terms,
    Every.TERM_START: _term_starts,
    Every.TERM_MIDDLE: _term_middles,
    Every.TERM_END: _term_ends,
    Every.SCHOOL_YEAR: _school_years,
}


def _term_days(calendar: SchoolCalendar, number: int) -> Iterator[Span]:
    for term in calendar.terms:
        lessons = calendar.school_days(term.starts, term.ends)
        yield from ((day, day) for day in islice(lessons, number - 1, number))


# -- whenever they come ---------------------------------------------------------------------


def _whenever(
    cadence: Cadence, calendar: SchoolCalendar, between: Span, birth: date | None
) -> Iterator[Span]:
    first, last = between
    if cadence.every is Every.FESTIVAL:
        # No return window reaches into another year.
        years = range(first.year, last.year + 1)
        yield from (return_window(cadence.argument, year) for year in years)
    # A window may begin in December and end in January.
    years = range(first.year - 1, last.year + 2)
    if cadence.every is Every.DATE:
        yield from (_date(calendar, cadence.month_day, year) for year in years)
    if cadence.every is Every.BIRTHDAY and birth is not None:
        yield from (_birthday(calendar, birth, year) for year in years if year > birth.year)


def _date(calendar: SchoolCalendar, month_day: tuple[int, int], year: int) -> Span:
    opens = _day_in(year, *month_day)
    return opens, opens + timedelta(days=calendar.lengths.date - 1)


def _birthday(calendar: SchoolCalendar, birth: date, year: int) -> Span:
    day = _day_in(year, birth.month, birth.day)
    return (
        day - timedelta(days=calendar.lengths.birthday_before),
        day + timedelta(days=calendar.lengths.birthday_after),
    )


def _day_in(year: int, month: int, day: int) -> date:
    """Return the day of a year; 29 February is kept on the 28th of a common year."""
    try:
        return date(year, month, day)
    except ValueError:
        return date(year, month, day - 1)
