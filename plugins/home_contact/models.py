"""Tables of the module."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import ARRAY, Index, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from app.sdk import Base, ChildStaffOnly, RecordScoped, Staff, link, ref


class Contact(RecordScoped, Base):
    """What a contact has beside its ledger entry: the number called, how long, what was ticked.

    With whom it was stands on the entry.
    """

    __tablename__ = "home_contact_contact"

    phone_id: Mapped[UUID | None] = ref("guardian_phone", index=False)
    minutes: Mapped[int | None] = mapped_column(SmallInteger)
    ticks: Mapped[list[str]] = mapped_column(ARRAY(String), default=list)


class NextStep(ChildStaffOnly, Base):
    """What is to be done next after a contact, by when, and when it was done by whom.

    It counts as long as its entry stands. Who wrote it does it, unless it was handed over.
    """

    __tablename__ = "home_contact_next_step"
    __table_args__ = (
        Index(
            "ix_home_contact_next_step_open",
            "center_id",
            "school_id",
            "due_on",
            postgresql_where="done_on IS NULL",
        ),
    )

    entry_id: Mapped[UUID] = ref("entry")
    text: Mapped[str]
    due_on: Mapped[date | None]
    done_on: Mapped[date | None]
    done_by_id: Mapped[UUID | None] = ref("staff", index=False)
    handed_to_id: Mapped[UUID | None] = ref("staff", index=False)
    handed_to: Mapped[Staff | None] = link("handed_to_id")
