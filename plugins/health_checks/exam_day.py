"""The day on which one child was examined, where that is not the day of the round.

Age, and so every verdict that depends on it, is counted on that day. It lies in the school year of
the round, because figures are counted by school year.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from app.sdk import SheetField, Text, parse_date, school_year
from plugins.health_checks.items import Value
from plugins.health_checks.words import T

EXAM_DAY = "exam_day"
COLUMN = SheetField(
    EXAM_DAY,
    T("Day of the check-up"),
    ("体检日期", "检查日期", "体检时间", "检查时间", "测量日期", "测试日期", "体测日期"),
    parse_date,
    says_nothing=True,
)
_FAR_DAYS = 60


def day_of(typed: str | float | date) -> date | Text | None:
    """Return the day that somebody typed, None for an empty box, or why it is none."""
    return None if isinstance(typed, str) and not typed.strip() else parse_date(typed)


def wrong_day(day: date, *, held_on: date, today: date, born: date | None) -> Text | None:
    """Return why a child cannot have been examined on a day in a round held on another."""
    if day > today:
        return T("The day of the check-up, {day}, lies in the future", day=day.isoformat())
    if born is not None and day <= born:
        return T("The day of the check-up, {day}, lies before the birth ({born})",
                 day=day.isoformat(), born=born.isoformat())  # fmt: skip
    if (year := school_year(held_on)) != school_year(day):
        return T(
            "The day of the check-up, {day}, lies outside the school year {year} of the round: "
            "check the year",
            day=day.isoformat(), year=f"{year}-{year + 1}",
        )  # fmt: skip
    return None


def far_day(day: date, held_on: date) -> Text | None:
    """Return a question about a day far from that of the round."""
    days = abs((day - held_on).days)
    if days <= _FAR_DAYS:
        return None
    return T("Examined on {day}, {n} days from the day of the round: right?",
             day=day.isoformat(), n=days)  # fmt: skip


def without_day(values: Mapping[str, Value]) -> dict[str, Value]:
    """Return what was measured."""
    return {name: value for name, value in values.items() if name != EXAM_DAY}
