"""Invented contacts for the demonstration."""

from __future__ import annotations

from uuid import UUID

from app.sdk import Ctx


def load(ctx: Ctx, school_id: UUID, days: int) -> None:
    """Write a term of contacts."""
