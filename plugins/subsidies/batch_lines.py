"""The lines of a batch as a list: narrowed, sorted, page by page; and what they come to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import url_for
from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import defer

from app.sdk import Child, ChildSearch, Choice, Ctx, ListColumn, RecordList, School, refers, visible
from plugins.subsidies.manifest import MONEY
from plugins.subsidies.masking import mask_account
from plugins.subsidies.models import BankAccount, SubsidyRound
from plugins.subsidies.money import yuan
from plugins.subsidies.papers import payment_number
from plugins.subsidies.pay_models import Award, Batch, Payment, Settlement
from plugins.subsidies.payments import BANK, PAID_, RETURNED, unpaid
from plugins.subsidies.words import T

_NAMED = 20
"""So many of those who are not in a batch are named."""


_SETTLED = (Settlement.center_id == Payment.center_id, Settlement.payment_id == Payment.id)


_TICK = ListColumn["BatchLine"]("tick", T("Tick"), lambda _x: None, own=True, only="page")


@dataclass(frozen=True)
class BatchLine:
    """A payment with its award, its school, and what became of it."""

    batch: Batch
    payment: Payment
    award: Award
    school: School
    settlement: Settlement | None

    @property
    def number(self) -> str:
        """Return the number by which the bank's answer is matched."""
        return payment_number(self.batch, self.payment.line)

    @property
    def result(self) -> str:
        """Return paid, returned or open."""
        return self.settlement.outcome if self.settlement else "open"


def _became(value: str) -> ColumnElement[bool]:
    return Settlement.id.is_(None) if value == "open" else Settlement.outcome == value


def batch_lines(batch: Batch, *, ticking: bool = False) -> RecordList[BatchLine]:
    """Return the list of a batch's lines; its template writes the cells of box and result."""

    def rows(ctx: Ctx) -> Select[Any]:
        wanted: Any = (
            select(Payment, Award, School, Settlement, Child)
            .join(Award, refers(Payment.award_id, Award))
            .join(School, refers(Payment.school_id, School))
            .join(Child, refers(Payment.child_id, Child))
            .outerjoin(
                Settlement,
                refers(Settlement.payment_id, Payment),
            )
            .options(defer(Child.address), defer(Child.registered_residence))
            .where(Payment.batch_id == batch.id)
        )
        return visible(ctx, MONEY, wanted)

    def lines(_ctx: Ctx, found: Sequence[Any]) -> list[BatchLine]:
        return [BatchLine(batch, *row[:4]) for row in found]

    def schools(ctx: Ctx) -> list[tuple[str, str]]:
        paid = select(Payment.school_id).where(Payment.batch_id == batch.id).distinct()
        wanted = select(School.id, School.short_name).where(School.id.in_(paid))
        found = ctx.session.execute(wanted.order_by(School.position))
        return [(str(key), name) for key, name in found]

    return RecordList(
        name="subsidies.payment",
        title=T("Lines of the batch"),
        rows=rows,
        lines=lines,
        columns=(
            *([_TICK] if ticking else ()),
            ListColumn("number", T("Payment number"), lambda x: x.number, sort=Payment.line),
            ListColumn("school", T("School"), lambda x: x.school.short_name, sort=School.position),
            ListColumn("name", T("Name"), lambda x: x.award.name, sort=Child.name_pinyin,
                       url=lambda x: url_for("subsidies_child.page", child_id=x.payment.child_id)),
            ListColumn("payee", T("Account holder"), lambda x: x.payment.payee),
            ListColumn("account", T("Account or goods"),
                       lambda x: x.award.goods or mask_account(x.payment.tail)),
            ListColumn("amount", T("Sum (yuan)"), lambda x: yuan(x.payment.amount_fen),
                       sort=Payment.amount_fen, num=True),
            ListColumn("result", T("Result of payment"), lambda x: x.result, own=True),
        ),
        order=(Payment.line,),
        filters=(
            ChildSearch(),
            Choice("school", T("School"), schools, lambda v: Payment.school_id == UUID(v)),
            Choice("result", T("Result of payment"), (
                ("open", T("No result yet")), (PAID_, T("Paid")), (RETURNED, T("Returned")),
            ), _became),
        ),
        size=50,
    )  # fmt: skip


def became(ctx: Ctx, batch: Batch) -> Mapping[str, tuple[int, int]]:
    """Return heads and fen of a batch's lines that were paid, and that came back: one query."""
    rows = ctx.session.execute(
        select(Settlement.outcome, func.count(), func.sum(Payment.amount_fen))
        .join(Payment, refers(Settlement.payment_id, Payment))
        .where(Payment.batch_id == batch.id)
        .group_by(Settlement.outcome)
    )
    return {outcome: (heads, int(amount)) for outcome, heads, amount in rows}


@dataclass(frozen=True)
class LeftOut:
    """Whom a batch does not pay though the award stands: how many, and the first of them."""

    count: int
    names: Sequence[str]


def left_out(ctx: Ctx, round_: SubsidyRound, way: str) -> tuple[LeftOut, LeftOut]:
    """Return who has no account (for a batch of the bank), and who has left: two queries."""
    off = or_(Child.left_on.is_not(None), Child.voided_at.is_not(None))
    known = select(BankAccount.child_id).where(BankAccount.voided_at.is_(None))
    without = and_(~off, Child.id.not_in(known))
    none = LeftOut(0, ())
    return (_those(ctx, round_, without) if way == BANK else none, _those(ctx, round_, off))


def _those(ctx: Ctx, round_: SubsidyRound, condition: ColumnElement[bool]) -> LeftOut:
    rows = ctx.session.execute(
        select(Award.name, func.count().over())
        .join(Child, refers(Award.child_id, Child))
        .where(Award.id.in_(unpaid(round_.id)), condition)
        .order_by(Award.school_id, Award.class_name, Child.name_pinyin)
        .limit(_NAMED)
    ).all()
    return LeftOut(rows[0][1] if rows else 0, [name for name, _count in rows])
