"""The bank's answer taken in, and many lines paid at once: a few now, many by a job."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from app.sdk import (
    Ctx,
    Forbidden,
    ImportBatch,
    Job,
    Refused,
    Steps,
    Workbook,
    can,
    close_kept,
    enqueue,
    keep_sheet,
    kept_sheet,
    kept_workbook,
    uploaded_workbook,
)
from plugins.subsidies.guards import demand_state
from plugins.subsidies.manifest import NAME, PAY
from plugins.subsidies.pay_models import Batch, Payment, Settlement
from plugins.subsidies.payments import PAID_, RELEASED, payments_of
from plugins.subsidies.queries import batch_of
from plugins.subsidies.results import Mistakes, read_results
from plugins.subsidies.settling import Result, settle, settled_of
from plugins.subsidies.words import T

ANSWER, REST = "subsidies.bank_answer", "subsidies.rest_paid"
SMALL = 300
"""So many lines are written while somebody waits; more by a job."""


def receive_answer(ctx: Ctx, batch: Batch, *, name: str, body: bytes, day: date) -> ImportBatch:
    """Take in the sheet that the bank sent back, or let a job take it in when it is a large one.

    Raises :class:`Mistakes` or another :class:`Refused`; then nothing is kept or written.
    """
    demand_state(batch.state, RELEASED)
    if batch.heads <= SMALL:
        found = _settled(ctx, batch, uploaded_workbook(name, body), day)
        kept = keep_sheet(ctx, ANSWER, batch.id, name=name, body=body, report={"day": day})
        close_kept(ctx, kept, state="applied", **found)
        return kept
    kept = keep_sheet(ctx, ANSWER, batch.id, name=name, body=body, report={"day": day})
    kept.state = "applying"
    job = enqueue(
        ctx,
        ANSWER,
        title=T("The bank’s answer to batch {number}", number=batch.number),
        arguments={"sheet_id": str(kept.id)},
        unique_key=f"{ANSWER} {batch.id} {kept.id}",
        module=NAME,
    )
    kept.job_id = job.id
    ctx.session.flush()
    return kept


def answer_job(ctx: Ctx, progress: Steps, sheet_id: str) -> dict[str, Any]:
    """Take in a kept sheet; what is wrong with it is kept with it, and nothing is written."""
    kept = kept_sheet(ctx, ANSWER, UUID(sheet_id))
    if kept.state != "applying":
        return {}
    _demand(ctx)
    progress.step(0, 2, T("Reading the workbook"))
    batch, day = batch_of(ctx, UUID(kept.report["target"])), date.fromisoformat(kept.report["day"])
    try:
        book = kept_workbook(ctx, kept)
        progress.step(1, 2, T("Writing the records"))
        with ctx.session.begin_nested():
            found = _settled(ctx, batch, book, day)
    except Mistakes as wrong:
        close_kept(
            ctx, kept, state="failed", wrong=str(wrong), mistakes=list(map(str, wrong.lines))
        )
    except Refused as refused:
        close_kept(ctx, kept, state="failed", wrong=str(refused))
    else:
        close_kept(ctx, kept, state="applied", **found)
    progress.step(2, 2)
    return {}


def _settled(ctx: Ctx, batch: Batch, book: Workbook, day: date) -> dict[str, int]:
    every, settled = payments_of(ctx, batch), settled_of(ctx, batch)
    found = read_results(book, batch, every, day=day, settled=settled)
    left = settle(ctx, batch, found.results)
    paid = sum(result.outcome == PAID_ for result in found.results)
    return {"paid": paid, "returned": len(found.results) - paid, "left": left}


def pay_rest(
    ctx: Ctx, batch: Batch, *, day: date, school_id: UUID | None = None
) -> tuple[int, Job | None]:
    """Mark every line without a result as paid on a day, of one school or of all.

    Returns how many, and the job that does it when they are many. Raises :class:`Refused`.
    """
    demand_state(batch.state, RELEASED)
    count = _open_count(ctx, batch, school_id)
    if not count:
        raise Refused(T("There is nothing to be paid now."))
    if count <= SMALL:
        settle(ctx, batch, _rest(ctx, batch, day, school_id))
        return count, None
    where = str(school_id) if school_id else ""
    job = enqueue(
        ctx,
        REST,
        title=T("Batch {number}: {count} payments", number=batch.number, count=count),
        arguments={"batch_id": str(batch.id), "day": day.isoformat(), "school": where},
        unique_key=f"{REST} {batch.id} {where} {count}",
        module=NAME,
    )
    return count, job


def rest_job(ctx: Ctx, progress: Steps, batch_id: str, day: str, school: str) -> dict[str, Any]:
    """Mark the rest of a batch as paid."""
    _demand(ctx)
    progress.step(0, 1, T("Writing the records"))
    batch = batch_of(ctx, UUID(batch_id))
    rest = _rest(ctx, batch, date.fromisoformat(day), UUID(school) if school else None)
    if rest:
        settle(ctx, batch, rest)
    progress.step(1, 1)
    return {}


def _demand(ctx: Ctx) -> None:
    if not can(ctx, PAY):
        raise Forbidden(PAY)


def _rest(ctx: Ctx, batch: Batch, day: date, school_id: UUID | None) -> Sequence[Result]:
    settled = settled_of(ctx, batch)
    every = payments_of(ctx, batch, school_id)
    return [Result(payment, PAID_, day) for payment in every if payment.id not in settled]


def _open_count(ctx: Ctx, batch: Batch, school_id: UUID | None) -> int:
    settled = select(Settlement.payment_id)
    wanted = select(func.count()).where(Payment.batch_id == batch.id, Payment.id.not_in(settled))
    if school_id is not None:
        wanted = wanted.where(Payment.school_id == school_id)
    return int(ctx.session.execute(wanted).scalar_one())
