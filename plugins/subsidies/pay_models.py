"""Tables of money: what was awarded, paid, returned, received and reversed.

They stay with the school through which the money went, whatever becomes of the child. What has
been paid is never changed: the application itself holds no right to update these rows, except the
few columns that say how an award, a batch or a request of reversal ended.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.sdk import Base, CenterReadable, SchoolScoped, Sealed, link, ref, unique
from plugins.subsidies.models import SubsidyRound


class Award(SchoolScoped, Base):
    """What the centre approved for a child in a round; at most one stands.

    Name, class and rate are frozen as they were. ``rate_source`` says which rate it was.
    """

    __tablename__ = "subsidies_award"
    __security__ = {"updatable": ("ended_at", "ended_by_id", "end_reason")}
    __table_args__ = (
        CheckConstraint("amount_fen > 0", name="amount"),
        Index(
            "uq_subsidies_award_open",
            "center_id",
            "round_id",
            "child_id",
            unique=True,
            postgresql_where="ended_at IS NULL",
        ),
    )

    round_id: Mapped[UUID] = ref("subsidies_round")
    list_id: Mapped[UUID] = ref("subsidies_list")
    application_id: Mapped[UUID] = ref("subsidies_application", index=False)
    child_id: Mapped[UUID] = ref("child")
    name: Mapped[str]
    class_name: Mapped[str]
    stage: Mapped[str]
    boarding: Mapped[str | None]
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    goods: Mapped[str | None]
    awarded_at: Mapped[datetime]
    awarded_by_id: Mapped[UUID | None] = ref("staff", index=False)
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[UUID | None] = ref("staff", index=False)
    end_reason: Mapped[str | None]


class Batch(CenterReadable, Base):
    """Payments that leave together (发放批次).

    ``state``: prepared, released (the bank has it), closed or cancelled. ``way``: bank or hand.
    ``heads`` and ``amount_fen`` are of when it was made.
    """

    __tablename__ = "subsidies_batch"
    __security__ = {
        "updatable": ("state", "released_at", "released_by_id", "closed_at", "cancel_reason")
    }
    __table_args__ = (
        unique("number"),
        CheckConstraint(
            "released_at IS NULL OR (released_by_id IS NOT NULL"
            " AND released_by_id IS DISTINCT FROM prepared_by_id)",
            name="two_people",
        ),
    )

    round_id: Mapped[UUID] = ref("subsidies_round")
    round: Mapped[SubsidyRound] = link("round_id")
    number: Mapped[int]
    way: Mapped[str]
    state: Mapped[str]
    heads: Mapped[int]
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    prepared_at: Mapped[datetime]
    prepared_by_id: Mapped[UUID | None] = ref("staff", index=False)
    released_at: Mapped[datetime | None]
    released_by_id: Mapped[UUID | None] = ref("staff", index=False)
    closed_at: Mapped[datetime | None]
    cancel_reason: Mapped[str | None]


class Payment(SchoolScoped, Base):
    """One line of a batch; what it says never changes."""

    __tablename__ = "subsidies_payment"
    __security__ = {"append_only": True}
    __table_args__ = (
        CheckConstraint("amount_fen > 0", name="amount"),
        unique("batch_id", "line"),
    )

    batch_id: Mapped[UUID] = ref("subsidies_batch", index=False)
    batch: Mapped[Batch] = link("batch_id")
    line: Mapped[int]
    award_id: Mapped[UUID] = ref("subsidies_award")
    award: Mapped[Award] = link("award_id")
    child_id: Mapped[UUID] = ref("child")
    payee: Mapped[str]
    bank: Mapped[str | None]
    account: Mapped[str | None] = mapped_column(Sealed("bank_account"))
    tail: Mapped[str | None]
    amount_fen: Mapped[int] = mapped_column(BigInteger)


class Settlement(SchoolScoped, Base):
    """What became of a payment: paid, or returned with a reason. Never changed.

    ``entry_id`` is the ledger's entry of a payment that arrived.
    """

    __tablename__ = "subsidies_settlement"
    __security__ = {"append_only": True}
    __table_args__ = (unique("payment_id"),)

    payment_id: Mapped[UUID] = ref("subsidies_payment")
    outcome: Mapped[str]
    day: Mapped[date]
    reason: Mapped[str | None]
    entry_id: Mapped[UUID | None] = ref("entry")
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[UUID | None] = ref("staff", index=False)


class Receipt(SchoolScoped, Base):
    """Somebody of the family signed for a payment on paper. Never changed."""

    __tablename__ = "subsidies_receipt"
    __security__ = {"append_only": True}
    __table_args__ = (unique("payment_id"),)

    payment_id: Mapped[UUID] = ref("subsidies_payment")
    day: Mapped[date]
    signed_by: Mapped[str]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[UUID | None] = ref("staff", index=False)


class Reversal(SchoolScoped, Base):
    """A payment taken back (冲正): asked by one, decided by another.

    ``state``: asked, confirmed or refused. Only a confirmed one counts: the payment's amount is
    taken off from ``day`` on, when the money was back.
    """

    __tablename__ = "subsidies_reversal"
    __security__ = {
        "updatable": ("state", "day", "decided_at", "decided_by_id", "refused_at", "answer")
    }
    __table_args__ = (
        Index(
            "uq_subsidies_reversal_one",
            "center_id",
            "payment_id",
            unique=True,
            postgresql_where="refused_at IS NULL",
        ),
        CheckConstraint(
            "state = 'asked' OR (decided_by_id IS NOT NULL"
            " AND decided_by_id IS DISTINCT FROM asked_by_id)",
            name="two_people",
        ),
    )

    payment_id: Mapped[UUID] = ref("subsidies_payment")
    payment: Mapped[Payment] = link("payment_id")
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str]
    state: Mapped[str]
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[UUID | None] = ref("staff", index=False)
    day: Mapped[date | None]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[UUID | None] = ref("staff", index=False)
    refused_at: Mapped[datetime | None]
    answer: Mapped[str | None]
