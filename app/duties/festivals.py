"""Days of the festivals on which parents come home, 2020 to 2050.

The table was computed with three programs that agree on every day (borax 4.1.3, LunarCalendar
0.0.9, cnlunar 0.2.5); 春节, 端午 and 中秋 follow the lunar calendar, 清明 the sun. 国庆 is fixed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from app.kernel.errors import Refused
from app.kernel.text import T, Text


@dataclass(frozen=True, slots=True)
class Festival:
    """A festival and its return window: the days before and after when parents may be at home.

    How long parents stay differs by place: the lengths are experience (two to four weeks at
    春节, a long weekend otherwise), not a standard.
    """

    name: str
    title: Text
    days_before: int
    days_after: int


_ALL = (
    Festival("spring", T("Spring Festival"), 14, 14),
    Festival("qingming", T("Qingming"), 2, 3),
    Festival("dragon_boat", T("Dragon Boat Festival"), 2, 3),
    Festival("mid_autumn", T("Mid-Autumn Festival"), 2, 3),
    Festival("national_day", T("National Day"), 1, 7),
)

FESTIVALS = {festival.name: festival for festival in _ALL}

_COLUMNS = ("spring", "qingming", "dragon_boat", "mid_autumn")
_DAYS = {
    2020: ("01-25", "04-04", "06-25", "10-01"),
    2021: ("02-12", "04-04", "06-14", "09-21"),
    2022: ("02-01", "04-05", "06-03", "09-10"),
    2023: ("01-22", "04-05", "06-22", "09-29"),
    2024: ("02-10", "04-04", "06-10", "09-17"),
    2025: ("01-29", "04-04", "05-31", "10-06"),
    2026: ("02-17", "04-05", "06-19", "09-25"),
    2027: ("02-06", "04-05", "06-09", "09-15"),
    2028: ("01-26", "04-04", "05-28", "10-03"),
    2029: ("02-13", "04-04", "06-16", "09-22"),
    2030: ("02-03", "04-05", "06-05", "09-12"),
    2031: ("01-23", "04-05", "06-24", "10-01"),
    2032: ("02-11", "04-04", "06-12", "09-19"),
    2033: ("01-31", "04-04", "06-01", "09-08"),
    2034: ("02-19", "04-05", "06-20", "09-27"),
    2035: ("02-08", "04-05", "06-10", "09-16"),
    2036: ("01-28", "04-04", "05-30", "10-04"),
    2037: ("02-15", "04-04", "06-18", "09-24"),
    2038: ("02-04", "04-05", "06-07", "09-13"),
    2039: ("01-24", "04-05", "05-27", "10-02"),
    2040: ("02-12", "04-04", "06-14", "09-20"),
    2041: ("02-01", "04-04", "06-03", "09-10"),
    2042: ("01-22", "04-04", "06-22", "09-28"),
    2043: ("02-10", "04-05", "06-11", "09-17"),
    2044: ("01-30", "04-04", "05-31", "10-05"),
    2045: ("02-17", "04-04", "06-19", "09-25"),
    2046: ("02-06", "04-04", "06-08", "09-15"),
    2047: ("01-26", "04-05", "05-29", "10-04"),
    2048: ("02-14", "04-04", "06-15", "09-22"),
    2049: ("02-02", "04-04", "06-04", "09-11"),
    2050: ("01-23", "04-04", "06-23", "09-30"),
}
FIRST_YEAR, LAST_YEAR = min(_DAYS), max(_DAYS)


def festival_day(name: str, year: int) -> date:
    """Return the day of a festival of :data:`FESTIVALS` in a calendar year.

    Raises :class:`Refused` for a year the table does not know.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Refused(
            T(
                "The days of festivals are known from {first} to {last}, not for {year}.",
                first=FIRST_YEAR,
                last=LAST_YEAR,
                year=year,
            )
        )
    if name == "national_day":
        return date(year, 10, 1)
    return date.fromisoformat(f"{year}-{_DAYS[year][_COLUMNS.index(name)]}")


def return_window(name: str, year: int) -> tuple[date, date]:
    """Return the first and last day on which parents may be at home around a festival."""
    festival, day = FESTIVALS[name], festival_day(name, year)
    return (
        day - timedelta(days=festival.days_before),
        day + timedelta(days=festival.days_after),
    )
