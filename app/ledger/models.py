"""Tables of the ledger: Act, Entry, Confirmation, Attachment."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import Staff
from app.children.models import Child
from app.db.base import Base, link, many, ref
from app.db.mixins import CenterScoped, ChildFamily, SchoolScoped


class Act(CenterScoped, Base):
    """Something that took place. Acts are never changed: a correction voids and replaces."""

    __scope_kind__ = "act"
    __security__ = {"append_only": True}

    kind: Mapped[str]
    happened_on: Mapped[date]
    place: Mapped[str | None]
    recorded_by_id: Mapped[UUID | None] = ref("staff", index=False)
    entries: Mapped[list[Entry]] = many("entry.act_id", back_populates="act")
    attachments: Mapped[list[Attachment]] = many("attachment.act_id", back_populates="act")


class Entry(SchoolScoped, Base):
    """The act as it concerns one person or class; a meeting of a school concerns none of them.

    ``audience``: guardian (families read it), staff, or restricted (``audience_permission``
    names who). ``happened_on`` is when it took place, ``first_recorded_at`` when it was first
    written down, ``recorded_at`` when this version was; ``title`` is frozen as text.
    """

    __scope_kind__ = "entry"
    __security__ = {"updatable": ("voided_at", "voided_by_id", "void_reason")}
    __table_args__ = (
        CheckConstraint("outcome IN ('done', 'not_reached', 'declined')", name="outcome"),
        CheckConstraint(
            "(audience = 'restricted') = (audience_permission IS NOT NULL)", name="audience"
        ),
        Index(None, "center_id", "child_id", "happened_on"),
        Index(None, "center_id", "school_id", "kind", "happened_on"),
        Index(None, "center_id", "kind", "happened_on"),
    )

    act_id: Mapped[UUID] = ref("act")
    act: Mapped[Act] = link("act_id", back_populates="entries")
    child_id: Mapped[UUID | None] = ref("child", index=False, sort_order=-27)
    child: Mapped[Child | None] = link("child_id")
    guardian_id: Mapped[UUID | None] = ref("guardian", index=False)
    homeroom_id: Mapped[UUID | None] = ref("homeroom", index=False)
    origin_school_id: Mapped[UUID] = ref("school", index=False)
    kind: Mapped[str]
    happened_on: Mapped[date]
    outcome: Mapped[str] = mapped_column(default="done")
    audience: Mapped[str] = mapped_column(default="staff")
    audience_permission: Mapped[str | None]
    title: Mapped[str]
    text: Mapped[str | None]
    root_id: Mapped[UUID]
    replaces_id: Mapped[UUID | None] = ref("entry", index=False)
    first_recorded_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[UUID | None] = ref("staff", index=False)
    recorded_by: Mapped[Staff | None] = link("recorded_by_id")
    on_behalf_of_id: Mapped[UUID | None] = ref("staff", index=False)
    voided_at: Mapped[datetime | None]
    voided_by_id: Mapped[UUID | None] = ref("staff", index=False)
    void_reason: Mapped[str | None]


class Confirmation(ChildFamily, Base):
    """A guardian says that it was so, or contests it."""

    __security__ = {"append_only": True}

    entry_id: Mapped[UUID] = ref("entry")
    guardian_id: Mapped[UUID] = ref("guardian", index=False)
    answer: Mapped[str]
    note: Mapped[str | None]
    at: Mapped[datetime]


class Attachment(CenterScoped, Base):
    """A photo or document of an act; the bytes lie in the file store under ``storage_key``."""

    __scope_kind__ = "attachment"
    __security__ = {"updatable": ("voided_at",)}

    act_id: Mapped[UUID] = ref("act")
    act: Mapped[Act] = link("act_id", back_populates="attachments")
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    storage_key: Mapped[str]
    created_at: Mapped[datetime]
    voided_at: Mapped[datetime | None]
