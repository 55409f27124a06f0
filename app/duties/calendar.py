"""The centre's terms and days off as the windows of duties need them."""

from __future__ import annotations

from sqlalchemy import select

from app.duties.school_calendar import Lengths, SchoolCalendar, TermDates
from app.host.context import Ctx
from app.tenancy.models import CalendarDay, Term
from app.tenancy.settings import setting

WRITE_UP_DAYS = "duties_write_up_days"
DEFAULT_WRITE_UP_DAYS = 3
_MEMO = "duties_calendar"


def school_calendar(ctx: Ctx) -> SchoolCalendar:
    """Return the centre's calendar; read once per unit of work."""
    if _MEMO not in ctx.memo:
        days = ctx.session.execute(select(CalendarDay.day, CalendarDay.kind)).all()
        ctx.memo[_MEMO] = SchoolCalendar(
            terms=tuple(
                TermDates(term.school_year, term.number, term.starts_on, term.ends_on)
                for term in ctx.session.scalars(select(Term))
            ),
            holidays=frozenset(row.day for row in days if row.kind == "holiday"),
            workdays=frozenset(row.day for row in days if row.kind == "workday"),
            lengths=_lengths(ctx),
        )
    found: SchoolCalendar = ctx.memo[_MEMO]
    return found


def forget_calendar(ctx: Ctx) -> None:
    """Read the calendar anew: it has changed."""
    ctx.memo.pop(_MEMO, None)


def write_up_days(ctx: Ctx) -> int:
    """Return how many days after its last day something may still be written down in time."""
    return max(setting(ctx, WRITE_UP_DAYS, DEFAULT_WRITE_UP_DAYS), 0)


def _lengths(ctx: Ctx) -> Lengths:
    usual = Lengths()
    return Lengths(
        term_start=setting(ctx, "duties_term_start_days", usual.term_start),
        term_middle=setting(ctx, "duties_term_middle_days", usual.term_middle),
        term_end=setting(ctx, "duties_term_end_days", usual.term_end),
        date=setting(ctx, "duties_date_days", usual.date),
        birthday_before=setting(ctx, "duties_birthday_before_days", usual.birthday_before),
        birthday_after=setting(ctx, "duties_birthday_after_days", usual.birthday_after),
    )
