"""Tables of the module. Who mentors whom is not here: mentors' grants say so."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from app.sdk import (
    Base,
    CenterReadable,
    ChildStaffOnly,
    RecordScoped,
    SchoolScoped,
    link,
    many,
    ref,
    unique,
)


class PairingChange(RecordScoped, Base):
    """The ledger's entry that a pairing began or ended; the reason is the entry's text."""

    __tablename__ = "mentoring_pairing_change"

    pairing_id: Mapped[UUID] = ref("grant_child")
    ended: Mapped[bool]


class Helper(ChildStaffOnly, Base):
    """A pupil helps this child (优秀小老师, 手拉手); nobody may see more for it."""

    __tablename__ = "mentoring_helper"

    helper_id: Mapped[UUID] = ref("child")
    kind: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    end_reason: Mapped[str | None]


class Plan(ChildStaffOnly, Base):
    """A support plan, or the individual education plan (个别教育管理方案) that few read.

    ``kind``: support or individual. ``outcome`` is said when it is closed.
    """

    __tablename__ = "mentoring_plan"

    kind: Mapped[str]
    situation: Mapped[str]
    starts_on: Mapped[date]
    review_on: Mapped[date | None]
    created_at: Mapped[datetime]
    created_by_id: Mapped[UUID | None] = ref("staff", index=False)
    closed_on: Mapped[date | None]
    outcome: Mapped[str | None]
    goals: Mapped[list[Goal]] = many(
        "mentoring_plan_goal.plan_id", back_populates="plan", order_by="Goal.position"
    )


class Goal(ChildStaffOnly, Base):
    """One line of a plan: by when, what is aimed at, what is done for it."""

    __tablename__ = "mentoring_plan_goal"

    plan_id: Mapped[UUID] = ref("mentoring_plan")
    plan: Mapped[Plan] = link("plan_id", back_populates="goals")
    position: Mapped[int] = mapped_column(SmallInteger)
    due_on: Mapped[date | None]
    goal: Mapped[str]
    steps: Mapped[str]


class Review(RecordScoped, Base):
    """What a review of a plan found; its words are the entry's text.

    ``result``: reached, better, same or worse; ``goal_id`` is empty when the whole plan is meant.
    """

    __tablename__ = "mentoring_plan_review"

    plan_id: Mapped[UUID] = ref("mentoring_plan")
    goal_id: Mapped[UUID | None] = ref("mentoring_plan_goal", index=False)
    result: Mapped[str]


class Inspection(CenterReadable, Base):
    """An inspection that the centre has announced for a day."""

    __tablename__ = "mentoring_inspection"

    day: Mapped[date]
    title: Mapped[str]
    recorded_at: Mapped[datetime]
    voided_at: Mapped[datetime | None]


class Assessment(SchoolScoped, Base):
    """What was said of a mentor's term: the own statement, the head's review, a level.

    Nothing of it is computed. ``entry_id`` is the ledger's entry of the signed review.
    """

    __tablename__ = "mentoring_assessment"
    __table_args__ = (unique("school_id", "staff_id", "term_id"),)

    staff_id: Mapped[UUID] = ref("staff")
    term_id: Mapped[UUID] = ref("term", index=False)
    statement: Mapped[str | None]
    statement_at: Mapped[datetime | None]
    review: Mapped[str | None]
    level: Mapped[str | None]
    reviewed_at: Mapped[datetime | None]
    reviewed_by_id: Mapped[UUID | None] = ref("staff", index=False)
    signed_at: Mapped[datetime | None]
    entry_id: Mapped[UUID | None] = ref("entry", index=False)
    commend: Mapped[bool] = mapped_column(default=False)
    commend_reason: Mapped[str | None]


class Explanation(SchoolScoped, Base):
    """What somebody says about a fact of the own term; dated, never changed."""

    __security__ = {"append_only": True}
    __tablename__ = "mentoring_explanation"

    staff_id: Mapped[UUID] = ref("staff")
    term_id: Mapped[UUID] = ref("term", index=False)
    fact: Mapped[str]
    text: Mapped[str]
    at: Mapped[datetime]
