"""The school's pages of money: the ledger, signature sheets, receipts, asking for a reversal."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from app.sdk import (
    PDF,
    XLSX,
    NotVisible,
    RecordList,
    Refused,
    audit,
    can,
    ctx,
    download,
    list_sheet,
    listed,
    permission,
    read_list,
    unit_name,
)
from plugins.subsidies import papers, queries
from plugins.subsidies.awards import AWARDS, STANDINGS, AwardLine, last_payments
from plugins.subsidies.forms import ReasonForm, SignForm
from plugins.subsidies.manifest import MONEY, RECEIPT
from plugins.subsidies.pay_models import Batch, Payment
from plugins.subsidies.payments import PAID_, payments_of
from plugins.subsidies.receipts import arrived, ask_reversal, sign
from plugins.subsidies.views import bp, day_or_today, here, ids, page, plain, trail

_MOST = 2000


@bp.get("/awards")
@permission(MONEY)
def awards() -> Any:
    """List what was approved and what became of the money."""
    return page(
        "awards",
        shown=listed(AWARDS, sheet="subsidies_school.awards_sheet"),
        standings=STANDINGS,
        paper_url=url_for(".awards_pdf", **plain(request.args)),
        trail=trail((_("Ledger of subsidies"), "")),
    )


@bp.get("/awards.xlsx")
@permission(MONEY)
def awards_sheet() -> Any:
    """Send the ledger as a spreadsheet."""
    return list_sheet(AWARDS, page="subsidies_school.awards")


@bp.get("/awards.pdf")
@permission(MONEY)
def awards_pdf() -> Any:
    """Print the ledger as it is narrowed."""
    return ledger(AWARDS, ".awards")


def ledger(spec: RecordList[AwardLine], back: str) -> Any:
    """Return the rows that the address asks for on paper; the audit notes how many.

    Above 2000 rows it leads back to the list and says so.
    """
    found = read_list(ctx(), spec, request.args, size=_MOST)
    if found.page.total > _MOST:
        told = _("These are %(count)s rows; %(most)s at most are printed. Narrow the list first.",
                 count=found.page.total, most=_MOST)  # fmt: skip
        flash(told, "warning")
        return redirect(url_for(back, **plain(found.kept)))
    rows, place = found.page.rows, ctx().scope.school_ids
    unit = unit_name(ctx(), place[0] if len(place) == 1 else None)
    body = papers.ledger_pdf(rows, unit, on=ctx().today())
    audit(ctx(), "subsidies.award.print", count=len(rows))
    return download(body, f"{_('Ledger of subsidies')}{ctx().today():%Y%m%d}.pdf", PDF)


@bp.get("/batches/<uuid:batch_id>")
@permission(MONEY)
def batch_page(batch_id: UUID) -> Any:
    """Show the school's lines of a batch, who signed, and what may be asked to be taken back."""
    return _batch(queries.batch_of(ctx(), batch_id))


def _lines(batch: Batch) -> list[Payment]:
    found = list(payments_of(ctx(), batch, here()))
    if not found:
        raise NotVisible
    return found


def _batch(
    batch: Batch, form: SignForm | None = None, asking: tuple[UUID, ReasonForm] | None = None
) -> Any:
    lines = _lines(batch)
    last = last_payments(ctx(), [line.award_id for line in lines])
    if form is None:
        form = SignForm(formdata=None)
        form.day.data = ctx().today()
    shown = page(
        "school_batch",
        batch=batch,
        lines=[(line, last[line.award_id]) for line in lines if line.award_id in last],
        whole=sum(line.amount_fen for line in lines),
        form=form,
        paid=PAID_,
        asking=asking[0] if asking else None,
        reason_form=asking[1] if asking else ReasonForm(formdata=None),
        may_sign=can(ctx(), RECEIPT),
        trail=trail((_("Batch %(number)s", number=batch.number), "")),
    )
    return shown, 422 if form.errors or asking else 200


@bp.get("/batches/<uuid:batch_id>.pdf")
@permission(MONEY)
def batch_pdf(batch_id: UUID) -> Any:
    """Print the sheet that families sign."""
    batch = queries.batch_of(ctx(), batch_id)
    rows = _lines(batch)
    body = papers.signature_pdf(batch, rows, unit_name(ctx(), here()), on=ctx().today())
    audit(ctx(), "subsidies.batch.print", object_id=batch.id, school_id=here(), count=len(rows))
    return download(body, f"{_('Signature sheet')}_{batch.round.title}.pdf", PDF)


@bp.get("/batches/<uuid:batch_id>.xlsx")
@permission(MONEY)
def batch_sheet(batch_id: UUID) -> Any:
    """Send the signature sheet as a spreadsheet."""
    batch = queries.batch_of(ctx(), batch_id)
    rows = _lines(batch)
    body = papers.signature_sheet(batch, rows, unit_name(ctx(), here()))
    audit(ctx(), "subsidies.batch.export", object_id=batch.id, school_id=here(), count=len(rows))
    return download(body, f"{_('Signature sheet')}_{batch.round.title}.xlsx", XLSX)


@bp.post("/batches/<uuid:batch_id>/receipts")
@permission(RECEIPT)
def receipts(batch_id: UUID) -> Any:
    """Write down who signed for the money on paper."""
    batch = queries.batch_of(ctx(), batch_id)
    form, ticked = SignForm(), set(ids(request.form, "payment"))
    if form.validate_on_submit():
        day, every = day_or_today(form.day.data), _lines(batch)
        chosen = [line for line in every if line.id in ticked]
        if request.form.get("all"):
            there = arrived(ctx(), [line.id for line in every])
            chosen = [x for x in every if x.id in there and there[x.id].day <= day]
        try:
            rows = sign(ctx(), chosen, day=day)
        except Refused as refused:
            form.day.errors = [str(refused)]
        else:
            flash(_("%(count)s receipts are written down.", count=len(rows)), "success")
            return redirect(url_for(".batch_page", batch_id=batch.id))
    return _batch(batch, form)


@bp.post("/batches/<uuid:batch_id>/reversals/<uuid:payment_id>")
@permission(RECEIPT)
def reverse(batch_id: UUID, payment_id: UUID) -> Any:
    """Ask for a payment to be taken back."""
    batch = queries.batch_of(ctx(), batch_id)
    line = next((p for p in _lines(batch) if p.id == payment_id), None)
    if line is None:
        raise NotVisible
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            ask_reversal(ctx(), line, reason=form.reason.data or "")
        except Refused as refused:
            form.reason.errors = [str(refused)]
        else:
            flash(_("The centre decides whether it is taken back."), "success")
            return redirect(url_for(".batch_page", batch_id=batch.id))
    return _batch(batch, asking=(line.id, form))
