"""Calendars as schools have them, for tests that try many."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import strategies as st

from app.duties.school_calendar import SchoolCalendar, TermDates

FIRST, LAST = date(2024, 7, 1), date(2028, 9, 30)


def _days(term: TermDates) -> st.SearchStrategy[date]:
    return st.dates(term.starts, term.ends)


@st.composite
def calendars(draw: st.DrawFn) -> SchoolCalendar:
    """Draw one to three school years with two terms each, some holidays and working Saturdays."""
    terms = []
    for year in range(2024, 2024 + draw(st.integers(1, 3))):
        opens = date(year, 8, 25) + timedelta(days=draw(st.integers(0, 14)))
        closes = date(year + 1, 1, 5) + timedelta(days=draw(st.integers(0, 30)))
        again = date(year + 1, 2, 10) + timedelta(days=draw(st.integers(0, 25)))
        end = date(year + 1, 6, 20) + timedelta(days=draw(st.integers(0, 30)))
        terms += [TermDates(year, 1, opens, closes), TermDates(year, 2, again, end)]
    any_day = st.one_of([_days(term) for term in terms])
    holidays = {
        first + timedelta(days=n)
        for first, length in draw(st.lists(st.tuples(any_day, st.integers(1, 9)), max_size=6))
        for n in range(length)
    }
    saturdays = draw(st.sets(any_day.filter(lambda day: day.weekday() == 5), max_size=4))
    return SchoolCalendar(tuple(terms), frozenset(holidays - saturdays), frozenset(saturdays))
