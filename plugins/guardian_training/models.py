"""Tables of the module.

That a guardian came is a ledger entry of the adult; :class:`Attendance` says how, and is seen by
every school that has a child of the guardian: one person, one attendance.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Index, Numeric, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from app.sdk import (
    Base,
    ChildFamily,
    FamilyReadable,
    Guardian,
    GuardianScoped,
    Homeroom,
    SchoolScoped,
    Staff,
    link,
    ref,
    unique,
)


class Course(FamilyReadable, Base):
    """What is taught, by whom and to whom; ``kind``: training, meeting or staff.

    ``question`` with one to five ``answers`` is asked afterwards; with ``right_answer`` (from 1) it
    is a quiz. ``credits`` are a teacher's hours of continuing education.
    """

    __tablename__ = "guardian_training_course"

    kind: Mapped[str]
    title: Mapped[str]
    audience: Mapped[list[str]] = mapped_column(ARRAY(String), default=list)
    plan: Mapped[str | None]
    materials: Mapped[str | None]
    lecturer: Mapped[str | None]
    credits: Mapped[Decimal | None] = mapped_column(Numeric(4, 1))
    question: Mapped[str | None]
    answers: Mapped[list[str]] = mapped_column(ARRAY(String), default=list)
    right_answer: Mapped[int | None] = mapped_column(SmallInteger)
    created_at: Mapped[datetime]
    created_by_id: Mapped[UUID | None] = ref("staff", index=False)
    closed_on: Mapped[date | None]


class CourseFile(SchoolScoped, Base):
    """A photo or PDF that belongs to a course: what is handed out, shown, or taught from."""

    __tablename__ = "guardian_training_course_file"
    __security__ = {"updatable": ("voided_at",)}

    course_id: Mapped[UUID] = ref("guardian_training_course")
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    storage_key: Mapped[str]
    created_at: Mapped[datetime]
    created_by_id: Mapped[UUID | None] = ref("staff", index=False)
    voided_at: Mapped[datetime | None]


class TrainingSession(FamilyReadable, Base):
    """A course held (or planned) on a day at a place; of one class, or of the whole school.

    ``act_id`` is the ledger's act once somebody came or it was closed. ``expected`` is frozen at
    closing. The door is open for signing in until ``door_until``; ``door_failures`` counts wrong
    tries since it was opened.
    """

    __tablename__ = "guardian_training_session"
    __table_args__ = (Index(None, "center_id", "school_id", "day"),)

    course_id: Mapped[UUID] = ref("guardian_training_course")
    course: Mapped[Course] = link("course_id")
    mode: Mapped[str]
    day: Mapped[date]
    starts_at: Mapped[str | None]
    place: Mapped[str | None]
    homeroom_id: Mapped[UUID | None] = ref("homeroom", index=False)
    homeroom: Mapped[Homeroom | None] = link("homeroom_id")
    makeup_of_id: Mapped[UUID | None] = ref("guardian_training_session")
    act_id: Mapped[UUID | None] = ref("act", index=False)
    expected: Mapped[int | None]
    summary: Mapped[str | None]
    closed_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str | None]
    door_opened_at: Mapped[datetime | None]
    door_until: Mapped[datetime | None]
    door_failures: Mapped[int] = mapped_column(SmallInteger, default=0)
    created_at: Mapped[datetime]
    created_by_id: Mapped[UUID | None] = ref("staff", index=False)


class Attendance(GuardianScoped, Base):
    """A guardian and a session: invited when and how, present how, or absent why.

    What another school of the guardian's children needs stands on the row itself: ``held_at_id`` is
    the school that held it, ``kind`` the course's. ``entry_id`` is the ledger's entry of who came.
    """

    __tablename__ = "guardian_training_attendance"
    __table_args__ = (
        unique("session_id", "guardian_id"),
        CheckConstraint("state IN ('invited', 'present', 'absent')", name="state"),
        Index(None, "center_id", "guardian_id", "day"),
    )

    guardian: Mapped[Guardian] = link("guardian_id")
    session_id: Mapped[UUID] = ref("guardian_training_session")
    held_at_id: Mapped[UUID] = ref("school", index=False)
    kind: Mapped[str]
    title: Mapped[str]
    day: Mapped[date]
    state: Mapped[str]
    way: Mapped[str | None]
    invited_at: Mapped[datetime | None]
    invited_way: Mapped[str | None]
    reason: Mapped[str | None]
    note: Mapped[str | None]
    entry_id: Mapped[UUID | None] = ref("entry", index=False)
    marked_at: Mapped[datetime | None]
    marked_by_id: Mapped[UUID | None] = ref("staff", index=False)


class Word(ChildFamily, Base):
    """What a guardian says of a session: coming, not_coming, here (signed in) or an answer.

    ``child_id`` is a child of theirs at the school. The newest of a kind counts.
    """

    __security__ = {"append_only": True}
    __tablename__ = "guardian_training_word"

    session_id: Mapped[UUID] = ref("guardian_training_session")
    guardian_id: Mapped[UUID] = ref("guardian", index=False)
    what: Mapped[str]
    value: Mapped[int | None] = mapped_column(SmallInteger)
    way: Mapped[str]
    at: Mapped[datetime]


class StaffCredit(SchoolScoped, Base):
    """A member of staff took part in a training of teachers: the credits it gave."""

    __tablename__ = "guardian_training_staff_credit"
    __table_args__ = (unique("session_id", "staff_id"),)

    session_id: Mapped[UUID] = ref("guardian_training_session")
    session: Mapped[TrainingSession] = link("session_id")
    staff_id: Mapped[UUID] = ref("staff")
    staff: Mapped[Staff] = link("staff_id")
    credits: Mapped[Decimal] = mapped_column(Numeric(4, 1))
    entry_id: Mapped[UUID | None] = ref("entry", index=False)
    recorded_at: Mapped[datetime]
    voided_at: Mapped[datetime | None]
