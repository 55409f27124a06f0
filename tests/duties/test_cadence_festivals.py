from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.duties.cadence import Cadence, parse_cadence
from app.duties.festivals import FESTIVALS, FIRST_YEAR, LAST_YEAR, festival_day, return_window
from app.kernel.errors import Refused

GOOD = (
    *("day", "week", "month", "term", "term_start", "term_middle", "term_end", "school_year"),
    *("birthday", "term_day:2", "term_day:15", "date:03-01", "date:02-29"),
    *("festival:spring", "concern:mood", "concern:attendance.late_thrice"),
)


@pytest.mark.parametrize("word", GOOD)
def test_a_cadence_is_read_and_written_again(word: str) -> None:
    assert str(parse_cadence(word)) == word


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("fortnight", "write day, week, month"),
        ("week:2", "write day, week, month"),
        ("", "write day, week, month"),
        ("term_day", "write term_day:2"),
        ("term_day:0", "write term_day:2"),
        ("date:3-1", "write date:03-01"),
        ("date:02-30", "write date:03-01"),
        ("date:13-01", "write date:03-01"),
        ("festival:christmas", "spring, qingming, dragon_boat, mid_autumn, national_day"),
        ("concern:", "write concern:mood"),
        ("concern:Bad Mood", "write concern:mood"),
    ],
)
def test_a_wrong_cadence_says_what_may_stand_there(word: str, hint: str) -> None:
    found = parse_cadence(word)
    assert not isinstance(found, Cadence)
    assert hint in str(found)


@given(st.text())
def test_any_text_is_a_cadence_or_an_answer(word: str) -> None:
    found = parse_cadence(word)
    assert not isinstance(found, Cadence) or str(found) == word.strip()


def test_festivals_are_on_the_days_the_calendar_prints() -> None:
    names = ("spring", "dragon_boat", "mid_autumn")
    for year, days in {
        2024: ("02-10", "06-10", "09-17"),
        2025: ("01-29", "05-31", "10-06"),
        2026: ("02-17", "06-19", "09-25"),
        2027: ("02-06", "06-09", "09-15"),
        2028: ("01-26", "05-28", "10-03"),
    }.items():
        assert tuple(f"{festival_day(name, year):%m-%d}" for name in names) == days


def test_festivals_keep_their_season_in_every_year() -> None:
    """New moon to new moon: 端午 is 4 months and 4 days on, one month later in leap months."""
    seasons = {
        "spring": ((1, 21), (2, 20)),
        "qingming": ((4, 4), (4, 6)),
        "dragon_boat": ((5, 25), (6, 25)),
        "mid_autumn": ((9, 7), (10, 8)),
        "national_day": ((10, 1), (10, 1)),
    }
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        for name, (first, last) in seasons.items():
            assert date(year, *first) <= festival_day(name, year) <= date(year, *last)
        months = festival_day("mid_autumn", year) - festival_day("dragon_boat", year)
        assert 97 <= months.days <= 99 or 126 <= months.days <= 129


def test_the_return_window_of_the_spring_festival_is_four_weeks_long() -> None:
    first, last = return_window("spring", 2026)
    assert (last - first).days == 28
    assert first < festival_day("spring", 2026) < last
    for name in FESTIVALS:
        first, last = return_window(name, 2030)
        assert first <= festival_day(name, 2030) <= last
        assert first.year == last.year == 2030


@pytest.mark.parametrize("year", [FIRST_YEAR - 1, LAST_YEAR + 1])
def test_an_unknown_year_is_refused(year: int) -> None:
    with pytest.raises(Refused, match=str(year)):
        festival_day("spring", year)
