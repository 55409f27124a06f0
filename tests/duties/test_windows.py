"""When duties fall due: what a head may rely on, whatever the calendar."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.duties.cadence import Cadence, parse_cadence
from app.duties.school_calendar import Lengths, SchoolCalendar, TermDates, days
from app.duties.windows import Window, concern_window, windows
from app.kernel.errors import Refused
from tests.duties.strategies import FIRST, LAST, calendars

WHOLE = (FIRST, LAST)
IN_TERMS = ("day", "week", "month", "term", "term_start", "term_middle", "term_end")
WHENEVER = ("date:03-01", "date:12-29", "birthday", *(
    f"festival:{name}"
    for name in ("spring", "qingming", "dragon_boat", "mid_autumn", "national_day")
))  # fmt: skip
EVERY = (*IN_TERMS, "term_day:2", "school_year", *WHENEVER)
BIRTH = date(2016, 2, 29)

AUTUMN = TermDates(2026, 1, date(2026, 9, 1), date(2027, 1, 22))
SPRING = TermDates(2026, 2, date(2027, 2, 22), date(2027, 7, 9))
NATIONAL = frozenset(days(date(2026, 10, 1), date(2026, 10, 7)))
YEAR = SchoolCalendar((AUTUMN, SPRING), NATIONAL, frozenset({date(2026, 10, 10)}))
TERM = (AUTUMN.starts, AUTUMN.ends)


def cadence(word: str) -> Cadence:
    found = parse_cadence(word)
    assert isinstance(found, Cadence), found
    return found


def of(
    word: str, calendar: SchoolCalendar = YEAR, between: tuple[date, date] = WHOLE
) -> list[Window]:
    return windows(cadence(word), calendar, between, BIRTH)


@pytest.mark.parametrize("word", EVERY)
@settings(max_examples=25, deadline=None)
@given(calendar=calendars())
def test_windows_are_in_order_and_never_overlap(word: str, calendar: SchoolCalendar) -> None:
    found = of(word, calendar)
    assert found
    assert all(w.opens <= w.closes == w.due for w in found)
    assert all(a.closes < b.opens for a, b in pairwise(found))


@pytest.mark.parametrize("word", IN_TERMS)
@settings(max_examples=25, deadline=None)
@given(calendar=calendars())
def test_windows_stay_within_a_term_and_have_lessons(word: str, calendar: SchoolCalendar) -> None:
    for window in of(word, calendar):
        assert any(t.starts <= window.opens and window.closes <= t.ends for t in calendar.terms)
        assert any(calendar.school_days(window.opens, window.closes))


@pytest.mark.parametrize("word", ["day", "week", "term", "school_year"])
@settings(max_examples=25, deadline=None)
@given(calendar=calendars())
def test_every_school_day_lies_in_exactly_one_window(word: str, calendar: SchoolCalendar) -> None:
    found = of(word, calendar)
    for day in calendar.school_days(FIRST, LAST):
        assert sum(window.opens <= day <= window.closes for window in found) == 1


@settings(max_examples=25, deadline=None)
@given(calendar=calendars())
def test_a_month_owes_once_and_only_with_a_school_week(calendar: SchoolCalendar) -> None:
    found = of("month", calendar)
    months = [(window.opens.year, window.opens.month) for window in found]
    assert len(months) == len(set(months))
    assert all((w.closes.year, w.closes.month) == (w.opens.year, w.opens.month) for w in found)
    assert all(len(list(calendar.school_days(w.opens, w.closes))) >= 5 for w in found)


@pytest.mark.parametrize("word", EVERY)
@settings(max_examples=25, deadline=None)
@given(calendar=calendars(), first=st.dates(FIRST, LAST), length=st.integers(0, 120))
def test_a_window_is_the_same_whatever_is_asked_for(
    word: str, calendar: SchoolCalendar, first: date, length: int
) -> None:
    last = min(first + timedelta(days=length), LAST)
    expected = [w for w in of(word, calendar) if w.opens <= last and w.closes >= first]
    assert of(word, calendar, (first, last)) == expected


def test_grace_moves_only_the_last_day_in_time() -> None:
    (window,) = windows(cadence("term"), YEAR, TERM, grace_days=7)
    assert window == Window(date(2026, 9, 1), date(2027, 1, 22), date(2027, 1, 29))


def test_the_months_of_a_term() -> None:
    found = [(w.opens, w.closes) for w in of("month")]
    assert found[0] == (date(2026, 9, 1), date(2026, 9, 30))
    assert found[4] == (date(2027, 1, 1), date(2027, 1, 22))
    assert found[5] == (date(2027, 2, 22), date(2027, 2, 28))
    assert found[-1] == (date(2027, 7, 1), date(2027, 7, 9))


def test_a_month_with_less_than_a_school_week_owes_nothing() -> None:
    early = SchoolCalendar((TermDates(2026, 1, date(2026, 8, 28), date(2027, 1, 4)),))
    assert [w.opens.month for w in of("month", early)] == [9, 10, 11, 12]
    strict = SchoolCalendar(early.terms, lengths=Lengths(month_school_days=1))
    assert [w.opens.month for w in of("month", strict)] == [8, 9, 10, 11, 12, 1]


def test_a_month_of_two_terms_belongs_to_the_longer_part() -> None:
    first = TermDates(2026, 1, date(2026, 9, 1), date(2027, 2, 5))
    again = TermDates(2026, 2, date(2027, 2, 15), date(2027, 7, 9))
    february = [w for w in of("month", SchoolCalendar((first, again))) if w.opens.month == 2]
    assert [(w.opens, w.closes) for w in february] == [(date(2027, 2, 15), date(2027, 2, 28))]


def test_a_week_of_holidays_owes_nothing_and_a_short_one_does() -> None:
    golden = SchoolCalendar(YEAR.terms, frozenset(days(date(2026, 10, 5), date(2026, 10, 11))))
    october = (date(2026, 10, 1), date(2026, 10, 18))
    assert [w.opens.day for w in of("week", golden, october)] == [28, 12]
    assert [w.opens.day for w in of("week", YEAR, october)] == [28, 5, 12]
    assert of("week")[0] == Window(date(2026, 9, 1), date(2026, 9, 6), date(2026, 9, 6))


def test_days_know_weekends_holidays_and_working_saturdays() -> None:
    first_days = [w.opens.day for w in of("day", YEAR, (date(2026, 10, 1), date(2026, 10, 12)))]
    assert first_days == [8, 9, 10, 12]


def test_the_parts_of_a_term() -> None:
    assert of("term_start", YEAR, TERM)[0].closes == date(2026, 9, 14)
    middle = of("term_middle", YEAR, TERM)[0]
    assert (middle.opens, middle.closes) == (date(2026, 10, 29), date(2026, 11, 25))
    assert of("term_end", YEAR, TERM)[0].opens == date(2027, 1, 9)


def test_the_second_day_of_term_is_a_school_day() -> None:
    friday = SchoolCalendar((TermDates(2026, 2, date(2027, 2, 19), date(2027, 7, 9)),))
    assert [w.opens for w in of("term_day:2", friday)] == [date(2027, 2, 22)]
    assert of("term_day:999", friday) == []


def test_a_school_year_is_not_closed_before_its_second_term_is_known() -> None:
    assert [(w.opens, w.closes) for w in of("school_year")] == [(AUTUMN.starts, SPRING.ends)]
    (half,) = of("school_year", SchoolCalendar((AUTUMN,)))
    assert (half.opens, half.closes) == (AUTUMN.starts, date(2027, 6, 30))


def test_birthdays_come_every_year_after_the_first_and_in_vacations() -> None:
    found = windows(cadence("birthday"), YEAR, (date(2016, 1, 1), date(2020, 12, 31)), BIRTH)
    assert [w.opens for w in found] == [
        date(2017, 2, 25), date(2018, 2, 25), date(2019, 2, 25), date(2020, 2, 26),
    ]  # fmt: skip
    assert windows(cadence("birthday"), YEAR, WHOLE) == []
    new_year = windows(cadence("birthday"), YEAR, (date(2026, 12, 30),) * 2, date(2015, 1, 1))
    assert [(w.opens, w.closes) for w in new_year] == [(date(2026, 12, 29), date(2027, 1, 4))]


def test_a_window_may_reach_into_the_new_year() -> None:
    (window,) = of("date:12-29", YEAR, (date(2027, 1, 2), date(2027, 1, 3)))
    assert (window.opens, window.closes) == (date(2026, 12, 29), date(2027, 1, 4))


def test_a_part_of_term_without_any_lesson_owes_nothing() -> None:
    closed = SchoolCalendar(YEAR.terms, frozenset(days(date(2026, 8, 31), date(2026, 9, 20))))
    assert [window.opens for window in of("term_start", closed)] == [SPRING.starts]


def test_dates_and_festivals_open_when_families_are_there() -> None:
    assert of("date:03-01", YEAR, (date(2027, 3, 3),) * 2)[0].closes == date(2027, 3, 7)
    (spring,) = of("festival:spring", YEAR, (date(2027, 1, 1), date(2027, 12, 31)))
    assert (spring.opens, spring.closes) == (date(2027, 1, 23), date(2027, 2, 20))


def test_a_festival_of_an_unknown_year_is_refused() -> None:
    with pytest.raises(Refused, match="2050, not for 2051"):
        of("festival:spring", YEAR, (date(2050, 1, 1), date(2051, 1, 1)))


def test_a_concern_opens_on_the_day_it_is_raised() -> None:
    assert of("concern:mood") == []
    raised = date(2026, 11, 20)
    assert concern_window(raised, 3) == Window(raised, raised, date(2026, 11, 23))


def test_nothing_is_owed_before_it_begins() -> None:
    assert of("week", YEAR, (date(2027, 1, 1), date(2026, 12, 1))) == []
    assert of("month", SchoolCalendar(())) == []


def test_terms_must_not_overlap() -> None:
    with pytest.raises(Refused, match="2027-01-22"):
        SchoolCalendar((AUTUMN, TermDates(2026, 2, date(2027, 1, 22), date(2027, 7, 9))))
