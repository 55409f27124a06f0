"""What counts as a contact of a mentor with a child, whatever module wrote it down."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select

from app.sdk import Ctx, Entry, Pairing
from plugins.mentoring.manifest import NAME

_DONE = "done"
_NOTE = "note"

PERFORMER: Any = func.coalesce(Entry.on_behalf_of_id, Entry.recorded_by_id)
"""Whose contact it was: the one it was written down for, else the writer."""


def contact_kinds(ctx: Ctx) -> list[str]:
    """Return the kinds that are contacts: those of other modules, and notes."""
    modules = ctx.registry.kind_module
    return [_NOTE, *sorted(kind for kind, of in modules.items() if of not in (None, NAME))]


def last_by_performer(ctx: Ctx) -> Select[Any]:
    """Return the query of the day of everybody's last contact that took place, by child.

    Columns: child_id, performer, day.
    """
    return (
        select(
            Entry.child_id,
            PERFORMER.label("performer"),
            func.max(Entry.happened_on).label("day"),
        )
        .where(
            Entry.kind.in_(contact_kinds(ctx)),
            Entry.outcome == _DONE,
            Entry.voided_at.is_(None),
        )
        .group_by(Entry.child_id, PERFORMER)
    )


def last_contacts(ctx: Ctx, found: Iterable[Pairing]) -> Mapping[UUID, date]:
    """Return the day of the last contact that took place in each pairing; one query for all."""
    held = list(found)
    ids = {pairing.child_id for pairing in held}
    rows = ctx.session.execute(last_by_performer(ctx).where(Entry.child_id.in_(ids)))
    days = {(child, staff): day for child, staff, day in rows}
    last = {pairing.id: days.get((pairing.child_id, pairing.staff.id)) for pairing in held}
    return {
        pairing.id: day
        for pairing in held
        if (day := last[pairing.id]) is not None and day >= pairing.starts_on
    }
