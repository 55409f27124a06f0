"""A child's page of the module: who mentors it, who helps it, its plans."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from app.sdk import (
    PDF,
    Child,
    Forbidden,
    NotVisible,
    Refused,
    School,
    audit,
    can,
    child,
    choices,
    ctx,
    download,
    module_settings,
    permission,
    put_error,
    show,
)
from plugins.mentoring.forms import CloseForm, GoalForm, HelperForm, PlanForm, ReviewForm
from plugins.mentoring.manifest import HELPERS, NAME, PLAN, RESTRICTED, VIEW
from plugins.mentoring.models import Plan
from plugins.mentoring.paper import plan_paper
from plugins.mentoring.plans import (
    RESULTS,
    SUPPORT,
    TITLES,
    Found,
    add_goal,
    begin,
    close,
    may_write,
    plan_of,
    plans_of,
    review,
    reviews_of,
    stages,
)
from plugins.mentoring.queries import helpers, history, pupils
from plugins.mentoring.services import HELPER_KINDS, add_helper, end_helper

bp = Blueprint("mentoring_of_child", __name__, template_folder="templates")


def _trail(*more: tuple[object, str]) -> list[tuple[object, str]]:
    page = url_for("children.page", child_id=child().id)
    return [(child().name, page), (_("Mentoring and plans"), url_for(".plans")), *more]


@bp.get("")
@permission(VIEW)
def plans() -> Any:
    """Show the child's mentors, now and before, pupils who help, and plans."""
    return show(
        "mentoring/child.html",
        child=child(),
        past=history(ctx(), child_id=child().id),
        helps=helpers(ctx(), child().id),
        helper_kinds=HELPER_KINDS,
        plans=plans_of(ctx(), child()),
        titles=TITLES,
        writable=[kind for kind in TITLES if may_write(ctx(), child(), kind)],
        may_help=can(ctx(), PLAN, child()),
        pupils_help=module_settings(ctx(), child().school_id, NAME)[HELPERS],
        may_restricted=can(ctx(), RESTRICTED, child()),
        trail=_trail(),
    )


def _writable(plan_id: UUID) -> Plan:
    plan = plan_of(ctx(), child(), plan_id)
    _demand_write(plan.kind)
    return plan


def _demand_write(kind: str) -> None:
    if kind not in TITLES:
        raise NotVisible
    if not may_write(ctx(), child(), kind):
        raise Forbidden(PLAN)


def _form(form: Any, title: str, after: str) -> Any:
    page = show(
        "mentoring/form.html",
        form=form,
        title=title,
        note="",
        after=after,
        trail=_trail((title, "")),
    )
    return page, 422 if form.errors else 200


@bp.route("/plans/new/<kind>", methods=["GET", "POST"])
@permission(VIEW)
def new_plan(kind: str) -> Any:
    """Begin a plan."""
    _demand_write(kind)
    form = PlanForm()
    if request.method == "GET":
        form.starts_on.data = ctx().today()
    if form.validate_on_submit():
        try:
            plan = begin(
                ctx(),
                child(),
                kind=kind,
                situation=form.situation.data or "",
                starts_on=form.starts_on.data or ctx().today(),
                review_on=form.review_on.data,
            )
        except Refused as refused:
            put_error(form, refused)
        else:
            flash(_("The plan has begun. Add its goals."), "success")
            return redirect(url_for(".plan", plan_id=plan.id))
    return _form(form, str(TITLES[kind]), url_for(".plans"))


@bp.get("/plans/<uuid:plan_id>")
@permission(VIEW)
def plan(plan_id: UUID) -> Any:
    """Show a plan with its goals and what has come of them."""
    return _plan(plan_of(ctx(), child(), plan_id))


def _plan(
    found: Plan,
    goal: GoalForm | None = None,
    looked: ReviewForm | None = None,
    closing: CloseForm | None = None,
) -> Any:
    said = reviews_of(ctx(), found)
    audit(ctx(), "mentoring.plan.read", object_id=found.id, child_id=child().id)
    errors = any(form is not None and form.errors for form in (goal, looked, closing))
    return show(
        "mentoring/plan.html",
        child=child(),
        plan=found,
        title=TITLES[found.kind],
        by_goal=stages(found, said),
        results=RESULTS,
        may_write=may_write(ctx(), child(), found.kind) and found.closed_on is None,
        goal_form=goal or GoalForm(formdata=None),
        review_form=looked or _review_form(found, fresh=True),
        close_form=closing or CloseForm(formdata=None),
        support=found.kind == SUPPORT,
        today=ctx().today(),
        trail=_trail((TITLES[found.kind], "")),
    ), 422 if errors else 200


def _review_form(found: Plan, *, fresh: bool = False) -> ReviewForm:
    form = ReviewForm(formdata=None) if fresh else ReviewForm()
    goals = [(str(goal.id), goal.goal) for goal in found.goals]
    form.goal.choices = choices([("", _("The whole plan")), *goals])
    form.result.choices = choices(list(RESULTS.items()))
    if fresh:
        form.happened_on.data = ctx().today()
        form.result.data = "better"
        if len(goals) == 1:
            form.goal.data = goals[0][0]
    return form


@bp.post("/plans/<uuid:plan_id>/goals")
@permission(VIEW)
def new_goal(plan_id: UUID) -> Any:
    """Add a line to a plan."""
    found, form = _writable(plan_id), GoalForm()
    if form.validate_on_submit():
        try:
            add_goal(
                ctx(), found, goal=form.goal.data or "", steps=form.steps.data or "",
                due_on=form.due_on.data,
            )  # fmt: skip
        except Refused as refused:
            put_error(form, refused)
        else:
            flash(_("The goal is added."), "success")
            return redirect(url_for(".plan", plan_id=found.id))
    return _plan(found, goal=form)


@bp.post("/plans/<uuid:plan_id>/reviews")
@permission(VIEW)
def new_review(plan_id: UUID) -> Any:
    """Write down a review."""
    found = _writable(plan_id)
    form = _review_form(found)
    if form.validate_on_submit():
        told = Found(
            form.result.data,
            form.happened_on.data or ctx().today(),
            form.text.data or "",
            UUID(form.goal.data) if form.goal.data else None,
            form.review_on.data,
        )
        try:
            review(ctx(), child(), found, told)
        except Refused as refused:
            put_error(form, refused)
        else:
            flash(_("The review is written down."), "success")
            return redirect(url_for(".plan", plan_id=found.id))
    return _plan(found, looked=form)


@bp.post("/plans/<uuid:plan_id>/close")
@permission(VIEW)
def close_plan(plan_id: UUID) -> Any:
    """Close a plan with its outcome."""
    found, form = _writable(plan_id), CloseForm()
    if form.validate_on_submit():
        try:
            close(ctx(), found, outcome=form.outcome.data or "")
        except Refused as refused:
            put_error(form, refused)
        else:
            flash(_("The plan is closed."), "success")
            return redirect(url_for(".plans"))
    return _plan(found, closing=form)


@bp.get("/plans/<uuid:plan_id>.pdf")
@permission(VIEW)
def paper(plan_id: UUID) -> Any:
    """Print a plan."""
    found = plan_of(ctx(), child(), plan_id)
    school = ctx().session.scalars(select(School.name).where(School.id == child().school_id)).one()
    body = plan_paper(child(), school, found, reviews_of(ctx(), found), on=ctx().today())
    audit(ctx(), "mentoring.plan.print", object_id=found.id, child_id=child().id)
    return download(body, f"{TITLES[found.kind]}_{child().name}.pdf", PDF)


def _offered() -> Sequence[Child]:
    found = [pupil.child for pupil in pupils(ctx(), child().school_id, VIEW)]
    return [other for other in found if other.id != child().id]


@bp.route("/helpers/new", methods=["GET", "POST"])
@permission(PLAN)
def new_helper() -> Any:
    """Let a pupil help the child."""
    form, offered = HelperForm(kind="hand_in_hand"), _offered()
    form.helper.choices = choices([("", _("Choose")), *((str(c.id), c.name) for c in offered)])
    form.kind.choices = choices(list(HELPER_KINDS.items()))
    if form.validate_on_submit():
        helper = next(other for other in offered if str(other.id) == form.helper.data)
        try:
            add_helper(ctx(), child(), helper, kind=form.kind.data)
        except Refused as refused:
            put_error(form, refused)
        else:
            flash(_("%(name)s helps from today.", name=helper.name), "success")
            return redirect(url_for(".plans"))
    return _form(form, _("A pupil helps"), url_for(".plans"))


@bp.post("/helpers/<uuid:helper_id>/end")
@permission(PLAN)
def stop_helper(helper_id: UUID) -> Any:
    """End the help of a pupil."""
    found = next((h for h in helpers(ctx(), child().id) if h.row.id == helper_id), None)
    if found is None or found.row.child_id != child().id:
        raise NotVisible
    end_helper(ctx(), found.row, reason="")
    flash(_("%(name)s no longer helps.", name=found.other.name), "success")
    return redirect(url_for(".plans"))
