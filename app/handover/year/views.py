"""The pages of the change of year: the school's plan, who repeats, and how far the schools are."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy import func, select

from app.edge.areas import CENTER, SCHOOL
from app.edge.current import ctx, school_id, show
from app.edge.marks import permission
from app.handover.models import YearRoll
from app.handover.views.bp import bp
from app.handover.year import services
from app.handover.year.choices import Choices, is_late, target_year
from app.handover.year.plan import YearPlan, plan_year, pupil_names, roll_of
from app.handover.year.states import school_states
from app.handover.year.undo import undo, undoable_until
from app.jobs.models import Job
from app.kernel.dates import parse_date
from app.kernel.errors import NotVisible, Refused
from app.kernel.text import T, Text
from app.tenancy.models import School, Term

_PAGE = f"{SCHOOL}/school-year"


def _school() -> School:
    return ctx().session.scalars(select(School).where(School.id == school_id())).one()


def _roll() -> YearRoll | None:
    return roll_of(ctx(), school_id(), target_year(ctx().today()))


def _usual_last_day(year: int) -> date:
    """Return the last day of the school year that ends, at the latest today."""
    ended = select(func.max(Term.ends_on)).where(Term.school_year == year - 1)
    return min(ctx().session.scalar(ended) or date(year, 7, 10), ctx().today())


def _plan() -> YearPlan:
    year, row = target_year(ctx().today()), _roll()
    choices = Choices.of(row.plan if row else {}, _usual_last_day(year))
    return plan_year(ctx(), _school(), year, choices)


@bp.get(_PAGE, endpoint="year")
@permission("school.manage")
def page() -> Any:
    """Show what the change to the school year would do, or what it has done."""
    row = _roll()
    job = ctx().session.scalar(select(Job).where(Job.id == row.job_id)) if row else None
    given_up = job is not None and job.state in ("failed", "cancelled")
    year = target_year(ctx().today())
    trail = [(_("Change of school year"), "")]
    if row is not None and (row.state == "done" or (row.state == "waiting" and not given_up)):
        until = undoable_until(row)
        return show(
            "handover/year_done.html",
            row=row,
            own=job is not None and job.account_id == ctx().actor.account_id,
            until=until if until and until >= ctx().now() else None,
            year=year,
            trail=trail,
        )
    return show(
        "handover/year.html",
        plan=_plan(),
        year=year,
        failed=job if given_up else None,
        late=is_late(ctx().today()),
        today=ctx().today(),
        trail=trail,
    )


@bp.post(_PAGE, endpoint="year_choose")
@permission("school.manage")
def choose() -> Any:
    """Keep what was chosen and show what it comes to."""
    try:
        services.choose(ctx(), _school(), _chosen())
    except Refused as refused:
        return _again(refused)
    flash(_("Kept. Look through it, then carry it out."), "success")
    return redirect(url_for("handover.year"))


@bp.post(f"{_PAGE}/run", endpoint="year_run")
@permission("school.manage")
def run() -> Any:
    """Carry the plan out as one job."""
    try:
        services.ask(ctx(), _school())
    except Refused as refused:
        return _again(refused)
    flash(_("It is being done. You may close this page; you will be told."), "success")
    return redirect(url_for("handover.year"))


@bp.post(f"{_PAGE}/undo", endpoint="year_undo")
@permission("school.manage")
def take_back() -> Any:
    """Take the change back."""
    row = _roll()
    if row is None:
        raise NotVisible
    try:
        undo(ctx(), row)
    except Refused as refused:
        return _again(refused)
    flash(_("Taken back. Everything is as it was before."), "success")
    return redirect(url_for("handover.year"))


@bp.route(f"{_PAGE}/classes/<uuid:homeroom_id>", methods=["GET", "POST"], endpoint="year_repeat")
@permission("school.manage")
def repeat(homeroom_id: UUID) -> Any:
    """Choose which pupils of a class repeat, and in which class."""
    plan = _plan()
    one = next((one for one in plan.classes if one.room.id == homeroom_id), None)
    if one is None or not one.lower:
        raise NotVisible
    if request.method == "POST":
        lower = {str(room): room for room, _name in one.lower}
        sent = {child: lower.get(request.form.get(f"child-{child}", "")) for child in one.pupils}
        kept = {c: r for c, r in plan.choices.repeat.items() if c not in sent}
        kept |= {child: room for child, room in sent.items() if room}
        try:
            services.choose(ctx(), _school(), _with_repeat(plan.choices, kept))
        except Refused as refused:
            return _again(refused)
        flash(_("Kept."), "success")
        return redirect(url_for("handover.year"))
    return show(
        "handover/year_repeat.html",
        one=one,
        pupils=pupil_names(ctx(), one.pupils),
        chosen=plan.choices.repeat,
        trail=[(_("Change of school year"), url_for("handover.year")), (one.now, "")],
    )


@bp.get(f"{CENTER}/school-year", endpoint="year_center")
@permission("center.view")
def center_page() -> Any:
    """Show how far every school is."""
    year = target_year(ctx().today())
    return show(
        "handover/year_center.html",
        states=school_states(ctx(), year),
        year=year,
        trail=[(_("Change of school year"), "")],
    )


def _with_repeat(choices: Choices, repeat: dict[UUID, UUID]) -> Choices:
    return replace(choices, repeat=repeat)


def _chosen() -> Choices:
    """Read the form: for each class what becomes of it and who leads it."""
    plan = _plan()
    day = parse_date(request.form.get("last_day", ""))
    if isinstance(day, Text):
        raise Refused(T("Give the last school day of the leavers."), "last_day")
    into, teacher, school = {}, {}, {}
    for one in plan.classes:
        room = one.room.id
        options = {str(option): option for option, _name in one.options}
        sent = request.form.get(f"into-{room}", "")
        if chosen := options.get(sent):
            into[room] = chosen
        if going := {f"school:{key}": key for key, _name in one.schools}.get(sent):
            school[room] = going
        who = request.form.get(f"teacher-{room}", "")
        if who in ("stays", "none") or who in {str(person) for person in plan.people}:
            teacher[room] = who
    return Choices(day, into, teacher, plan.choices.repeat, school)


def _again(refused: Refused) -> Any:
    flash(str(refused), "danger")
    ctx().session.rollback()
    return page(), 422
