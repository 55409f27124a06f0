"""The ledger of awards (资助台账): a line a child and round, with what became of the money."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import url_for
from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import defer

from app.sdk import (
    Child,
    ChildSearch,
    Choice,
    Confirmation,
    Ctx,
    ListColumn,
    OneChild,
    RecordList,
    School,
    Text,
    refers,
    visible,
)
from plugins.subsidies.manifest import MONEY
from plugins.subsidies.masking import mask_account
from plugins.subsidies.models import SubsidyRound
from plugins.subsidies.money import yuan
from plugins.subsidies.pay_models import Award, Batch, Payment, Receipt, Reversal, Settlement
from plugins.subsidies.payments import CANCELLED, PAID_
from plugins.subsidies.queries import arrived_sql, reversed_sql, sent_sql
from plugins.subsidies.receipts import ASKED, CONFIRMED
from plugins.subsidies.words import T

STANDINGS: dict[str, Text] = {
    "due": T("To be paid"),
    "sent": T("On the way"),
    "returned": T("Returned by the bank"),
    "paid": T("Paid"),
    "signed": T("Paid and signed for"),
    "contested": T("The family says it has not arrived"),
    "asked": T("Reversal asked for"),
    "reversed": T("Reversed"),
    "ended": T("Ended without payment"),
}


@dataclass(frozen=True)
class AwardLine:
    """An award with the last payment and what became of it."""

    award: Award
    round: SubsidyRound
    school: School | None
    payment: Payment | None = None
    batch: Batch | None = None
    settlement: Settlement | None = None
    receipt: Receipt | None = None
    reversal: Reversal | None = None
    confirmed: str = ""

    @property
    def school_name(self) -> str:
        """Return the school through which it goes."""
        return self.school.short_name if self.school else ""

    @property
    def standing(self) -> str:
        """Return where the money is, in one word of :data:`STANDINGS`."""
        if self.reversal is not None and self.reversal.state in (ASKED, CONFIRMED):
            return "asked" if self.reversal.state == ASKED else "reversed"
        if self.award.ended_at is not None:
            return "ended"
        if self.settlement is not None and self.settlement.outcome == PAID_:
            if self.confirmed == "contest":
                return "contested"
            return "signed" if self.receipt or self.confirmed == "yes" else "paid"
        if self.settlement is not None:
            return "returned"
        return "sent" if self.payment is not None else "due"

    @property
    def paid_on(self) -> date | None:
        """Return the day on which it arrived."""
        arrived = self.settlement is not None and self.settlement.outcome == PAID_
        return self.settlement.day if arrived and self.settlement else None


def _rows(ctx: Ctx) -> Select[Any]:
    wanted: Any = (
        select(Award, SubsidyRound, School, Child)
        .join(SubsidyRound, refers(Award.round_id, SubsidyRound))
        .join(School, refers(Award.school_id, School))
        .join(Child, refers(Award.child_id, Child))
        .options(defer(Child.address), defer(Child.registered_residence))
    )
    return visible(ctx, MONEY, wanted)


def _lines(ctx: Ctx, rows: Sequence[Any]) -> list[AwardLine]:
    last = last_payments(ctx, [award.id for award, *_rest in rows])
    answers = _answers(ctx, [found[2].entry_id for found in last.values() if found[2]])
    return [
        line_of(award, round_, school, last.get(award.id), answers)
        for award, round_, school, _child in rows
    ]


def line_of(
    award: Award,
    round_: SubsidyRound,
    school: School | None,
    last: Last | None,
    answers: Mapping[UUID, str],
) -> AwardLine:
    """Return an award with its last payment; ``answers`` of families are by entry."""
    if last is None:
        return AwardLine(award, round_, school)
    payment, batch, settlement, receipt, reversal = last
    entry = settlement.entry_id if settlement else None
    said = answers.get(entry, "") if entry else ""
    return AwardLine(award, round_, school, payment, batch, settlement, receipt, reversal, said)


Last = tuple[Payment, Batch, Settlement | None, Receipt | None, Reversal | None]


def last_payments(ctx: Ctx, awards: Sequence[UUID]) -> dict[UUID, Last]:
    """Return the last payment of each award that was not called off, with all of it: one query."""
    rows = ctx.session.execute(
        select(Payment, Batch, Settlement, Receipt, Reversal)
        .join(Batch, refers(Payment.batch_id, Batch))
        .outerjoin(Settlement, _of_payment(Settlement))
        .outerjoin(Receipt, _of_payment(Receipt))
        .outerjoin(Reversal, and_(_of_payment(Reversal), Reversal.refused_at.is_(None)))
        .where(Payment.award_id.in_(awards), Batch.state != CANCELLED)
        .order_by(Batch.number)
    )
    return {row.Payment.award_id: tuple(row) for row in rows}  # type: ignore[misc]


def _of_payment(table: Any) -> ColumnElement[bool]:
    return and_(table.center_id == Payment.center_id, table.payment_id == Payment.id)


def _answers(ctx: Ctx, entries: Sequence[UUID | None]) -> dict[UUID, str]:
    """Return what families said of payments last: yes or contest."""
    rows = ctx.session.execute(
        select(Confirmation.entry_id, Confirmation.answer)
        .where(Confirmation.entry_id.in_([entry for entry in entries if entry]))
        .order_by(Confirmation.at)
    )
    return dict(rows.all())


def _standing(value: str) -> ColumnElement[bool]:
    stands = Award.ended_at.is_(None)
    if value == "open":
        return and_(stands, ~arrived_sql())
    if value == "sent":
        return and_(stands, sent_sql())
    if value == "paid":
        return and_(stands, arrived_sql())
    return or_(reversed_sql(), Award.ended_at.is_not(None))


def _rounds(ctx: Ctx) -> list[tuple[str, str]]:
    rows = ctx.session.execute(
        select(SubsidyRound.id, SubsidyRound.title).order_by(SubsidyRound.starts_on.desc())
    )
    return [(str(key), title) for key, title in rows]


def _schools(ctx: Ctx) -> list[tuple[str, str]]:
    """Return the schools of the reader: at a school there is nothing to choose."""
    found = select(School.id, School.short_name).where(
        School.id.in_(select(Award.school_id).distinct())
    )
    return [(str(key), name) for key, name in ctx.session.execute(found.order_by(School.position))]


AWARDS: RecordList[AwardLine] = RecordList(
    name="subsidies.award",
    title=T("Ledger of subsidies"),
    rows=_rows,
    lines=_lines,
    columns=(
        ListColumn("name", T("Name"), lambda x: x.award.name, sort=Child.name_pinyin,
                   url=lambda x: url_for("subsidies_child.page", child_id=x.award.child_id),
                   width=10),
        ListColumn("school", T("School"), lambda x: x.school_name, only="sheet", width=16),
        ListColumn("room", T("Class"), lambda x: x.award.class_name, sort=Award.class_name),
        ListColumn("round", T("Round of aid"), lambda x: x.round.title, width=30),
        ListColumn("amount", T("Sum (yuan)"), lambda x: yuan(x.award.amount_fen),
                   sort=Award.amount_fen, num=True),
        ListColumn("goods", T("Goods given"), lambda x: x.award.goods, only="sheet"),
        ListColumn("standing", T("Where it is"), lambda x: STANDINGS[x.standing], own=True,
                   width=14),
        ListColumn("paid", T("Paid on"), lambda x: x.paid_on),
        ListColumn("batch", T("Payment batch"),
                   lambda x: x.batch.number if x.batch else None, num=True,
                   only="sheet"),
        ListColumn("account", T("Account"),
                   lambda x: mask_account(x.payment.tail) if x.payment else None, only="sheet"),
        ListColumn("signed", T("Signed for by"),
                   lambda x: x.receipt.signed_by if x.receipt else None, only="sheet"),
        ListColumn("returned", T("Why it came back"),
                   lambda x: x.settlement.reason if x.settlement else None, only="sheet", width=20),
        ListColumn("ended", T("Why it ended"), lambda x: x.award.end_reason, only="sheet",
                   width=20),
    ),
    order=(Award.awarded_at.desc(), Award.class_name, Child.name_pinyin, Award.id),
    filters=(
        ChildSearch(),
        Choice("round", T("Round of aid"), _rounds, lambda v: Award.round_id == UUID(v)),
        Choice("standing", T("Where it is"), (
            ("open", T("Not arrived")), ("sent", T("On the way")), ("paid", T("Paid")),
            ("ended", T("Ended or reversed")),
        ), _standing),
        OneChild(),
    ),
)  # fmt: skip

CENTER_AWARDS: RecordList[AwardLine] = RecordList(
    name="subsidies.award",
    title=T("Ledger of subsidies"),
    rows=_rows,
    lines=_lines,
    columns=(
        AWARDS.columns[0],
        ListColumn("school", T("School"), lambda x: x.school_name, sort=School.position,
                   width=16),
        *AWARDS.columns[2:],
    ),
    order=AWARDS.order,
    filters=(
        *AWARDS.filters[:1],
        Choice("school", T("School"), _schools, lambda v: Award.school_id == UUID(v)),
        *AWARDS.filters[1:],
    ),
)  # fmt: skip
