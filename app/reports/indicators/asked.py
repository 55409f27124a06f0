"""As of when a page of figures speaks: today, or the whole of an earlier term."""

from __future__ import annotations

from datetime import date, timedelta

from app.duties.calendar import school_calendar
from app.duties.school_calendar import TermDates
from app.duties.states import term_begin
from app.host.context import Ctx
from app.host.hooks import AsOf


def as_of_today(ctx: Ctx) -> AsOf:
    """Return today, with the first day of the present term (in vacations of the last one)."""
    return AsOf(ctx.today(), term_begin(ctx, ctx.today()))


def as_of_term(ctx: Ctx, since: date | None) -> AsOf:
    """Return the term that began on ``since``, up to the day before the next; else today."""
    begins = [term.starts for term in begun_terms(ctx)]
    if since not in begins or since == begins[0]:
        return as_of_today(ctx)
    following = begins[begins.index(since) - 1]
    return AsOf(following - timedelta(days=1), since)


def begun_terms(ctx: Ctx) -> list[TermDates]:
    """Return the terms that have begun, the newest first."""
    terms = school_calendar(ctx).terms
    return sorted((term for term in terms if term.starts <= ctx.today()), reverse=True)
