"""Changing the school calendar; windows that are not closed yet follow at once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from app.audit.services import record as audit
from app.duties.calendar import forget_calendar, school_calendar
from app.duties.layout import lay_out
from app.host.context import Ctx
from app.kernel.errors import Refused
from app.kernel.text import T
from app.tenancy.declaration import DAY_KINDS
from app.tenancy.models import CalendarDay, Term

_MOST_DAYS = 60


def mark_days(ctx: Ctx, *, first: date, last: date, kind: str, title: str | None = None) -> int:
    """Mark days as holiday, workday or ordinary again; return how many. Both ends are included.

    Raises :class:`Refused` for an unknown kind, a stretch that ends before it begins or is longer
    than 60 days: that is a vacation, and lies between terms.
    """
    if kind not in DAY_KINDS:
        raise Refused(T("Choose what kind of day it is."), "kind")
    count = (last - first).days + 1
    if count < 1:
        raise Refused(T("The last day comes before the first."), "last")
    if count > _MOST_DAYS:
        raise Refused(T("Mark at most {n} days at once.", n=_MOST_DAYS), "last")
    there = {row.day: row for row in ctx.session.scalars(select(CalendarDay))}
    for day in (first + timedelta(days=n) for n in range(count)):
        row = there.get(day)
        if row is None:
            ctx.session.add(CalendarDay(day=day, kind=kind, title=title or None))
        else:
            row.kind, row.title = kind, title or None
    _changed(ctx, "calendar.days", days=count)
    return count


def set_term(ctx: Ctx, *, school_year: int, number: int, starts_on: date, ends_on: date) -> Term:
    """Set the days of a term, new or known. Raises :class:`Refused` when it overlaps another."""
    if ends_on <= starts_on:
        raise Refused(T("The last day comes before the first."), "ends_on")
    row = ctx.session.scalar(
        select(Term).where(Term.school_year == school_year, Term.number == number)
    )
    others = ctx.session.scalars(select(Term).where(Term.starts_on <= ends_on))
    for other in others:
        if other is not row and other.ends_on >= starts_on:
            raise Refused(
                T("The term {code} has these days already.", code=other.code), "starts_on"
            )
    if row is None:
        row = Term(school_year=school_year, number=number)
        ctx.session.add(row)
    row.starts_on, row.ends_on = starts_on, ends_on
    _changed(ctx, "calendar.term", term=row.code)
    return row


def _changed(ctx: Ctx, action: str, **detail: Any) -> None:
    ctx.session.flush()
    forget_calendar(ctx)
    school_calendar(ctx)
    lay_out(ctx)
    audit(ctx, action, **detail)
