"""Tables of duties: policies in versions, their windows, what became of them, concerns."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Index, SmallInteger, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, link, many, ref
from app.db.mixins import ChildStaffOnly, Floor, SchoolScoped


class DutyPolicy(Floor, Base):
    """A system (制度) that a school keeps or, without a school, the centre's floor for all.

    ``key`` is the pack's name or one the school chose; ``ended_on`` is its last day.
    """

    __table_args__ = (
        Index(
            "uq_duty_policy_key",
            "center_id",
            "school_id",
            "key",
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
    )

    key: Mapped[str]
    name: Mapped[str]
    slogan: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    created_by_id: Mapped[UUID | None] = ref("staff", index=False)
    ended_on: Mapped[date | None]
    versions: Mapped[list[DutyPolicyVersion]] = many(
        "duty_policy_version.policy_id",
        back_populates="policy",
        order_by="DutyPolicyVersion.number",
    )


class DutyPolicyVersion(Floor, Base):
    """What a policy said from a day on; earlier days are judged by earlier versions."""

    policy_id: Mapped[UUID] = ref("duty_policy")
    policy: Mapped[DutyPolicy] = link("policy_id", back_populates="versions")
    number: Mapped[int] = mapped_column(SmallInteger)
    text: Mapped[str] = mapped_column(default="")
    in_force_from: Mapped[date]
    in_force_until: Mapped[date | None]
    note: Mapped[str | None]
    created_at: Mapped[datetime]
    created_by_id: Mapped[UUID | None] = ref("staff", index=False)
    rules: Mapped[list[StoredRule]] = many(
        "duty_rule.version_id", back_populates="version", order_by="StoredRule.position"
    )


class StoredRule(Floor, Base):
    """A duty rule of a version; :class:`app.duties.policy.DutyRule` says what the words mean."""

    __tablename__ = "duty_rule"

    version_id: Mapped[UUID] = ref("duty_policy_version")
    version: Mapped[DutyPolicyVersion] = link("version_id", back_populates="rules")
    policy_id: Mapped[UUID] = ref("duty_policy")
    key: Mapped[str]
    title: Mapped[str]
    entry: Mapped[list[str]]
    performer: Mapped[str]
    subject: Mapped[str]
    covers: Mapped[list[str]]
    every: Mapped[str]
    min_times: Mapped[int] = mapped_column(SmallInteger, default=1)
    max_times: Mapped[int | None] = mapped_column(SmallInteger)
    grace_days: Mapped[int] = mapped_column(SmallInteger, default=0)
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    grades: Mapped[list[int]] = mapped_column(ARRAY(SmallInteger), default=list)
    position: Mapped[int] = mapped_column(SmallInteger, default=0)


class DutyWindow(Floor, Base):
    """The days in which a rule is owed once, laid out from the calendar ahead of time.

    ``middle`` decides whom it covers; what happened by ``due`` is in time, what is written down by
    ``settles`` counts; ``next_opens`` is when the rule's next window begins;
    ``birth_day`` (MM-DD) limits it to children born on that day. Once ``frozen_at`` is set, what
    became of it stands in :class:`DutyResult` and never changes. Only windows that are not frozen
    are laid out anew.
    """

    __security__ = {"deletable": True}
    __table_args__ = (
        Index(
            "uq_duty_window_opens",
            "center_id",
            "rule_id",
            "opens",
            "birth_day",
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
        Index("ix_duty_window_open", "center_id", "opens", postgresql_where="frozen_at IS NULL"),
    )

    rule_id: Mapped[UUID] = ref("duty_rule", index=False)
    policy_id: Mapped[UUID] = ref("duty_policy", index=False)
    opens: Mapped[date]
    closes: Mapped[date]
    due: Mapped[date]
    settles: Mapped[date]
    middle: Mapped[date]
    next_opens: Mapped[date | None]
    birth_day: Mapped[str | None]
    frozen_at: Mapped[datetime | None]


class DutyResult(SchoolScoped, Base):
    """What became of a duty, frozen when its window closed; it stays with the school of that day.

    ``subject_id`` is a child, homeroom, member of staff or school, as ``subject`` says;
    ``owed_by`` are the staff who owed it, ``stand_in`` when nobody held the role the rule names.
    ``taken`` counts acts of the next window that made up for this one.
    """

    __security__ = {"append_only": True}
    __table_args__ = (
        CheckConstraint("state IN ('done', 'missed', 'excused')", name="state"),
        Index(
            "uq_duty_result_window",
            "center_id",
            "window_id",
            "subject_id",
            "school_id",
            unique=True,
        ),
        Index("uq_duty_result_concern", "center_id", "concern_id", "rule_id", unique=True),
        Index(None, "center_id", "school_id", "opens"),
        Index(None, "center_id", "subject_id", "opens"),
        Index(
            "ix_duty_result_taken",
            "center_id",
            "policy_id",
            "next_opens",
            postgresql_where="taken > 0",
        ),
    )

    policy_id: Mapped[UUID] = ref("duty_policy", index=False)
    rule_id: Mapped[UUID] = ref("duty_rule", index=False)
    rule_key: Mapped[str]
    window_id: Mapped[UUID | None] = ref("duty_window", index=False)
    concern_id: Mapped[UUID | None] = ref("concern", index=False)
    subject: Mapped[str]
    subject_id: Mapped[UUID]
    homeroom_id: Mapped[UUID | None] = ref("homeroom", index=False)
    owed_by: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), default=list)
    stand_in: Mapped[bool] = mapped_column(default=False)
    opens: Mapped[date]
    closes: Mapped[date]
    due: Mapped[date]
    next_opens: Mapped[date | None]
    done: Mapped[int] = mapped_column(SmallInteger)
    tries: Mapped[int] = mapped_column(SmallInteger)
    taken: Mapped[int] = mapped_column(SmallInteger)
    state: Mapped[str]
    excuse: Mapped[str | None]
    frozen_at: Mapped[datetime]


class Concern(ChildStaffOnly, Base):
    """A child calls for a visit (五必访) by ``due_on``; closed only by a recorded one.

    ``kind`` is mood, health, marks, lateness, conflict or a module's own; ``source`` is "hand" or
    the module that raised it.
    """

    __table_args__ = (
        Index(
            "ix_concern_open",
            "center_id",
            "school_id",
            "due_on",
            postgresql_where="closed_on IS NULL AND voided_at IS NULL",
        ),
    )

    kind: Mapped[str]
    note: Mapped[str | None]
    raised_on: Mapped[date]
    raised_at: Mapped[datetime]
    raised_by_id: Mapped[UUID | None] = ref("staff", index=False)
    source: Mapped[str] = mapped_column(default="hand")
    source_entry_id: Mapped[UUID | None] = ref("entry", index=False)
    due_on: Mapped[date]
    closed_on: Mapped[date | None]
    closed_by_entry_id: Mapped[UUID | None] = ref("entry", index=False)
    outcome: Mapped[str | None]
    voided_at: Mapped[datetime | None]
    void_reason: Mapped[str | None]


class DutyExemption(SchoolScoped, Base):
    """Somebody is excused for a time, with a reason and who allowed it.

    ``subject``: child, homeroom, staff or school. Without ``policy_id`` every policy is meant,
    without ``rule_key`` every rule of it.
    """

    __table_args__ = (
        CheckConstraint("subject IN ('child', 'homeroom', 'staff', 'school')", name="subject"),
        CheckConstraint("ends_on >= starts_on", name="days"),
        Index(None, "center_id", "subject_id"),
    )

    subject: Mapped[str]
    subject_id: Mapped[UUID]
    policy_id: Mapped[UUID | None] = ref("duty_policy", index=False)
    rule_key: Mapped[str | None]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    reason: Mapped[str]
    approved_by_id: Mapped[UUID | None] = ref("staff", index=False)
    created_at: Mapped[datetime]
    voided_at: Mapped[datetime | None]
