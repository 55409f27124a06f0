"""Pages of what waits for an answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from app.sdk import Refused, audit, ctx, list_sheet, listed, permission, put_error, show
from plugins.health_checks import referral_list
from plugins.health_checks.forms import CloseForm, StepForm
from plugins.health_checks.manifest import FOLLOW
from plugins.health_checks.referral_list import LIST, Line, referral_of
from plugins.health_checks.referrals import answer, close
from plugins.health_checks.screening.verdicts import NOT_A_DIAGNOSIS


def add_to(bp: Blueprint) -> None:
    """Add the pages to the school's blueprint."""
    bp.get("/referrals")(referrals)
    bp.get("/referrals.xlsx")(referrals_sheet)
    bp.get("/referrals/<uuid:referral_id>")(referral)
    bp.post("/referrals/<uuid:referral_id>/steps")(add_step)
    bp.post("/referrals/<uuid:referral_id>/close")(close_referral)


def _trail(*more: tuple[object, str]) -> list[tuple[object, str]]:
    return [(_("Health follow-up"), url_for(".referrals")), *more]


@permission(FOLLOW)
def referrals() -> Any:
    """List what waits and what was answered."""
    shown = listed(LIST, sheet=".referrals_sheet")
    return show("health_checks/referrals.html", shown=shown, trail=_trail())


@permission(FOLLOW)
def referrals_sheet() -> Any:
    """Send the list as a spreadsheet."""
    return list_sheet(LIST, page=".referrals")


@permission(FOLLOW)
def referral(referral_id: UUID) -> Any:
    """Show one with what was done."""
    return _page(referral_of(ctx(), referral_id), StepForm(), CloseForm())


def _page(line: Line, step: StepForm, closing: CloseForm) -> Any:
    for field in (step.happened_on, closing.closed_on):
        field.data = field.data or ctx().today()
    if line.findings:
        audit(ctx(), "health_checks.read", child_id=line.child.id, object_id=line.referral.id)
    page = show(
        "health_checks/referral.html",
        line=line,
        step=step,
        closing=closing,
        check_up=referral_list.check_up_of(ctx(), line.referral) if line.findings else None,
        hint=NOT_A_DIAGNOSIS,
        seen=referral_list.seen_by_family(ctx(), line.referral),
        trail=_trail((line.child.name, "")),
    )
    return page, 422 if step.errors or closing.errors else 200


@permission(FOLLOW)
def add_step(referral_id: UUID) -> Any:
    """Write down what was done."""
    line, form = referral_of(ctx(), referral_id), StepForm()

    def write() -> None:
        answer(ctx(), line.referral, line.child, step=form.step.data, text=form.text.data or "",
               happened_on=form.happened_on.data, due_on=form.due_on.data)  # fmt: skip

    if _done(form, write):
        flash(_("Written down."), "success")
        return redirect(url_for(".referral", referral_id=referral_id))
    return _page(line, form, CloseForm(formdata=None))


@permission(FOLLOW)
def close_referral(referral_id: UUID) -> Any:
    """Close one with what came of it."""
    line, form = referral_of(ctx(), referral_id), CloseForm()

    def write() -> None:
        close(ctx(), line.referral, line.child, outcome=form.outcome.data,
              text=form.closing_text.data or "", happened_on=form.closed_on.data)  # fmt: skip

    if _done(form, write):
        flash(_("The follow-up of %(name)s is closed.", name=line.child.name), "success")
        return redirect(url_for(".referrals", state="open"))
    return _page(line, StepForm(formdata=None), form)


def _done(form: FlaskForm, write: Callable[[], None]) -> bool:
    if not form.validate_on_submit():
        return False
    try:
        write()
    except Refused as refused:
        put_error(form, refused)
        return False
    return True
