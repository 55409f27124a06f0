"""What every service is given first: scope, actor, session and clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from app.db.scope import Scope
from app.files.store import FileStore
from app.host.registry import Registry
from app.kernel.access import SYSTEM, Actor
from app.kernel.clock import Clock


@dataclass
class Ctx:
    """One unit of work; ``memo`` holds what was looked up during it, such as active modules."""

    scope: Scope
    session: Session
    registry: Registry
    files: FileStore
    actor: Actor = SYSTEM
    clock: Clock = field(default_factory=Clock)
    memo: dict[str, Any] = field(default_factory=dict)

    def today(self) -> date:
        """Return today's date in China."""
        return self.clock.today()

    def now(self) -> datetime:
        """Return the current moment."""
        return self.clock.now()
