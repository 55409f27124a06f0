"""The centre's pages of batches: prepare, release, the bank's sheet, its answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from app.sdk import (
    XLSX,
    Job,
    NotVisible,
    Refused,
    Text,
    audit,
    can,
    ctx,
    download,
    last_kept,
    list_sheet,
    listed,
    permission,
)
from plugins.subsidies import answers, batch_lines, papers, payments, queries
from plugins.subsidies.center_views import bp, of_round
from plugins.subsidies.forms import AllPaidForm, ReasonForm, ResultForm
from plugins.subsidies.manifest import ACCOUNTS, APPROVE, MONEY, PAY
from plugins.subsidies.pay_models import Batch
from plugins.subsidies.payments import PAID_
from plugins.subsidies.results import Mistakes
from plugins.subsidies.settling import Result, settle
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
    prepared = batch.state == payments.PREPARED
    if result is None:
        result = ResultForm(formdata=None)
        result.day.data = ctx().today()
    by_hand = AllPaidForm(formdata=None)
    by_hand.day.data = ctx().today()
    known = {} if prepared else batch_lines.became(ctx(), batch)
    job = None if prepared else _job(batch)
    busy = job is not None and job.state in ("waiting", "running")
    ticking = batch.state == payments.RELEASED and can(ctx(), PAY) and not busy
    shown = page(
        "center_batch",
        batch=batch,
        shown=listed(
            batch_lines.batch_lines(batch, ticking=ticking),
            sheet=".batch_lines_sheet",
            page=".batch_page",
        ),
        names=queries.names_of(ctx(), [batch.prepared_by_id, batch.released_by_id]),
        left_out=batch_lines.left_out(ctx(), batch.round, batch.way) if prepared else None,
        paid=PAID_,
        became=known,
        open=batch.heads - sum(heads for heads, _fen in known.values()),
        answer=None if prepared else last_kept(ctx(), answers.ANSWER, batch.id),
        job=job,
        busy=busy,
        ticking=ticking,
        reason_form=reason or ReasonForm(formdata=None),
        result_form=result,
        hand_form=by_hand,
        mistakes=mistakes or [],
        may_pay=can(ctx(), PAY),
        may_approve=can(ctx(), APPROVE),
        may_accounts=can(ctx(), ACCOUNTS),
        trail=of_round(batch.round, (_("Batch %(number)s", number=batch.number), "")),
    )
    errors = (reason is not None and reason.errors) or result.errors or mistakes
    return shown, 422 if errors else 200


def _job(batch: Batch) -> Job | None:
    """Return the reader's own work on a batch while it goes on or when it has failed."""
    wanted = (
        select(Job)
        .where(
            Job.kind.in_((answers.ANSWER, answers.REST)),
            Job.unique_key.contains(str(batch.id)),
            Job.account_id == ctx().actor.account_id,
            Job.state != "done",
        )
        .order_by(Job.created_at.desc())
        .limit(1)
    )
    return ctx().session.scalars(wanted).first()


@bp.get("/batches/<uuid:batch_id>/lines.xlsx")
@permission(MONEY)
def batch_lines_sheet(batch_id: UUID) -> Any:
    """Send the lines of a batch, accounts masked, as a spreadsheet."""
    batch = queries.batch_of(ctx(), batch_id)
    return list_sheet(batch_lines.batch_lines(batch), page="subsidies_center.batch_page")


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
    sent = form.file.data
    try:
        kept = answers.receive_answer(
            ctx(), batch, name=sent.filename or "", body=sent.read(),
            day=day_or_today(form.day.data),
        )  # fmt: skip
    except Mistakes as mistakes:
        form.file.errors = [str(mistakes)]
        return _batch(batch, result=form, mistakes=mistakes.lines)
    except Refused as refused:
        form.file.errors = [str(refused)]
        return _batch(batch, result=form)
    if kept.job_id is not None:
        return _at_work(batch)
    return _settled(batch, kept.report["paid"] + kept.report["returned"], kept.report["left"])


def _at_work(batch: Batch) -> Any:
    flash(_("It is a large batch and written in the background. You may close this page."),
          "info")  # fmt: skip
    return redirect(url_for(".batch_page", batch_id=batch.id))


@bp.post("/batches/<uuid:batch_id>/all-paid")
@permission(PAY)
def all_paid(batch_id: UUID) -> Any:
    """Mark the ticked lines as paid on a day, or handed over."""
    batch, form = queries.batch_of(ctx(), batch_id), AllPaidForm()
    ticked = set(ids(request.form, "payment"))
    rows = [p for p in payments.payments_of(ctx(), batch) if p.id in ticked]
    day = day_or_today(form.day.data)
    try:
        left = settle(ctx(), batch, [Result(p, PAID_, day) for p in rows])
    except Refused as refused:
        flash(str(refused), "danger")
        return _batch(batch)[0], 422
    return _settled(batch, len(rows), left)


@bp.post("/batches/<uuid:batch_id>/rest-paid")
@permission(PAY)
def rest_paid(batch_id: UUID) -> Any:
    """Mark every line without a result as paid, of one school or of all."""
    batch, form = queries.batch_of(ctx(), batch_id), AllPaidForm()
    school = next(iter(ids(request.form, "school")), None)
    if school is None and request.form.get("school"):
        raise NotVisible
    try:
        count, job = answers.pay_rest(
            ctx(), batch, day=day_or_today(form.day.data), school_id=school
        )
    except Refused as refused:
        flash(str(refused), "danger")
        return _batch(batch)[0], 422
    if job is not None:
        return _at_work(batch)
    left = batch.heads - sum(heads for heads, _fen in batch_lines.became(ctx(), batch).values())
    return _settled(batch, count, left)


def _settled(batch: Batch, count: int, left: int) -> Any:
    flash(_("%(count)s results are written down, %(left)s are open.", count=count, left=left),
          "success")  # fmt: skip
    return redirect(url_for(".batch_page", batch_id=batch.id))
