"""Tables of notices: what was told to whom, what goes out, and who wants it by mail."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, SmallInteger, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, ref, unique
from app.db.mixins import CenterScoped

DIGEST = "digest"


class Notice(CenterScoped, Base):
    """Something told to one account: anyone of the centre may write it, only its reader reads it.

    ``title`` and ``body`` are texts kept untranslated (:mod:`app.notify.texts`). ``url`` is an
    address of ours. A digest has ``lines`` ({title, count, url}) and its ``day``: one a person
    and day. ``actor_id`` is who caused it.
    """

    __scope_kind__ = "notice"
    __security__ = {"updatable": ("read_at",)}
    __table_args__ = (
        unique("account_id", "kind", "day"),
        Index(None, "center_id", "account_id", "created_at"),
        Index(
            "ix_notice_unread", "center_id", "account_id", postgresql_where=text("read_at IS NULL")
        ),
    )

    account_id: Mapped[UUID] = mapped_column(sort_order=-28)
    kind: Mapped[str]
    title: Mapped[dict[str, Any]]
    body: Mapped[dict[str, Any]]
    url: Mapped[str | None]
    lines: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)
    day: Mapped[date | None]
    actor_id: Mapped[UUID | None] = ref("staff", index=False)
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class NoticeDelivery(CenterScoped, Base):
    """A notice on its way out of the house; it holds a number and no word of the notice.

    ``key`` says of what (``digest 2026-11-23``, or the notice's id): a second one with the same
    key is not written, so that work done twice sends once. ``state``: waiting, sent, failed.
    ``due_at`` is when it is tried next.
    """

    __scope_kind__ = "outbox"
    __table_args__ = (
        unique("account_id", "channel", "key"),
        Index(
            "ix_notice_delivery_waiting",
            *("center_id", "due_at"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )

    account_id: Mapped[UUID] = mapped_column(sort_order=-28)
    channel: Mapped[str]
    key: Mapped[str]
    kind: Mapped[str]
    count: Mapped[int]
    state: Mapped[str] = mapped_column(default="waiting")
    tries: Mapped[int] = mapped_column(SmallInteger, default=0)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    error: Mapped[str | None]


class NoticeChoice(CenterScoped, Base):
    """By which channels somebody wants notices beside the page; only the person itself chooses."""

    __scope_kind__ = "choice"
    __table_args__ = (unique("account_id"),)

    account_id: Mapped[UUID] = mapped_column(sort_order=-28)
    mail: Mapped[bool] = mapped_column(default=False)
    changed_at: Mapped[datetime]
