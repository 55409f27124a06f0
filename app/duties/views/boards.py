"""Boards of duties: a school's, the centre's, the rows behind a number, children × windows."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import request, url_for
from flask_babel import gettext as _

from app.accounts.queries import open_schools, school_homerooms
from app.children.permits import can
from app.duties.acts import period
from app.duties.boards import (
    VIEW,
    Filter,
    RuleName,
    grid,
    list_duties,
    rates,
    rule_names,
    tallies_seen,
    total,
)
from app.duties.calendar import school_calendar
from app.duties.school_calendar import TermDates
from app.duties.states import STATES, Tally, term_begin
from app.duties.views.bp import bp
from app.duties.words import OF_CHILDREN
from app.edge.areas import CENTER, SCHOOL
from app.edge.current import ctx, school_id, show
from app.edge.marks import permission
from app.kernel.errors import NotVisible
from app.kernel.grades import term_name
from app.tenancy.models import School


def state_words() -> dict[str, str]:
    """Return the states in words."""
    return {
        "done": _("Done"),
        "due": _("Still due"),
        "missed": _("Missed"),
        "excused": _("Excused"),
    }


def _days() -> tuple[date, date]:
    """Return the day the board speaks of and the first day it counts from: those of one term.

    Of the present term as of today, of an earlier one as of the day before the next.
    """
    today = ctx().today()
    asked = request.args.get("since", type=date.fromisoformat)
    begins = [term.starts for term in _terms()]
    if asked not in begins or asked == term_begin(ctx(), today):
        return today, term_begin(ctx(), today)
    # The day before the next term: nothing of that one has begun.
    ends = [day - timedelta(days=1) for day in begins if day > asked]
    return min([today, *ends]), asked


def _terms() -> list[TermDates]:
    today = ctx().today()
    return [term for term in school_calendar(ctx()).terms if term.starts <= today]


def _term_choices() -> list[tuple[str, str]]:
    return [(t.starts.isoformat(), term_name(t.school_year, t.number)) for t in reversed(_terms())]


@bp.get(f"{SCHOOL}/duties")
@permission(VIEW)
def school_board() -> Any:
    """Show the rules of the school by what became of their duties this term."""
    on, since = _days()
    rules = rule_names(ctx())
    found = {
        (tally.policy_id, tally.rule_key): tally
        for tally in tallies_seen(ctx(), on, since)
        if tally.school_id == school_id()
    }
    lines = [(rule, found[key]) for key, rule in rules.items() if key in found]
    return show(
        "duties/school_board.html",
        lines=lines,
        rates=rates,
        of_children=OF_CHILDREN,
        since=since.isoformat(),
        terms=_term_choices(),
        may_manage=can(ctx(), "duties.manage"),
        list_url=_list_url,
        trail=[(_("Duties"), "")],
    )


def _list_url(rule: RuleName | None, state: str, since: str, school: str | None = None) -> str:
    of_rule: dict[str, Any] = {"policy": rule.policy_id, "rule": rule.rule_key} if rule else {}
    if school:
        of_rule["school"] = school
    return url_for("duties.list_page", state=state, since=since, **of_rule)


@bp.get(f"{SCHOOL}/duties/list")
@permission(VIEW)
def list_page() -> Any:
    """List the duties behind a number."""
    on, since = _days()
    wanted = _filter()
    kept: dict[str, Any] = {k: v for k, v in request.args.items() if k != "page" and v}
    rules = rule_names(ctx())
    return show(
        "duties/list.html",
        found=list_duties(ctx(), on, since, wanted, request.args.get("page", 1, type=int)),
        wanted=wanted,
        rule=rules.get((wanted.policy_id, wanted.rule_key)) if wanted.policy_id else None,
        states=state_words(),
        rooms=[("", _("All classes")), *((str(i), n) for i, n in _rooms())],
        kept=kept,
        period=period,
        page_url=lambda at: url_for("duties.list_page", page=at, **kept),
        trail=[
            (_("Duties"), url_for(".school_board", since=since.isoformat())),
            (_("List of duties"), ""),
        ],
    )


def _rooms() -> list[tuple[UUID, str]]:
    return school_homerooms(ctx(), school_id())


def _filter() -> Filter:
    state = request.args.get("state", "")
    return Filter(
        policy_id=request.args.get("policy", type=UUID),
        rule_key=request.args.get("rule", ""),
        state=state if state in STATES else "",
        school_id=school_id(),
        homeroom_id=request.args.get("homeroom", type=UUID),
        stand_in=request.args.get("stand_in") == "1",
    )


@bp.get(f"{SCHOOL}/duties/grid")
@permission(VIEW)
def grid_page() -> Any:
    """Show the children of a class by the windows of one rule."""
    on, since = _days()
    rules = {k: r for k, r in rule_names(ctx()).items() if r.subject in OF_CHILDREN}
    wanted = _filter()
    rule = rules.get((wanted.policy_id, wanted.rule_key)) if wanted.policy_id else None
    if rule is None:
        raise NotVisible
    rooms = _rooms()
    shown = grid(ctx(), on, since, wanted) if wanted.homeroom_id else None
    return show(
        "duties/grid.html",
        rule=rule,
        wanted=wanted,
        grid=shown,
        rooms=[("", _("Choose a class")), *((str(i), n) for i, n in rooms)],
        since=since.isoformat(),
        states=state_words(),
        period=period,
        trail=[
            (_("Duties"), url_for(".school_board", since=since.isoformat())),
            (rule.title, ""),
        ],
    )


@bp.get(f"{CENTER}/duties")
@permission(VIEW)
def center_board() -> Any:
    """Show schools × rules: how much of what is decided was done."""
    on, since = _days()
    cells: dict[tuple[UUID, UUID, str], Tally] = {
        (t.school_id, t.policy_id, t.rule_key): t for t in tallies_seen(ctx(), on, since)
    }
    used = {(policy, key) for _school, policy, key in cells}
    rules = [rule for key, rule in rule_names(ctx()).items() if key in used]
    schools = [s for s in open_schools(ctx()) if any(s.id == school for school, *_r in cells)]
    return show(
        "duties/center_board.html",
        rules=rules,
        schools=schools,
        cells=cells,
        wholes=_wholes(rules, schools, cells),
        rates=rates,
        since=since.isoformat(),
        terms=_term_choices(),
        list_url=_list_url,
        trail=[(_("Duties"), "")],
    )


def _wholes(
    rules: list[RuleName], schools: list[School], cells: dict[tuple[UUID, UUID, str], Tally]
) -> list[Tally]:
    """Return the centre's sum of each rule."""
    found = []
    for rule in rules:
        keys = [(school.id, rule.policy_id, rule.rule_key) for school in schools]
        found.append(total([cells[key] for key in keys if key in cells]))
    return found
