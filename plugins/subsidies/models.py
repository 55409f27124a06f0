"""Tables of schemes, of who is proposed for them, and of the lists that schools publish.

Money is in fen everywhere. What the centre decides for all its schools (schemes, rates, rounds,
budget) every school reads; a child's application goes with the child; a list stays with the school
that published it.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from app.sdk import (
    Base,
    CenterReadable,
    ChildStaffOnly,
    SchoolScoped,
    Sealed,
    link,
    ref,
    unique,
)


class Scheme(CenterReadable, Base):
    """A kind of help that the centre gives (资助项目), from a day on.

    ``needs`` are categories of which one is enough, none means everybody; ``stages`` and
    ``boarding`` narrow further. ``amount_by``: rate (from the tables) or each (per child).
    ``unit`` is what a rate is for: year, month, day or once. ``goods``: given in kind. Of schemes
    with the same ``excludes`` a child gets one at a time.
    """

    __tablename__ = "subsidies_scheme"
    __table_args__ = (unique("code"),)

    code: Mapped[str]
    title: Mapped[str]
    basis: Mapped[str | None]
    needs: Mapped[list[str]]
    stages: Mapped[list[str]]
    boarding: Mapped[str | None]
    amount_by: Mapped[str]
    unit: Mapped[str]
    goods: Mapped[bool]
    excludes: Mapped[str | None]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]


class Rate(CenterReadable, Base):
    """A local rate above the national one, in force from a day until a later row.

    An empty ``stage`` or ``boarding`` means all; ``amount_fen`` is per unit of the scheme.
    """

    __tablename__ = "subsidies_rate"
    __security__ = {"updatable": ("voided_at", "voided_by_id")}
    __table_args__ = (CheckConstraint("amount_fen > 0", name="amount"),)

    scheme_id: Mapped[UUID] = ref("subsidies_scheme")
    stage: Mapped[str | None]
    boarding: Mapped[str | None]
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    starts_on: Mapped[date]
    source: Mapped[str]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[UUID | None] = ref("staff", index=False)
    voided_at: Mapped[datetime | None]
    voided_by_id: Mapped[UUID | None] = ref("staff", index=False)


class Budget(CenterReadable, Base):
    """Money given to the centre for a scheme and year, or taken back (below zero); never changed.

    ``donor`` names who gave a donation.
    """

    __tablename__ = "subsidies_budget"
    __security__ = {"append_only": True}

    scheme_id: Mapped[UUID] = ref("subsidies_scheme")
    school_year: Mapped[int]
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    source: Mapped[str]
    donor: Mapped[str | None]
    day: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[UUID | None] = ref("staff", index=False)


class SubsidyRound(CenterReadable, Base):
    """One period of a scheme for all schools (批次): a term, a year, some months, one occasion.

    Of a yearly rate it pays ``part`` of ``parts``; of a monthly or daily one ``units`` times.
    ``period`` is unique in a scheme, so that no child can be in two rounds of one period.
    """

    __tablename__ = "subsidies_round"
    __table_args__ = (
        unique("scheme_id", "period"),
        CheckConstraint("part >= 1 AND part <= parts", name="part"),
        CheckConstraint("units >= 1", name="units"),
    )

    scheme_id: Mapped[UUID] = ref("subsidies_scheme")
    scheme: Mapped[Scheme] = link("scheme_id")
    title: Mapped[str]
    period: Mapped[str]
    school_year: Mapped[int]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    part: Mapped[int] = mapped_column(SmallInteger)
    parts: Mapped[int] = mapped_column(SmallInteger)
    units: Mapped[int] = mapped_column(SmallInteger)
    opened_at: Mapped[datetime]
    opened_by_id: Mapped[UUID | None] = ref("staff", index=False)
    closed_at: Mapped[datetime | None]


class PublicList(SchoolScoped, Base):
    """A list of a school in a round, from publicity (公示) to the centre's decision.

    ``state``: published, submitted, approved, returned (for correction) or withdrawn. ``heads``
    and ``amount_fen`` are what was published. ``number`` counts the lists of a round and school.
    """

    __tablename__ = "subsidies_list"
    __table_args__ = (
        unique("round_id", "school_id", "number"),
        CheckConstraint(
            "state <> 'approved' OR (decided_by_id IS NOT NULL"
            " AND decided_by_id IS DISTINCT FROM published_by_id"
            " AND decided_by_id IS DISTINCT FROM submitted_by_id)",
            name="two_people",
        ),
    )

    round_id: Mapped[UUID] = ref("subsidies_round")
    round: Mapped[SubsidyRound] = link("round_id")
    number: Mapped[int] = mapped_column(SmallInteger)
    state: Mapped[str]
    heads: Mapped[int]
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    place: Mapped[str]
    published_on: Mapped[date]
    until_on: Mapped[date]
    published_by_id: Mapped[UUID | None] = ref("staff", index=False)
    submitted_at: Mapped[datetime | None]
    submitted_by_id: Mapped[UUID | None] = ref("staff", index=False)
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[UUID | None] = ref("staff", index=False)
    decision: Mapped[str | None]


class Application(ChildStaffOnly, Base):
    """A child in a round, from the proposal to the school's list.

    ``state``: proposed, checked, reviewed, listed, approved; closed as declined, withdrawn or
    reversed. ``reasons`` are the facts that spoke for it (category:reason). ``amount_fen`` is set
    before for schemes that decide per child, else when the list is published. ``at_school_id`` is
    where it was made and never changes. Files hang on the acts of application and check.
    """

    __tablename__ = "subsidies_application"
    __table_args__ = (
        Index(
            "uq_subsidies_application_open",
            "center_id",
            "round_id",
            "child_id",
            unique=True,
            postgresql_where="closed_at IS NULL",
        ),
        Index(None, "center_id", "school_id", "round_id"),
        CheckConstraint("reviewed_by_id <> proposed_by_id", name="two_people"),
    )

    round_id: Mapped[UUID] = ref("subsidies_round", index=False)
    at_school_id: Mapped[UUID] = ref("school", index=False)
    list_id: Mapped[UUID | None] = ref("subsidies_list")
    source: Mapped[str]
    reasons: Mapped[list[str]]
    stage: Mapped[str]
    boarding: Mapped[str | None]
    homeroom_id: Mapped[UUID | None] = ref("homeroom", index=False)
    amount_fen: Mapped[int | None] = mapped_column(BigInteger)
    goods: Mapped[str | None]
    state: Mapped[str]
    proposed_at: Mapped[datetime]
    proposed_by_id: Mapped[UUID | None] = ref("staff", index=False)
    applied_act_id: Mapped[UUID | None] = ref("act", index=False)
    check_act_id: Mapped[UUID | None] = ref("act", index=False)
    check_kind: Mapped[str | None]
    check_note: Mapped[str | None]
    checked_on: Mapped[date | None]
    checked_by_id: Mapped[UUID | None] = ref("staff", index=False)
    reviewed_on: Mapped[date | None]
    reviewed_by_id: Mapped[UUID | None] = ref("staff", index=False)
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[UUID | None] = ref("staff", index=False)
    close_reason: Mapped[str | None]


class Objection(SchoolScoped, Base):
    """Somebody objects to a published list, and what the school answers.

    ``child_id`` is the child it speaks of, if one. ``upheld`` is said with the answer.
    """

    __tablename__ = "subsidies_objection"

    list_id: Mapped[UUID] = ref("subsidies_list")
    child_id: Mapped[UUID | None] = ref("child", index=False)
    said_on: Mapped[date]
    said_by: Mapped[str | None]
    text: Mapped[str]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[UUID | None] = ref("staff", index=False)
    answer: Mapped[str | None]
    upheld: Mapped[bool | None]
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[UUID | None] = ref("staff", index=False)


class BankAccount(ChildStaffOnly, Base):
    """Where a child's money goes; ``tail`` are the last four digits, all that pages show."""

    __tablename__ = "subsidies_account"
    __table_args__ = (
        Index(None, "center_id", "number_index"),
        Index(
            "uq_subsidies_account_open",
            "center_id",
            "child_id",
            unique=True,
            postgresql_where="voided_at IS NULL",
        ),
    )

    holder: Mapped[str]
    guardian_id: Mapped[UUID | None] = ref("guardian", index=False)
    bank: Mapped[str]
    number: Mapped[str] = mapped_column(Sealed("bank_account"))
    number_index: Mapped[bytes]
    tail: Mapped[str]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[UUID | None] = ref("staff", index=False)
    voided_at: Mapped[datetime | None]
