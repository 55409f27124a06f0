"""The audit table."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, ref
from app.db.mixins import CenterScoped


class AuditEvent(CenterScoped, Base):
    """Somebody did something to something. Rows are only ever added."""

    __scope_kind__ = "audit"
    __security__ = {"append_only": True}
    __table_args__ = (
        Index(None, "center_id", "at"),
        Index(None, "center_id", "child_id", "at"),
    )

    at: Mapped[datetime]
    school_id: Mapped[UUID | None] = ref("school", index=False)
    account_id: Mapped[UUID | None]
    actor: Mapped[str]
    action: Mapped[str]
    object_type: Mapped[str | None]
    object_id: Mapped[UUID | None]
    child_id: Mapped[UUID | None]
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    address: Mapped[str | None]
