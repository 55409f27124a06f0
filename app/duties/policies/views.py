"""Policies of a school and of the centre: kept, offered, adopted, changed, ended."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any
from uuid import UUID

from flask import flash, redirect, request
from flask_babel import gettext as _

from app.children.views.saving import day_of
from app.db.scope import Reach
from app.duties.packs import packs
from app.duties.policies.forms import NEW_DUTY, PolicyForm
from app.duties.policies.queries import (
    Forecast,
    Kept,
    forecast,
    kept,
    offered,
    one_of,
    policy_of_version,
)
from app.duties.policy import DutyRule, Policy
from app.duties.problems import PolicyRefused
from app.duties.sentences import sentence
from app.duties.services import adopt, end, revise
from app.edge.areas import BothBlueprint
from app.edge.current import ctx, place, show
from app.edge.forms import put_error
from app.edge.marks import permission
from app.kernel.errors import NotVisible, Refused
from app.kernel.ids import uuid7

bp = BothBlueprint("policies", "app.duties.policies", "/policies")
here = bp.here


def _demand_own() -> None:
    """The centre's floor is changed in the centre's reach only; a school reads it."""
    if place() is None and ctx().scope.reach is not Reach.CENTER:
        raise NotVisible


def _manages() -> bool:
    whole = place() is not None or ctx().scope.reach is Reach.CENTER
    return whole and ctx().actor.holds("duties.manage")


def waiting(rule: DutyRule) -> bool:
    """Tell whether no installed module records any of a rule's kinds."""
    return not set(rule.entry) & set(ctx().registry.entry_kinds)


def _trail(*further: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("Policies"), here("page")), *further]


@bp.both("", "page")
@permission("duties.view")
def page() -> Any:
    """List what is kept, in sentences, and what could be."""
    return show(
        "policies/page.html",
        kept=kept(ctx(), place()),
        offered=offered(ctx(), place()),
        sentence=sentence,
        waiting=waiting,
        here=here,
        today=ctx().today(),
        of_school=place() is not None,
        manage=_manages(),
        trail=[(_("Policies"), "")],
    )


@bp.both("/packs/<slug:key>", "pack", "GET", "POST")
@permission("duties.manage")
def pack(key: str) -> Any:
    """Show what a pack asks for and what that would mean here; keep it."""
    _demand_own()
    name = key.replace("-", "_")
    if name not in packs():
        raise NotVisible
    form = PolicyForm()
    if form.in_force_from.data is None:
        form.in_force_from.data = ctx().today()
    policy = packs()[name]
    if request.method == "POST" and form.in_force_from.validate(form):
        try:
            adopt(
                ctx(),
                policy,
                key=name,
                in_force_from=day_of(form.in_force_from),
                school_id=place(),
            )
        except Refused as refused:
            put_error(form, refused)
        else:
            flash(_("“%(name)s” is kept from now on.", name=policy.name), "success")
            return redirect(here("page"))
    shown = show(
        "policies/pack.html",
        policy=policy,
        forecast=forecast(ctx(), policy, place()),
        form=form,
        sentence=sentence,
        waiting=waiting,
        here=here,
        trail=_trail((policy.name, "")),
    )
    return shown, 422 if request.method == "POST" else 200


@bp.both("/<uuid:policy_id>/edit", "edit", "GET", "POST")
@permission("duties.manage")
def edit(policy_id: UUID) -> Any:
    """Change a policy from a day on; before saving, say what that would mean."""
    _demand_own()
    found = one_of(ctx(), policy_id, place())
    form = PolicyForm()
    if request.method == "GET":
        last = found.row.versions[-1]
        form.fill(policy_of_version(found.row, last))
        form.in_force_from.data = max(ctx().today(), last.in_force_from) + timedelta(days=1)
    return _edited(form, found)


@bp.both("/new", "new", "GET", "POST")
@permission("duties.manage")
def new() -> Any:
    """Write a policy of one's own; before saving, say what it would mean."""
    _demand_own()
    form = PolicyForm()
    if request.method == "GET":
        form.in_force_from.data = ctx().today()
        form.duty.append_entry(NEW_DUTY | {"key": "duty_1"})
    return _edited(form)


def _save(form: PolicyForm, policy: Policy, found: Kept | None) -> None:
    begins = day_of(form.in_force_from)
    if found is not None:
        revise(ctx(), found.row, policy, in_force_from=begins)
        flash(_("The change is kept."), "success")
        return
    adopt(ctx(), policy, key=f"own_{uuid7().hex}", in_force_from=begins, school_id=place())
    flash(_("“%(name)s” is kept from now on.", name=policy.name), "success")


def _edited(form: PolicyForm, found: Kept | None = None) -> Any:
    seen: Forecast | None = None
    said = found.policy.duties if found else ()
    refused = False
    if "add" in request.form:
        taken = {rule.key.data for rule in form.duty}
        key = next(k for n in count(len(form.duty) + 1) if (k := f"duty_{n}") not in taken)
        form.duty.append_entry(NEW_DUTY | {"key": key})
    form.offer(ctx())
    if request.method == "POST" and "add" not in request.form and form.validate_on_submit():
        try:
            policy = form.policy()
            said = policy.duties
            if "preview" not in request.form:
                _save(form, policy, found)
                return redirect(here("page"))
            seen = forecast(ctx(), policy, place(), found.row.id if found else None)
        except PolicyRefused:
            refused = True
        except Refused as error:
            put_error(form, error)
    shown = show(
        "policies/edit.html",
        form=form,
        found=found,
        forecast=seen,
        said={rule.key: sentence(rule) for rule in said},
        sentence=sentence,
        waiting=waiting,
        here=here,
        trail=_trail((found.policy.name if found else _("A policy of one's own"), "")),
    )
    return shown, 422 if refused or form.errors else 200


@bp.both("/<uuid:policy_id>/end", "end", "POST")
@permission("duties.manage")
def end_policy(policy_id: UUID) -> Any:
    """Stop keeping a policy: what opened before stays owed."""
    _demand_own()
    found = one_of(ctx(), policy_id, place())
    end(ctx(), found.row, last_day=ctx().today())
    flash(_("“%(name)s” ends today. What is open stays owed.", name=found.policy.name), "success")
    return redirect(here("page"))
