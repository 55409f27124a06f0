"""Batches of payments: prepared by one, released by another, settled line by line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, insert, or_, select
from sqlalchemy.orm import joinedload

from app.sdk import Child, Ctx, Refused, refers
from plugins.subsidies.accounts import accounts_of
from plugins.subsidies.guards import demand_center, demand_other, demand_state, demand_text, note
from plugins.subsidies.kinds import WAYS
from plugins.subsidies.manifest import APPROVE, PAY
from plugins.subsidies.models import BankAccount, SubsidyRound
from plugins.subsidies.pay_models import Award, Batch, Payment, Settlement
from plugins.subsidies.telling import batch_waits
from plugins.subsidies.words import T

PREPARED, RELEASED, CLOSED, CANCELLED = "prepared", "released", "closed", "cancelled"
BANK, HAND = "bank", "hand"
PAID_, RETURNED = "paid", "returned"


@dataclass(frozen=True)
class Due:
    """Awards that a batch could pay now, and those it cannot: no account, or child gone.

    ``accounts`` are by child, for a batch that the bank pays.
    """

    ready: Sequence[Award]
    without_account: Sequence[Award]
    gone: Sequence[Award]
    accounts: Mapping[UUID, BankAccount] = field(default_factory=dict)

    @property
    def amount(self) -> int:
        """Return what is ready, in fen."""
        return sum(award.amount_fen for award in self.ready)


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
            refers(Settlement.payment_id, Payment),
        )
        .where(live_payment())
    )
    wanted = select(Award.id).where(Award.ended_at.is_(None), Award.id.not_in(paid))
    return wanted if round_id is None else wanted.where(Award.round_id == round_id)


def due(ctx: Ctx, round_: SubsidyRound, way: str, schools: Iterable[UUID] = ()) -> Due:
    """Return what a batch of a round could pay, of some schools or of all: two queries."""
    left = or_(Child.left_on.is_not(None), Child.voided_at.is_not(None))
    wanted = (
        select(Award, left)
        .join(Child, refers(Award.child_id, Child))
        .where(Award.id.in_(unpaid(round_.id)))
        .order_by(Award.school_id, Award.class_name, Child.name_pinyin, Award.id)
    )
    only = list(schools)
    if only:
        wanted = wanted.where(Award.school_id.in_(only))
    rows = ctx.session.execute(wanted).all()
    here, gone = [a for a, off in rows if not off], [a for a, off in rows if off]
    if way != BANK:
        return Due(here, [], gone)
    accounts = accounts_of(ctx, [award.child_id for award in here])
    return Due(
        [award for award in here if award.child_id in accounts],
        [award for award in here if award.child_id not in accounts],
        gone,
        accounts,
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
    ctx.session.execute(
        insert(Payment),
        [
            _line(batch, line, award, found.accounts.get(award.child_id))
            for line, award in enumerate(found.ready, start=1)
        ],
    )
    note(ctx, "add", batch, count=batch.heads, amount_fen=batch.amount_fen)
    batch_waits(ctx, batch)
    return batch


def _line(batch: Batch, line: int, award: Award, account: BankAccount | None) -> dict[str, Any]:
    return {
        "school_id": award.school_id,
        "batch_id": batch.id,
        "line": line,
        "award_id": award.id,
        "child_id": award.child_id,
        "payee": account.holder if account else award.name,
        "bank": account.bank if account else None,
        "account": account.number if account else None,
        "tail": account.tail if account else None,
        "amount_fen": award.amount_fen,
    }


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


def payments_of(ctx: Ctx, batch: Batch, school_id: UUID | None = None) -> Sequence[Payment]:
    """Return the lines of a batch in their order, of one school or of all in reach."""
    wanted = select(Payment).where(Payment.batch_id == batch.id).order_by(Payment.line)
    if school_id is not None:
        wanted = wanted.where(Payment.school_id == school_id)
    return ctx.session.scalars(wanted.options(joinedload(Payment.award))).all()
