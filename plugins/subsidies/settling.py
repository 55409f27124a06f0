"""What became of payments, line by line: paid (and told in the ledger) or returned."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select

from app.sdk import CHINA, Act, Child, Ctx, EntryFor, Refused, record, refers, tell_families
from plugins.subsidies.guards import demand_center, demand_state, note
from plugins.subsidies.manifest import PAID, PAY
from plugins.subsidies.money import yuan
from plugins.subsidies.pay_models import Batch, Payment, Settlement
from plugins.subsidies.payments import CLOSED, PAID_, RELEASED, RETURNED
from plugins.subsidies.words import T


@dataclass(frozen=True)
class Result:
    """What became of a payment on a day: paid, or returned for a reason."""

    payment: Payment
    outcome: str
    day: date
    reason: str = ""


def settle(ctx: Ctx, batch: Batch, results: Sequence[Result]) -> int:
    """Write down what became of payments of a batch; return how many are still open.

    What has arrived stands in the children's ledger, where families confirm it. Said once, it
    stands; the last line closes the batch. Raises :class:`Refused`.
    """
    demand_center(ctx, PAY)
    # Two answers read at once: the second waits here, and then finds what the first has settled.
    ctx.session.refresh(batch, ["state"], with_for_update=True)
    demand_state(batch.state, RELEASED)
    settled = settled_of(ctx, batch)
    lines = [result.payment.line for result in results]
    if len(set(lines)) != len(lines) or any(r.payment.id in settled for r in results):
        raise Refused(T("A line has a result already. Load the page again and look at it."))
    for result in results:
        _demand_result(ctx, batch, result)
    entries = _tell(ctx, batch, [r for r in results if r.outcome == PAID_])
    if results:
        ctx.session.execute(insert(Settlement), [_settled(ctx, r, entries) for r in results])
    left = batch.heads - len(settled) - len(results)
    if left == 0:
        batch.state, batch.closed_at = CLOSED, ctx.now()
    ctx.session.flush()
    note(ctx, "pay", batch, count=len(results), open=left)
    return left


def _settled(ctx: Ctx, result: Result, entries: Mapping[UUID, UUID]) -> dict[str, Any]:
    return {
        "school_id": result.payment.school_id,
        "payment_id": result.payment.id,
        "outcome": result.outcome,
        "day": result.day,
        "reason": result.reason.strip() or None,
        "entry_id": entries.get(result.payment.id),
        "recorded_at": ctx.now(),
        "recorded_by_id": ctx.actor.staff_id,
    }


def _demand_result(ctx: Ctx, batch: Batch, result: Result) -> None:
    line = result.payment.line
    if result.outcome not in (PAID_, RETURNED):
        raise Refused(T("Line {line}: say paid or returned.", line=line))
    if result.outcome == RETURNED and not result.reason.strip():
        raise Refused(T("Line {line}: say why it was returned.", line=line))
    if batch.released_at is None or not (
        batch.released_at.astimezone(CHINA).date() <= result.day <= ctx.today()
    ):
        raise Refused(
            T("Line {line}: the day lies before the release or in the future.", line=line)
        )


def settled_of(ctx: Ctx, batch: Batch) -> dict[UUID, Settlement]:
    """Return what is known of a batch's payments, by payment: one query."""
    rows = ctx.session.scalars(
        select(Settlement)
        .join(Payment, refers(Settlement.payment_id, Payment))
        .where(Payment.batch_id == batch.id)
    )
    return {row.payment_id: row for row in rows}


def _tell(ctx: Ctx, batch: Batch, results: Sequence[Result]) -> dict[UUID, UUID]:
    """Write the ledger: one act a day, an entry for each child; return entries by payment."""
    children = {
        child.id: child
        for child in ctx.session.scalars(
            select(Child).where(Child.id.in_([r.payment.child_id for r in results]))
        )
    }
    by_day: dict[date, list[Result]] = defaultdict(list)
    for result in results:
        by_day[result.day].append(result)
    found: dict[UUID, UUID] = {}
    for day, paid in by_day.items():
        act: Act = record(
            ctx,
            kind=PAID,
            happened_on=day,
            title=T("Paid: {round}", round=batch.round.title),
            entries=[
                EntryFor(
                    children[r.payment.child_id],
                    text=_words(r.payment),
                    origin_school_id=r.payment.school_id,
                )
                for r in paid
            ],
        )
        found |= {r.payment.id: e.id for r, e in zip(paid, act.entries, strict=True)}
        tell_families(ctx, act.kind, [children[r.payment.child_id] for r in paid])
    return found


def _words(payment: Payment) -> str:
    money = str(T("{amount} yuan", amount=yuan(payment.amount_fen)))
    if payment.award.goods:
        return f"{payment.award.goods}（{money}）"
    if payment.tail:
        return str(T("{money}, to the account of {payee} ending in {tail}", money=money,
                     payee=payment.payee, tail=payment.tail))  # fmt: skip
    return money
