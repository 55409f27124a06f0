"""Tables of handing over: who gives what to whom, and the school's change of year."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import Staff
from app.db.base import Base, link, many, ref
from app.db.mixins import SchoolScoped


class HandOver(SchoolScoped, Base):
    """A person gives everything held at a school, or part of it, to successors.

    ``reason``: leaves, changes_class, year_end, other. ``last_day`` is the last day on which the
    person answers for it. ``state``: open until each item is settled, then done; or cancelled.
    """

    __table_args__ = (
        CheckConstraint("state IN ('open', 'done', 'cancelled')", name="state"),
        Index(None, "center_id", "school_id", "state"),
    )

    from_staff_id: Mapped[UUID] = ref("staff")
    from_staff: Mapped[Staff] = link("from_staff_id")
    reason: Mapped[str]
    last_day: Mapped[date]
    note: Mapped[str | None]
    state: Mapped[str] = mapped_column(default="open")
    made_at: Mapped[datetime]
    made_by_id: Mapped[UUID | None] = ref("staff", index=False)
    made_by: Mapped[Staff | None] = link("made_by_id")
    closed_at: Mapped[datetime | None]
    items: Mapped[list[HandOverItem]] = many(
        "hand_over_item.hand_over_id",
        back_populates="hand_over",
        order_by="HandOverItem.position, HandOverItem.id",
    )


class HandOverItem(SchoolScoped, Base):
    """One thing that is handed over; ``title`` is frozen as it was called then.

    ``kind``: class, pairing, post, role, concern, or a module's own, which then stands in
    ``module``; ``object_id`` is the class, child, post, grant, concern or the module's row.
    ``parent_id`` is the item that it goes along with: the concern about a child goes with the
    child. ``state``: open (nobody proposed), proposed, declined, accepted, dropped (needs nobody
    any more, for ``answer``). ``homeroom_id`` is the class under which it is listed.
    """

    __table_args__ = (
        Index(
            "ix_hand_over_item_waiting",
            *("center_id", "successor_id"),
            postgresql_where="state = 'proposed'",
        ),
    )

    hand_over_id: Mapped[UUID] = ref("hand_over")
    hand_over: Mapped[HandOver] = link("hand_over_id", back_populates="items")
    parent_id: Mapped[UUID | None] = ref("hand_over_item", index=False)
    kind: Mapped[str]
    module: Mapped[str | None]
    object_id: Mapped[UUID]
    homeroom_id: Mapped[UUID | None] = ref("homeroom", index=False)
    title: Mapped[str]
    position: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(default="open")
    successor_id: Mapped[UUID | None] = ref("staff", index=False)
    successor: Mapped[Staff | None] = link("successor_id")
    proposed_at: Mapped[datetime | None]
    proposed_by_id: Mapped[UUID | None] = ref("staff", index=False)
    accepted_at: Mapped[datetime | None]
    accepted_by_id: Mapped[UUID | None] = ref("staff", index=False)
    accepted_by: Mapped[Staff | None] = link("accepted_by_id")
    begins_on: Mapped[date | None]
    answer: Mapped[str | None]


class YearRoll(SchoolScoped, Base):
    """A school's change to the school year that begins in ``school_year``.

    ``state``: draft, waiting (for the job), done, undone. ``plan`` is what the school has chosen,
    ``counts`` what it came to.
    """

    __table_args__ = (
        Index(
            "uq_year_roll_school_year",
            *("center_id", "school_id", "school_year"),
            unique=True,
            postgresql_where="state <> 'undone'",
        ),
    )

    school_year: Mapped[int]
    state: Mapped[str] = mapped_column(default="draft")
    plan: Mapped[dict[str, Any]] = mapped_column(default=dict)
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    made_at: Mapped[datetime]
    made_by_id: Mapped[UUID | None] = ref("staff", index=False)
    job_id: Mapped[UUID | None]
    done_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]


class YearRollChange(SchoolScoped, Base):
    """A row that a change of year has written: as it was before (empty: made new) and after."""

    __security__ = {"append_only": True}

    roll_id: Mapped[UUID] = ref("year_roll")
    what: Mapped[str]
    row_id: Mapped[UUID]
    child_id: Mapped[UUID | None] = ref("child", index=False)
    before: Mapped[dict[str, Any]] = mapped_column(default=dict)
    after: Mapped[dict[str, Any]] = mapped_column(default=dict)
