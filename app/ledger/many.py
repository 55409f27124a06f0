"""Taking very many entries back at once."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select, update

from app.audit.services import record as audit
from app.db.conditions import any_of
from app.host.context import Ctx
from app.ledger.models import Entry


def void_many(ctx: Ctx, entry_ids: Collection[UUID], *, reason: str) -> list[UUID]:
    """Take back entries that stand, and let those that they had corrected stand again.

    Returns the latter. The module that wrote them undoes itself what they did besides.
    """
    former = ctx.session.scalars(
        select(Entry.replaces_id).where(
            any_of(Entry.id, entry_ids), Entry.replaces_id.is_not(None), Entry.voided_at.is_(None)
        )
    )
    again = [entry for entry in former if entry is not None]
    gone = update(Entry).where(any_of(Entry.id, entry_ids), Entry.voided_at.is_(None))
    ctx.session.execute(
        gone.values(voided_at=ctx.now(), voided_by_id=ctx.actor.staff_id, void_reason=reason)
    )
    stand = update(Entry).where(any_of(Entry.id, again))
    ctx.session.execute(stand.values(voided_at=None, voided_by_id=None, void_reason=None))
    audit(ctx, "ledger.void", object_type="act", count=len(entry_ids), restored=len(again))
    return again
