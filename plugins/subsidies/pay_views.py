"""The centre's pages of batches: prepare, release, the bank's sheet, its answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from app.sdk import (
    XLSX,
    Refused,
    Text,
    audit,
    can,
    ctx,
    download,
    permission,
    uploaded_workbook,
)
from plugins.subsidies import papers, payments, queries
from plugins.subsidies.center_views import bp, of_round
from plugins.subsidies.forms import AllPaidForm, ReasonForm, ResultForm
from plugins.subsidies.manifest import ACCOUNTS, APPROVE, MONEY, PAY
from plugins.subsidies.pay_models import Batch
from plugins.subsidies.payments import PAID_, PREPARED, Result
from plugins.subsidies.results import Mistakes, read_results
from plugins.subsidies.views import day_or_today, ids, page


@bp.post("/rounds/<uuid:round_id>/batches")
@permission(PAY)
def prepare(round_id: UUID) -> Any:
    """Make a batch of all that can be paid, of some schools or all."""
    round_ = queries.round_of(ctx(), round_id)
    try:
        batch = payments.prepare(
            ctx(), round_, way=request.form.get("way", ""), schools=ids(request.form, "schools")
        )
    except Refused as refused:
        flash(str(refused), "danger")
        return redirect(url_for(".round_page", round_id=round_.id))
    flash(_("The batch is prepared. Somebody else releases it."), "success")
    return redirect(url_for(".batch_page", batch_id=batch.id))


@bp.get("/batches/<uuid:batch_id>")
@permission(MONEY)
def batch_page(batch_id: UUID) -> Any:
    """Show a batch line by line."""
    return _batch(queries.batch_of(ctx(), batch_id))


def _batch(
    batch: Batch,
    reason: ReasonForm | None = None,
    result: ResultForm | None = None,
    mistakes: list[Text] | None = None,
) -> Any:
    found = payments.payments_of(ctx(), batch)
    settled = payments.settled_of(ctx(), batch)
    due = payments.due(ctx(), batch.round, batch.way) if batch.state == PREPARED else None
    if result is None:
        result = ResultForm(formdata=None)
        result.day.data = ctx().today()
    by_hand = AllPaidForm(formdata=None)
    by_hand.day.data = ctx().today()
    shown = page(
        "center_batch",
        batch=batch,
        lines=found,
        settled=settled,
        number=lambda line: papers.payment_number(batch, line),
        schools={school.id: school.short_name for school in queries.schools(ctx())},
        names=queries.names_of(ctx(), [batch.prepared_by_id, batch.released_by_id]),
        due=due,
        paid=PAID_,
        paid_sum=sum(p.amount_fen for p in found
                     if p.id in settled and settled[p.id].outcome == PAID_),
        back_sum=sum(p.amount_fen for p in found
                     if p.id in settled and settled[p.id].outcome != PAID_),
        reason_form=reason or ReasonForm(formdata=None),
        result_form=result,
        hand_form=by_hand,
        mistakes=mistakes or [],
        may_pay=can(ctx(), PAY),
        may_approve=can(ctx(), APPROVE),
        may_accounts=can(ctx(), ACCOUNTS),
        trail=of_round(batch.round, (_("Batch %(number)s", number=batch.number), "")),
    )  # fmt: skip
    errors = (reason is not None and reason.errors) or result.errors or mistakes
    return shown, 422 if errors else 200


def _step(batch: Batch, step: Callable[[], object], said: str) -> Any:
    try:
        step()
    except Refused as refused:
        flash(str(refused), "danger")
        return _batch(batch)[0], 422
    flash(said, "success")
    return redirect(url_for(".batch_page", batch_id=batch.id))


@bp.post("/batches/<uuid:batch_id>/release")
@permission(APPROVE)
def release(batch_id: UUID) -> Any:
    """Release a batch to be paid."""
    batch = queries.batch_of(ctx(), batch_id)
    return _step(batch, lambda: payments.release(ctx(), batch), _("The batch is released."))


@bp.post("/batches/<uuid:batch_id>/cancel")
@permission(PAY)
def cancel(batch_id: UUID) -> Any:
    """Call a batch off."""
    batch, form = queries.batch_of(ctx(), batch_id), ReasonForm()
    if not form.validate_on_submit():
        return _batch(batch, reason=form)
    reason = form.reason.data or ""
    return _step(
        batch, lambda: payments.cancel(ctx(), batch, reason=reason), _("The batch is called off.")
    )


@bp.post("/batches/<uuid:batch_id>/bank-sheet")
@permission(ACCOUNTS)
def bank_sheet(batch_id: UUID) -> Any:
    """Send the sheet for the bank with whole account numbers; the log keeps who took it."""
    batch = queries.batch_of(ctx(), batch_id)
    if batch.state != payments.RELEASED:
        return _step(batch, lambda: payments.demand_released(batch), "")
    rows = payments.payments_of(ctx(), batch)
    body = papers.bank_sheet(batch, rows, {s.id: s for s in queries.schools(ctx())})
    audit(ctx(), "subsidies.account.export", object_id=batch.id, count=len(rows))
    return download(body, f"{_('Payment sheet')}{batch.number:04}.xlsx", XLSX)


@bp.post("/batches/<uuid:batch_id>/results")
@permission(PAY)
def results(batch_id: UUID) -> Any:
    """Take in the bank's answer."""
    batch, form = queries.batch_of(ctx(), batch_id), ResultForm()
    if not form.validate_on_submit():
        return _batch(batch, result=form)
    try:
        book = uploaded_workbook(form.file.data.filename or "", form.file.data.read())
        settled = payments.settled_of(ctx(), batch)
        every = payments.payments_of(ctx(), batch)
        day = day_or_today(form.day.data)
        found = read_results(book, batch, every, day=day, settled=settled)
        left = payments.settle(ctx(), batch, found.results)
    except Mistakes as mistakes:
        form.file.errors = [str(mistakes)]
        return _batch(batch, result=form, mistakes=mistakes.lines)
    except Refused as refused:
        form.file.errors = [str(refused)]
        return _batch(batch, result=form)
    return _settled(batch, len(found.results), left)


@bp.post("/batches/<uuid:batch_id>/all-paid")
@permission(PAY)
def all_paid(batch_id: UUID) -> Any:
    """Mark the ticked lines as paid on a day, or handed over."""
    batch, form = queries.batch_of(ctx(), batch_id), AllPaidForm()
    ticked = set(ids(request.form, "payment"))
    rows = [p for p in payments.payments_of(ctx(), batch) if p.id in ticked]
    day = day_or_today(form.day.data)
    try:
        left = payments.settle(ctx(), batch, [Result(p, PAID_, day) for p in rows])
    except Refused as refused:
        flash(str(refused), "danger")
        return _batch(batch)[0], 422
    return _settled(batch, len(rows), left)


def _settled(batch: Batch, count: int, left: int) -> Any:
    flash(_("%(count)s results are written down, %(left)s are open.", count=count, left=left),
          "success")  # fmt: skip
    return redirect(url_for(".batch_page", batch_id=batch.id))
