"""Words that several printed papers share."""

from __future__ import annotations

from datetime import date

from app.kernel.text import T


def day_text(day: date | None) -> str:
    """Return ``day`` the way a printed form writes it, or an empty text."""
    if day is None:
        return ""
    return str(T("{year}-{month:02}-{day:02}", year=day.year, month=day.month, day=day.day))
