"""Batches of payments: prepared by one, released by another, settled line by line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import joinedload

from app.sdk import CHINA, Act, Child, Ctx, EntryFor, Refused, record, refers
from plugins.subsidies.accounts import accounts_of
from plugins.subsidies.guards import demand_center, demand_other, demand_state, demand_text, note
from plugins.subsidies.kinds import WAYS
from plugins.subsidies.manifest import APPROVE, PAID, PAY
from plugins.subsidies.models import SubsidyRound
from plugins.subsidies.money import yuan
from plugins.subsidies.pay_models import Award, Batch, Payment, Settlement
from plugins.subsidies.words import T

PREPARED, RELEASED, CLOSED, CANCELLED = "prepared", "released", "closed", "cancelled"
BANK, HAND = "bank", "hand"
PAID_, RETURNED = "paid", "returned"


@dataclass(frozen=True)
class Due:
    """Awards that a batch could pay now, and those it cannot: no account, or child gone."""

    ready: Sequence[tuple[Award, Child]]
    without_account: Sequence[Award]
    gone: Sequence[Award]

    @property
    def amount(self) -> int:
        """Return what is ready, in fen."""
        return sum(award.amount_fen for award, _child in self.ready)


def live_payment() -> ColumnElement[bool]:
    """Return the condition that a payment is on its way or has arrived (none may stand beside)."""
    return and_(Batch.state != CANCELLED, or_(Settlement.id.is_(None), Settlement.outcome == PAID_))


def unpaid(round_id: UUID | None = None) -> Select[UUID]:
    """Return the ids of awards that stand and have no live payment."""
    paid = (
        select(Payment.award_id)
        .join(Batch, refers(Payment.batch_id, Batch))
        .outerjoin(
            Settlement,
            and_(Settlement.center_id == Payment.center_id, Settlement.payment_id == Payment.id),
        )
        .where(live_payment())
    )
    wanted = select(Award.id).where(Award.ended_at.is_(None), Award.id.not_in(paid))
    return wanted if round_id is None else wanted.where(Award.round_id == round_id)


def due(ctx: Ctx, round_: SubsidyRound, way: str, schools: Iterable[UUID] = ()) -> Due:
    """Return what a batch of a round could pay, of some schools or of all: two queries."""
    wanted = (
        select(Award, Child)
        .join(Child, refers(Award.child_id, Child))
        .where(Award.id.in_(unpaid(round_.id)))
        .order_by(Award.school_id, Award.class_name, Child.name_pinyin, Award.id)
    )
    only = list(schools)
    if only:
        wanted = wanted.where(Award.school_id.in_(only))
    rows = [(award, child) for award, child in ctx.session.execute(wanted)]
    here = [(a, c) for a, c in rows if c.left_on is None and c.voided_at is None]
    gone = [a for a, c in rows if c.left_on is not None or c.voided_at is not None]
    if way != BANK:
        return Due(here, [], gone)
    accounts = accounts_of(ctx, [child.id for _award, child in here])
    return Due(
        [(a, c) for a, c in here if c.id in accounts],
        [a for a, c in here if c.id not in accounts],
        gone,
    )


def prepare(ctx: Ctx, round_: SubsidyRound, *, way: str, schools: Iterable[UUID] = ()) -> Batch:
    """Make a batch of all awards of a round that can be paid; raises :class:`Refused` for none."""
    demand_center(ctx, PAY)
    if way not in WAYS:
        raise Refused(T("Choose one of the answers."), "way")
    # Two people preparing at once: the second waits here and then finds the first's batch.
    ctx.session.execute(
        select(SubsidyRound.id).where(SubsidyRound.id == round_.id).with_for_update()
    )
    found = due(ctx, round_, way, schools)
    if not found.ready:
        raise Refused(T("There is nothing to be paid now."))
    last = ctx.session.scalar(select(func.max(Batch.number)))
    batch = Batch(
        round_id=round_.id,
        round=round_,
        number=(last or 0) + 1,
        way=way,
        state=PREPARED,
        heads=len(found.ready),
        amount_fen=found.amount,
        prepared_at=ctx.now(),
        prepared_by_id=ctx.actor.staff_id,
    )
    ctx.session.add(batch)
    ctx.session.flush()
    accounts = accounts_of(ctx, [c.id for _a, c in found.ready]) if way == BANK else {}
    for line, (award, child) in enumerate(found.ready, start=1):
        account = accounts.get(child.id)
        ctx.session.add(
            Payment(
                school_id=award.school_id,
                batch_id=batch.id,
                line=line,
                award_id=award.id,
                child_id=child.id,
                payee=account.holder if account else award.name,
                bank=account.bank if account else None,
                account=account.number if account else None,
                tail=account.tail if account else None,
                amount_fen=award.amount_fen,
            )
        )
    ctx.session.flush()
    note(ctx, "add", batch, count=batch.heads, amount_fen=batch.amount_fen)
    return batch


def cancel(ctx: Ctx, batch: Batch, *, reason: str) -> None:
    """Call a batch off before it is released; its awards can be paid by another."""
    demand_center(ctx, PAY)
    demand_state(batch.state, PREPARED)
    batch.cancel_reason = demand_text(reason, "reason")
    batch.state, batch.closed_at = CANCELLED, ctx.now()
    ctx.session.flush()
    note(ctx, "void", batch)


def release(ctx: Ctx, batch: Batch) -> None:
    """Release a batch to be paid; whoever prepared it cannot. Raises :class:`Refused`."""
    demand_center(ctx, APPROVE)
    demand_state(batch.state, PREPARED)
    demand_other(ctx, batch.prepared_by_id)
    ended = ctx.session.scalars(
        select(Award.name)
        .join(Payment, refers(Payment.award_id, Award))
        .where(Payment.batch_id == batch.id, Award.ended_at.is_not(None))
    ).all()
    if ended:
        raise Refused(T("The award of {name} has ended meanwhile. Call the batch off and prepare"
                        " a new one.", name=ended[0]))  # fmt: skip
    batch.state, batch.released_at = RELEASED, ctx.now()
    batch.released_by_id = ctx.actor.staff_id
    ctx.session.flush()
    note(ctx, "approve", batch)


def demand_released(batch: Batch) -> None:
    """Refuse a batch that the bank does not have to pay now."""
    demand_state(batch.state, RELEASED)


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
    demand_state(batch.state, RELEASED)
    settled = settled_of(ctx, batch)
    lines = [result.payment.line for result in results]
    if len(set(lines)) != len(lines) or any(r.payment.id in settled for r in results):
        raise Refused(T("A line has a result already. Load the page again and look at it."))
    for result in results:
        _demand_result(ctx, batch, result)
    entries = _tell(ctx, batch, [r for r in results if r.outcome == PAID_])
    for result in results:
        ctx.session.add(
            Settlement(
                school_id=result.payment.school_id,
                payment_id=result.payment.id,
                outcome=result.outcome,
                day=result.day,
                reason=result.reason.strip() or None,
                entry_id=entries.get(result.payment.id),
                recorded_at=ctx.now(),
                recorded_by_id=ctx.actor.staff_id,
            )
        )
    left = batch.heads - len(settled) - len(results)
    if left == 0:
        batch.state, batch.closed_at = CLOSED, ctx.now()
    ctx.session.flush()
    note(ctx, "pay", batch, count=len(results), open=left)
    return left


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


def payments_of(ctx: Ctx, batch: Batch, school_id: UUID | None = None) -> Sequence[Payment]:
    """Return the lines of a batch in their order, of one school or of all in reach."""
    wanted = select(Payment).where(Payment.batch_id == batch.id).order_by(Payment.line)
    if school_id is not None:
        wanted = wanted.where(Payment.school_id == school_id)
    return ctx.session.scalars(wanted.options(joinedload(Payment.award))).all()


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
    return found


def _words(payment: Payment) -> str:
    money = str(T("{amount} yuan", amount=yuan(payment.amount_fen)))
    if payment.award.goods:
        return f"{payment.award.goods}（{money}）"
    if payment.tail:
        return str(T("{money}, to the account of {payee} ending in {tail}", money=money,
                     payee=payment.payee, tail=payment.tail))  # fmt: skip
    return money
