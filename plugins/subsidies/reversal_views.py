"""The centre's pages of payments to be taken back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from app.sdk import NotVisible, Refused, can, ctx, permission, put_error
from plugins.subsidies import queries
from plugins.subsidies.center_views import bp, trail
from plugins.subsidies.forms import DecideForm
from plugins.subsidies.manifest import APPROVE, MONEY
from plugins.subsidies.pay_models import Reversal
from plugins.subsidies.receipts import confirm_reversal, refuse_reversal, reversals
from plugins.subsidies.views import day_or_today, page


@bp.get("/reversals")
@permission(MONEY)
def reversals_page() -> Any:
    """List what was asked to be taken back, and decide."""
    return _reversals()


def _reversals(deciding_on: UUID | None = None, form: DecideForm | None = None) -> Any:
    found = reversals(ctx())
    if form is None:
        form = DecideForm(formdata=None)
        form.day.data = ctx().today()
    shown = page(
        "reversals",
        found=found,
        schools={school.id: school.short_name for school in queries.schools(ctx())},
        names=queries.names_of(
            ctx(), [s for row, _p, _b in found for s in (row.asked_by_id, row.decided_by_id)]
        ),
        form=form,
        deciding=deciding_on,
        may_approve=can(ctx(), APPROVE),
        trail=trail((_("Reversals"), "")),
    )
    return shown, 422 if deciding_on else 200


@bp.post("/reversals/<uuid:reversal_id>")
@permission(APPROVE)
def decide_reversal(reversal_id: UUID) -> Any:
    """Confirm or refuse to take a payment back."""
    row = ctx().session.scalar(select(Reversal).where(Reversal.id == reversal_id))
    if row is None:
        raise NotVisible
    form = DecideForm()
    if not form.validate_on_submit():
        return _reversals(row.id, form)
    answer = form.answer.data or ""
    try:
        if request.form.get("step") == "confirm":
            confirm_reversal(ctx(), row, day=day_or_today(form.day.data), answer=answer)
        else:
            refuse_reversal(ctx(), row, answer=answer)
    except Refused as refused:
        put_error(form, refused, default="answer")
        return _reversals(row.id, form)
    flash(_("The decision is written down."), "success")
    return redirect(url_for(".reversals_page"))
