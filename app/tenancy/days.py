"""Whether there are lessons on a day, by the centre's terms and calendar."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from app.host.context import Ctx
from app.tenancy.models import CalendarDay, Term

_SATURDAY = 5


def is_school_day(ctx: Ctx, day: date) -> bool:
    """Say whether there are lessons: in a term, no holiday, no weekend but a made-up workday."""
    within = select(Term.id).where(Term.starts_on <= day, Term.ends_on >= day).limit(1)
    if ctx.session.scalar(within) is None:
        return False
    kind = ctx.session.scalar(select(CalendarDay.kind).where(CalendarDay.day == day))
    return kind == "workday" or (kind != "holiday" and day.weekday() < _SATURDAY)
