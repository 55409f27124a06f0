"""The page of the school calendar."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import groupby
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select

from app.children.views.saving import day_of, save
from app.db.scope import Reach
from app.duties.calendar import school_calendar
from app.duties.festivals import FESTIVALS, festival_day
from app.duties.school_calendar import TermDates
from app.duties.year.forms import KINDS, DaysForm, TermForm
from app.duties.year.services import mark_days, set_term
from app.edge.areas import AreaBlueprint
from app.edge.current import ctx, show
from app.edge.marks import permission
from app.kernel.errors import NotVisible
from app.tenancy.models import CalendarDay

bp = AreaBlueprint("calendar", __name__, area="center")
_SHOWN_YEARS = 2


@bp.get("/calendar")
@permission("duties.view")
def page() -> Any:
    """Show the terms of this school year and the next, their days off, and the festivals."""
    today = ctx().today()
    terms = [t for t in school_calendar(ctx()).terms if t.ends >= today - timedelta(days=200)]
    return show(
        "year/page.html",
        terms=terms[: 2 * _SHOWN_YEARS],
        lessons={term: _school_days(term) for term in terms},
        stretches=_stretches(terms),
        festivals=_festivals(today),
        kinds=KINDS,
        manage=_manages(),
        trail=[(_("School calendar"), "")],
    )


@bp.route("/calendar/days", methods=["GET", "POST"])
@permission("center.manage")
def days() -> Any:
    """Mark days as free, as made up for, or as usual."""
    _demand_center()
    form = DaysForm()

    def act() -> None:
        first = day_of(form.first)
        last = form.last.data or first
        mark_days(ctx(), first=first, last=last, kind=form.kind.data, title=form.title.data)

    return save(
        form,
        act,
        title=_("Days off and working weekends"),
        done=_("The calendar is changed. What is owed follows it."),
        after=url_for(".page"),
        trail=[(_("School calendar"), url_for(".page"))],
    )


@bp.route("/calendar/term", methods=["GET", "POST"])
@permission("center.manage")
def term() -> Any:
    """Set the days of a term."""
    _demand_center()
    form = TermForm()
    if form.school_year.data is None:
        form.school_year.data = ctx().today().year

    def act() -> None:
        set_term(
            ctx(),
            school_year=form.school_year.data or 0,
            number=int(form.number.data),
            starts_on=day_of(form.starts_on),
            ends_on=day_of(form.ends_on),
        )

    return save(
        form,
        act,
        title=_("Days of a term"),
        done=_("The calendar is changed. What is owed follows it."),
        after=url_for(".page"),
        trail=[(_("School calendar"), url_for(".page"))],
    )


def _manages() -> bool:
    return ctx().scope.reach is Reach.CENTER and ctx().actor.holds("center.manage")


def _demand_center() -> None:
    if ctx().scope.reach is not Reach.CENTER:
        raise NotVisible


def _school_days(term: TermDates) -> int:
    return sum(1 for _day in school_calendar(ctx()).school_days(term.starts, term.ends))


def _stretches(terms: list[TermDates]) -> list[tuple[date, date, str, str]]:
    """Return days of one kind and title that follow each other, as one line each."""
    if not terms:
        return []
    rows = ctx().session.scalars(
        select(CalendarDay)
        .where(CalendarDay.kind != "ordinary", CalendarDay.day >= terms[0].starts)
        .order_by(CalendarDay.day)
    )
    found = []
    for (_n, kind, title), group in groupby(
        enumerate(rows), lambda at: (at[1].day.toordinal() - at[0], at[1].kind, at[1].title)
    ):
        days = [row.day for _at, row in group]
        found.append((days[0], days[-1], kind, title or ""))
    return found


def _festivals(today: date) -> list[tuple[str, date]]:
    coming = [
        (str(festival.title), festival_day(festival.name, year))
        for festival in FESTIVALS.values()
        for year in (today.year, today.year + 1)
    ]
    return sorted((pair for pair in coming if pair[1] >= today), key=lambda pair: pair[1])[:5]
