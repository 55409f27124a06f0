"""After the payment: who signed for it, and taking one back; nothing else can be changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.sdk import Child, Ctx, EntryFor, Refused, record, refers, tell_families
from plugins.subsidies.guards import demand_center, demand_other, demand_state, demand_text, note
from plugins.subsidies.manifest import APPROVE, REVERSED
from plugins.subsidies.models import Application, SubsidyRound
from plugins.subsidies.money import yuan
from plugins.subsidies.pay_models import Award, Batch, Payment, Receipt, Reversal, Settlement
from plugins.subsidies.payments import PAID_, unpaid
from plugins.subsidies.services import REVERSED as CLOSED_REVERSED
from plugins.subsidies.services import WITHDRAWN, end_approved
from plugins.subsidies.telling import reversal_waits
from plugins.subsidies.words import T

ASKED, CONFIRMED, REFUSED = "asked", "confirmed", "refused"


def arrived(ctx: Ctx, payments: Sequence[UUID]) -> dict[UUID, Settlement]:
    """Return the settlements of those payments that have arrived."""
    rows = ctx.session.scalars(
        select(Settlement).where(Settlement.payment_id.in_(payments), Settlement.outcome == PAID_)
    )
    return {row.payment_id: row for row in rows}


def sign(ctx: Ctx, payments: Sequence[Payment], *, day: date, signed_by: str = "") -> list[Receipt]:
    """Write down that families signed for payments on a day, by default the payee of each.

    Signed for once, it stays. Raises :class:`Refused` for a payment that has not arrived or a day
    before it did.
    """
    if not payments:
        raise Refused(T("Choose at least one line."), "payments")
    if day > ctx.today():
        raise Refused(T("The day lies in the future."), "day")
    ids = [payment.id for payment in payments]
    done = set(ctx.session.scalars(select(Receipt.payment_id).where(Receipt.payment_id.in_(ids))))
    settled, rows = arrived(ctx, ids), []
    for payment in payments:
        if payment.id not in settled or settled[payment.id].day > day:
            raise Refused(T("Line {line}: it has not arrived by that day.", line=payment.line))
        if payment.id not in done:
            rows.append(
                Receipt(
                    school_id=payment.school_id,
                    payment_id=payment.id,
                    day=day,
                    signed_by=signed_by.strip() or payment.payee,
                    recorded_at=ctx.now(),
                    recorded_by_id=ctx.actor.staff_id,
                )
            )
    ctx.session.add_all(rows)
    ctx.session.flush()
    for row in rows:
        note(ctx, "sign", row)
    return rows


def ask_reversal(ctx: Ctx, payment: Payment, *, reason: str) -> Reversal:
    """Ask for a payment that has arrived to be taken back; raises :class:`Refused`."""
    if payment.id not in arrived(ctx, [payment.id]):
        raise Refused(T("Only a payment that has arrived can be taken back."))
    open_ = ctx.session.scalars(
        select(Reversal.id).where(Reversal.payment_id == payment.id, Reversal.refused_at.is_(None))
    ).first()
    if open_ is not None:
        raise Refused(T("It has been asked for already."))
    row = Reversal(
        school_id=payment.school_id,
        payment_id=payment.id,
        payment=payment,
        amount_fen=payment.amount_fen,
        reason=demand_text(reason, "reason"),
        state=ASKED,
        asked_at=ctx.now(),
        asked_by_id=ctx.actor.staff_id,
    )
    ctx.session.add(row)
    ctx.session.flush()
    note(ctx, "add", row, amount_fen=row.amount_fen)
    reversal_waits(ctx, row.school_id)
    return row


def confirm_reversal(ctx: Ctx, row: Reversal, *, day: date, answer: str = "") -> None:
    """Confirm that a payment is taken back and the money was back on a day.

    The award ends with it, so that the child can be proposed again. Raises :class:`Refused` for
    who asked for it.
    """
    _demand_decision(ctx, row)
    settled = arrived(ctx, [row.payment_id])[row.payment_id]
    if not settled.day <= day <= ctx.today():
        raise Refused(T("The money cannot be back before it was paid, nor in the future."), "day")
    row.state, row.day, row.answer = CONFIRMED, day, answer.strip() or None
    row.decided_at, row.decided_by_id = ctx.now(), ctx.actor.staff_id
    award = _end(ctx, row.payment.award_id, CLOSED_REVERSED, row.reason)
    child = ctx.session.scalars(select(Child).where(Child.id == award.child_id)).one()
    title = ctx.session.scalars(
        select(SubsidyRound.title).where(SubsidyRound.id == award.round_id)
    ).one()
    ctx.session.flush()
    act = record(
        ctx,
        kind=REVERSED,
        happened_on=day,
        title=T("Taken back: {round}", round=title),
        entries=[
            EntryFor(
                child,
                text=str(T("{amount} yuan. {reason}", amount=yuan(-row.amount_fen),
                           reason=row.reason)),
                origin_school_id=row.school_id,
            )
        ],
    )  # fmt: skip
    tell_families(ctx, act.kind, [child])
    note(ctx, "approve", row, amount_fen=row.amount_fen)


def refuse_reversal(ctx: Ctx, row: Reversal, *, answer: str) -> None:
    """Refuse to take a payment back, with a reason."""
    _demand_decision(ctx, row)
    row.state, row.answer = REFUSED, demand_text(answer, "answer")
    row.decided_at = row.refused_at = ctx.now()
    row.decided_by_id = ctx.actor.staff_id
    ctx.session.flush()
    note(ctx, "decline", row)


def _demand_decision(ctx: Ctx, row: Reversal) -> None:
    demand_center(ctx, APPROVE)
    demand_state(row.state, ASKED)
    demand_other(ctx, row.asked_by_id)


def end_award(ctx: Ctx, award: Award, *, reason: str) -> None:
    """End an award that nothing has been paid of: the child left, or it was a mistake.

    Raises :class:`Refused` while a payment is on its way or has arrived.
    """
    demand_center(ctx, APPROVE)
    if award.ended_at is not None:
        raise Refused(T("This has moved on meanwhile. Load the page again and look at it."))
    if not ctx.session.scalar(select(Award.id).where(Award.id == award.id, Award.id.in_(unpaid()))):
        raise Refused(T("A payment is on its way or has arrived: it can only be taken back."))
    _end(ctx, award.id, WITHDRAWN, demand_text(reason, "reason"))
    ctx.session.flush()
    note(ctx, "end", award)


def _end(ctx: Ctx, award_id: UUID, state: str, reason: str) -> Award:
    award = ctx.session.scalars(select(Award).where(Award.id == award_id)).one()
    award.ended_at, award.ended_by_id = ctx.now(), ctx.actor.staff_id
    award.end_reason = reason
    application = ctx.session.scalars(
        select(Application).where(Application.id == award.application_id)
    ).one()
    end_approved(ctx, application, state, reason)
    return award


def reversals(ctx: Ctx, *, waiting: bool = False) -> Sequence[tuple[Reversal, Payment, Batch]]:
    """Return the requests to take payments back, the newest first, with payment and batch."""
    wanted = (
        select(Reversal, Payment, Batch)
        .join(Payment, refers(Reversal.payment_id, Payment))
        .join(Batch, refers(Payment.batch_id, Batch))
        .options(joinedload(Payment.award), joinedload(Batch.round))
        .order_by(Reversal.asked_at.desc(), Reversal.id)
    )
    if waiting:
        wanted = wanted.where(Reversal.state == ASKED)
    return [(row, payment, batch) for row, payment, batch in ctx.session.execute(wanted)]
