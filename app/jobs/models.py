"""The job table."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Index, SmallInteger, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, ref, unique
from app.db.mixins import SchoolOrCenter
from app.db.sealed import SealedData


class Job(SchoolOrCenter, Base):
    """A piece of work, its scope and how far it is.

    ``state``: waiting, running, done, failed, cancelled. ``lease_until`` is how long the runner
    may be silent before another may take over. ``arguments`` may hold what somebody searched for:
    they are encrypted, and forgotten once the work is done. ``school_ids`` are all the schools
    it works in, the first of which has the row; none for a centre.
    """

    __table_args__ = (unique("unique_key"), Index(None, "state", "pushed_at"))

    kind: Mapped[str]
    module: Mapped[str | None]
    title: Mapped[str]
    arguments: Mapped[dict[str, Any] | None] = mapped_column(SealedData("job"))
    unique_key: Mapped[str | None]
    reach: Mapped[str]
    school_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), default=list)
    account_id: Mapped[UUID]
    staff_id: Mapped[UUID | None] = ref("staff", index=False)
    state: Mapped[str] = mapped_column(default="waiting")
    created_at: Mapped[datetime]
    pushed_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0)
    cancel_asked: Mapped[bool] = mapped_column(default=False)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    message: Mapped[str | None]
    result: Mapped[dict[str, Any]] = mapped_column(default=dict)
    error: Mapped[str | None]
