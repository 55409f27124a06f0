"""Tables of children and where they belong: Child, IdentityDocument, Enrolment, Placement."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, link, many, ref, unique
from app.db.mixins import (
    CenterScoped,
    ChildStaffOnly,
    GuardianScoped,
    SchoolOrCenter,
    SchoolScoped,
    TransferScoped,
)
from app.db.sealed import Sealed
from app.tenancy.models import Homeroom, School

SCHEMES = ("left_behind", "civil", "orphan", "hardship", "disability")
"""What rosters and forms are asked, as columns of :class:`Declaration`."""


class Child(SchoolScoped, Base):
    """A pupil. ``school_id`` is custody: the school that has the child now.

    ``merged_into_id`` points to the record that stands for the same child; ``voided_at`` takes a
    mistaken record out of every list without deleting it; ``version`` counts changes.
    """

    __scope_kind__ = "child-self"
    __table_args__ = (
        CheckConstraint("sex IN ('male', 'female', 'unknown')", name="sex"),
        unique("school_id", "id"),
        Index(None, "center_id", "school_id", "name_pinyin"),
        Index(None, "center_id", "name_pinyin"),
        Index(None, "center_id", "name"),
        Index(
            None,
            "center_id",
            "pupil_number_index",
            postgresql_where="pupil_number_index IS NOT NULL",
        ),
        Index(None, "center_id", "name_initials"),
    )

    school: Mapped[School] = link("school_id")
    name: Mapped[str]
    name_pinyin: Mapped[str]
    name_initials: Mapped[str]
    former_name: Mapped[str | None]
    sex: Mapped[str] = mapped_column(default="unknown")
    birth_date: Mapped[date | None]
    ethnic_group: Mapped[str | None]
    pupil_number: Mapped[str | None] = mapped_column(Sealed("pupil_number"))
    pupil_number_index: Mapped[bytes | None]
    boarding: Mapped[str | None]
    health: Mapped[str | None]
    address: Mapped[str | None] = mapped_column(Sealed("address"))
    registered_residence: Mapped[str | None] = mapped_column(Sealed("address"))
    note: Mapped[str | None]
    left_on: Mapped[date | None]
    merged_into_id: Mapped[UUID | None] = ref("child", index=False)
    voided_at: Mapped[datetime | None]
    void_reason: Mapped[str | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    identities: Mapped[list[IdentityDocument]] = many(
        "identity_document.child_id", back_populates="child"
    )
    guardianships: Mapped[list[Guardianship]] = many(
        "guardianship.child_id", back_populates="child", order_by="Guardianship.position"
    )


class IdentityDocument(ChildStaffOnly, Base):
    """An identity number; ``state`` is verified or to_verify (待核实). A child may have none.

    ``tail_index`` finds by the last four characters.
    """

    __table_args__ = (
        Index(None, "center_id", "number_index"),
        Index(None, "center_id", "tail_index"),
    )

    child: Mapped[Child] = link("child_id", back_populates="identities")
    kind: Mapped[str] = mapped_column(default="resident_id")
    number: Mapped[str] = mapped_column(Sealed("identity_number"))
    number_index: Mapped[bytes]
    tail_index: Mapped[bytes | None]
    state: Mapped[str] = mapped_column(default="verified")
    reason: Mapped[str | None]
    voided_at: Mapped[datetime | None]


class Enrolment(ChildStaffOnly, Base):
    """A child belongs to a school for a time. ``at_school_id`` never changes; custody may."""

    at_school_id: Mapped[UUID] = ref("school", index=False)
    at_school: Mapped[School] = link("at_school_id")
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    reason_in: Mapped[str] = mapped_column(default="enrolled")
    reason_out: Mapped[str | None]


class Placement(ChildStaffOnly, Base):
    """A child sits in a class for a time; at most one is open per child."""

    __table_args__ = (
        Index(
            "uq_placement_open",
            "center_id",
            "child_id",
            unique=True,
            postgresql_where="ends_on IS NULL",
        ),
    )

    enrolment_id: Mapped[UUID] = ref("enrolment")
    homeroom_id: Mapped[UUID] = ref("homeroom")
    homeroom: Mapped[Homeroom] = link("homeroom_id")
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    pupil_no: Mapped[str | None]


class Guardian(CenterScoped, Base):
    """An adult who looks after a child, parents included; the name may be unknown.

    Brothers and sisters share the row, so what is known of an adult is said once.
    """

    __scope_kind__ = "guardian-self"
    __table_args__ = (
        Index(None, "center_id", "name"),
        Index(None, "center_id", "account_id", postgresql_where="account_id IS NOT NULL"),
        Index(
            "ix_guardian_gone",
            "center_id",
            "id",
            postgresql_include=["died_on", "voided_at"],
            postgresql_where="died_on IS NOT NULL OR voided_at IS NOT NULL",
        ),
    )

    name: Mapped[str | None]
    name_pinyin: Mapped[str | None]
    sex: Mapped[str] = mapped_column(default="unknown")
    birth_date: Mapped[date | None]
    education: Mapped[str | None]
    identity_number: Mapped[str | None] = mapped_column(Sealed("identity_number"))
    identity_index: Mapped[bytes | None]
    account_id: Mapped[UUID | None]
    died_on: Mapped[date | None]
    voided_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    phones: Mapped[list[GuardianPhone]] = many(
        "guardian_phone.guardian_id", back_populates="guardian", order_by="GuardianPhone.position"
    )
    statuses: Mapped[list[ParentStatus]] = many(
        "parent_status.guardian_id", back_populates="guardian"
    )


class GuardianPhone(CenterScoped, Base):
    """A phone number of a guardian and when it was last answered; ``dead_on`` marks 空号.

    ``failed_tries`` counts the calls in vain since it was answered last; ``tail_index`` finds by
    the last four digits.
    """

    __scope_kind__ = "guardian"
    __table_args__ = (
        Index(None, "center_id", "number_index"),
        Index(None, "center_id", "tail_index"),
    )

    guardian_id: Mapped[UUID] = ref("guardian", sort_order=-28)
    guardian: Mapped[Guardian] = link("guardian_id", back_populates="phones")
    number: Mapped[str] = mapped_column(Sealed("phone"))
    number_index: Mapped[bytes]
    tail_index: Mapped[bytes]
    position: Mapped[int] = mapped_column(SmallInteger, default=0)
    last_reached_on: Mapped[date | None]
    failed_tries: Mapped[int] = mapped_column(SmallInteger, default=0)
    dead_on: Mapped[date | None]
    voided_at: Mapped[datetime | None]


class GuardianApart(GuardianScoped, Base):
    """Two adults of one name and number who are two people: somebody has said so.

    ``guardian_id`` is the lesser of the two.
    """

    other_id: Mapped[UUID] = ref("guardian", index=False)
    decided_at: Mapped[datetime]
    decided_by_id: Mapped[UUID | None] = ref("staff", index=False)


class Guardianship(ChildStaffOnly, Base):
    """What an adult is to a child, for a time.

    ``barred`` keeps somebody away from the child by order or need, with the reason.
    ``vouched_school_id`` is the school whose slip opened the child's page to the adult; it stays
    when the child moves, and opens brothers and sisters at that school only.
    """

    __table_args__ = (
        CheckConstraint("NOT barred OR barred_reason IS NOT NULL", name="barred_reason"),
        # Classification reads every guardianship of a centre: from the index alone.
        Index(
            "ix_guardianship_classify",
            "center_id",
            "child_id",
            postgresql_include=[
                "guardian_id", "relation", "starts_on", "ends_on",
                "cares_daily", "legal", "entrusted", "barred",
            ],
        ),
    )  # fmt: skip

    child: Mapped[Child] = link("child_id", back_populates="guardianships")
    guardian_id: Mapped[UUID] = ref("guardian")
    guardian: Mapped[Guardian] = link("guardian_id")
    relation: Mapped[str]
    relation_note: Mapped[str | None]
    legal: Mapped[bool] = mapped_column(default=False)
    cares_daily: Mapped[bool] = mapped_column(default=False)
    entrusted: Mapped[bool] = mapped_column(default=False)
    barred: Mapped[bool] = mapped_column(default=False)
    barred_reason: Mapped[str | None]
    vouched_school_id: Mapped[UUID | None] = ref("school", index=False)
    position: Mapped[int] = mapped_column(SmallInteger, default=0)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]


class ParentStatus(CenterScoped, Base):
    """A dated fact about an adult: where they are and whether they can care.

    ``away`` and ``can_care`` are yes, no or unknown. ``condition`` is what the law names
    (deceased, missing, imprisoned, compulsory_rehab, severe_disability, severe_illness,
    out_of_contact, guardianship_revoked, deported) or nothing.
    """

    __scope_kind__ = "guardian"
    __table_args__ = (
        CheckConstraint("away IN ('yes', 'no', 'unknown')", name="away"),
        CheckConstraint("can_care IN ('yes', 'no', 'unknown')", name="can_care"),
        Index(
            None,
            "center_id",
            "guardian_id",
            "confirmed_on",
            postgresql_include=["away", "away_since", "can_care", "condition"],
            postgresql_where="voided_at IS NULL",
        ),
    )

    guardian_id: Mapped[UUID] = ref("guardian", sort_order=-28, index=False)
    guardian: Mapped[Guardian] = link("guardian_id", back_populates="statuses")
    away: Mapped[str] = mapped_column(default="unknown")
    away_since: Mapped[date | None]
    place: Mapped[str | None]
    work: Mapped[str | None]
    can_care: Mapped[str] = mapped_column(default="unknown")
    condition: Mapped[str | None]
    confirmed_on: Mapped[date]
    confirmed_by_id: Mapped[UUID | None] = ref("staff", index=False)
    source: Mapped[str]
    voided_at: Mapped[datetime | None]


class Declaration(ChildStaffOnly, Base):
    """What a roster or a form *says* of a child on a day; never turned into invented facts.

    A column a question, empty where nothing was said: ``left_behind`` (both, one, none), ``civil``
    (no), ``orphan`` (yes, no), ``hardship`` (a category or none), ``disability`` (a type or none).
    """

    __table_args__ = (
        Index(
            "ix_declaration_latest",
            "center_id",
            "child_id",
            postgresql_include=["as_of", "voided_at", *SCHEMES],
        ),
    )

    left_behind: Mapped[str | None]
    civil: Mapped[str | None]
    orphan: Mapped[str | None]
    hardship: Mapped[str | None]
    disability: Mapped[str | None]
    as_of: Mapped[date]
    source: Mapped[str]
    voided_at: Mapped[datetime | None]

    def said(self) -> dict[str, str]:
        """Return what it says, by question."""
        return {scheme: said for scheme in SCHEMES if (said := getattr(self, scheme))}


class Transfer(TransferScoped, Base):
    """A child moves between two schools of the centre.

    ``state``: requested, accepted, declined, withdrawn. What the receiving school must know to
    decide is written on the row, because the child is not visible to it before it accepts.
    """

    __security__ = {"updatable": ("state", "decided_at", "decided_by_id", "answer", "effective_on")}

    child_id: Mapped[UUID] = ref("child")
    child_name: Mapped[str]
    child_sex: Mapped[str]
    child_birth: Mapped[date | None]
    from_class: Mapped[str | None]
    reason: Mapped[str | None]
    state: Mapped[str] = mapped_column(default="requested")
    requested_at: Mapped[datetime]
    requested_by_id: Mapped[UUID | None] = ref("staff", index=False)
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[UUID | None] = ref("staff", index=False)
    answer: Mapped[str | None]
    effective_on: Mapped[date | None]
    from_school: Mapped[School] = link("from_school_id")
    to_school: Mapped[School] = link("to_school_id")


class ImportBatch(SchoolOrCenter, Base):
    """One workbook that was imported: its report, its state and how far it is.

    ``state``: checked, applying, applied, failed, undone. Without a school it spans the centre.
    """

    kind: Mapped[str] = mapped_column(default="roster")
    file_name: Mapped[str]
    file_hash: Mapped[str]
    storage_key: Mapped[str | None]
    state: Mapped[str] = mapped_column(default="checked")
    report: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    created_by_id: Mapped[UUID | None] = ref("staff", index=False)
    job_id: Mapped[UUID | None]
    applied_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]


class ImportChange(SchoolScoped, Base):
    """What a parcel of an import did at one school, so that it can be undone.

    ``created`` and ``updated`` give each child's version then: a child touched since is not undone
    but named. ``added`` has the ids of other rows by table, ``before`` the earlier values.
    """

    batch_id: Mapped[UUID] = ref("import_batch")
    created: Mapped[dict[str, Any]] = mapped_column(default=dict)
    updated: Mapped[dict[str, Any]] = mapped_column(default=dict)
    before: Mapped[dict[str, Any]] = mapped_column(default=dict)
    added: Mapped[dict[str, Any]] = mapped_column(default=dict)
