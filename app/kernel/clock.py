"""What time it is, in the schools' own time zone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")
"""The time zone of every centre."""


class Clock:
    """The current moment; tests and demonstrations put another one in its place."""

    def __init__(self, now: Callable[[], datetime] | None = None) -> None:
        self._now = now or (lambda: datetime.now(UTC))

    def now(self) -> datetime:
        """Return the current moment, with time zone UTC."""
        return self._now()

    def today(self) -> date:
        """Return today's date in China."""
        return self._now().astimezone(CHINA).date()
