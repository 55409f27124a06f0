"""The table of erasures asked for and carried out."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import Staff
from app.children.models import Child
from app.db.base import Base, link, ref
from app.db.mixins import CenterScoped


class Erasure(CenterScoped, Base):
    """Somebody asks that a child be erased; somebody else carries it out or refuses.

    ``ground``: request, expired or mistake. ``state``: asked, confirmed, done, refused or
    withdrawn. ``files`` are keys of the file store that are still to be removed, ``result`` counts
    rows by table. The row outlives the child: it proves what was done, when and why.
    """

    __table_args__ = (
        CheckConstraint("ground IN ('request', 'expired', 'mistake')", name="ground"),
        CheckConstraint(
            "state NOT IN ('confirmed', 'done') OR decided_by_id IS DISTINCT FROM asked_by_id",
            name="two_people",
        ),
        Index(
            "uq_erasure_open",
            "center_id",
            "child_id",
            unique=True,
            postgresql_where="state IN ('asked', 'confirmed', 'done')",
        ),
    )

    child_id: Mapped[UUID] = ref("child", index=False)
    child: Mapped[Child] = link("child_id")
    ground: Mapped[str]
    reason: Mapped[str]
    shared_files: Mapped[bool]
    state: Mapped[str] = mapped_column(default="asked")
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[UUID] = ref("staff", index=False)
    asked_by: Mapped[Staff] = link("asked_by_id")
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[UUID | None] = ref("staff", index=False)
    decided_by: Mapped[Staff | None] = link("decided_by_id")
    done_at: Mapped[datetime | None]
    files: Mapped[list[str]] = mapped_column(default=list)
    result: Mapped[dict[str, Any]] = mapped_column(default=dict)
