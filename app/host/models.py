"""Which modules a centre offers and a school has switched on."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, ref, unique
from app.db.mixins import CenterReadable, FamilyReadable


class ModuleOffer(CenterReadable, Base):
    """A centre offers, or no longer offers, an installed plugin; without a row it is offered."""

    __table_args__ = (unique("module"),)

    module: Mapped[str]
    offered: Mapped[bool]


class ModuleSwitch(FamilyReadable, Base):
    """A school has switched a module on or off; its settings stay when it is off."""

    __table_args__ = (unique("school_id", "module"),)

    module: Mapped[str]
    enabled: Mapped[bool]
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[UUID | None] = ref("staff", index=False)
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
