"""Counting days at work, as offices do."""

from __future__ import annotations

from datetime import date, timedelta

from app.duties.calendar import school_calendar
from app.host.context import Ctx

_SATURDAY = 5


def working_days_after(ctx: Ctx, day: date, count: int) -> date:
    """Return the ``count``-th working day after ``day``, by the centre's holidays and workdays.

    Vacations have working days too: offices are open when there are no lessons.
    """
    calendar = school_calendar(ctx)
    while count > 0:
        day += timedelta(days=1)
        off = day in calendar.holidays or day.weekday() >= _SATURDAY
        count -= day in calendar.workdays or not off
    return day
