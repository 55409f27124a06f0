"""A module's own columns together with the ledger's."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.dialects.postgresql import distinct_on

from app.db.conditions import refers
from app.db.mixins import RecordScoped
from app.host.context import Ctx
from app.ledger.models import Entry

Row = TypeVar("Row", bound=RecordScoped)


def records(model: type[Row]) -> Select[Row, Entry]:
    """Return ``select(model, Entry)`` without what was taken back or replaced.

    Example: ``session.execute(records(Loan).where(Loan.child_id == child.id))``
    """
    return (
        select(model, Entry).join(Entry, refers(model.id, Entry)).where(Entry.voided_at.is_(None))
    )


def last_before(
    ctx: Ctx, model: type[Row], child_ids: Iterable[UUID], day: date
) -> dict[UUID, tuple[Row, date]]:
    """Return each child's newest record before ``day``, with its day; one query for all."""
    wanted = (
        records(model)
        .where(model.child_id.in_(list(child_ids)), Entry.happened_on < day)
        .ext(distinct_on(Entry.child_id))
        .order_by(Entry.child_id, Entry.happened_on.desc(), Entry.recorded_at.desc())
    )
    return {
        row.child_id: (row, entry.happened_on) for row, entry in ctx.session.execute(wanted).all()
    }
