"""What a change of year has written: rows before and after, so that it can be taken back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.accounts.models import GrantHomeroom
from app.children.models import Child, Enrolment, Placement
from app.handover.models import YearRoll, YearRollChange
from app.host.context import Ctx
from app.ledger.kinds import LEAVING
from app.ledger.models import Entry
from app.tenancy.models import Homeroom

Key = tuple[str, UUID]
Rows = dict[Key, dict[str, Any]]

# Which columns a change of year writes, by table.
WRITTEN: Mapping[str, tuple[type[Any], tuple[str, ...]]] = {
    "child": (Child, ("left_on", "version")),
    "placement": (Placement, ("homeroom_id", "starts_on", "ends_on")),
    "enrolment": (Enrolment, ("starts_on", "ends_on", "reason_out")),
    "entry": (Entry, ("voided_at",)),
    "homeroom": (Homeroom, ("closed_on",)),
    "grant_homeroom": (GrantHomeroom, ("starts_on", "ends_on")),
}


def snapshot(ctx: Ctx, children: Collection[UUID], rooms: Collection[UUID]) -> Rows:
    """Return the rows of these children and classes as they are now: six queries."""
    ctx.session.flush()
    found: Rows = {}
    for name, (model, columns) in WRITTEN.items():
        wanted = select(model.id, *(getattr(model, column) for column in columns))
        if name in ("homeroom", "grant_homeroom"):
            key = model.id if name == "homeroom" else model.homeroom_id
            wanted = wanted.where(key.in_(rooms))
        else:
            wanted = wanted.where((model.id if name == "child" else model.child_id).in_(children))
        if name == "entry":
            wanted = wanted.where(Entry.kind == LEAVING)
        for row in ctx.session.execute(wanted):
            values = row._asdict()
            found[name, values.pop("id")] = {key: plain(value) for key, value in values.items()}
    return found


def plain(value: Any) -> Any:
    """Return a column's value as JSON."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def keep(ctx: Ctx, roll: YearRoll, before: Rows, after: Rows) -> int:
    """Write down every row that differs or is new; return how many."""
    changed = {key: now for key, now in after.items() if before.get(key) != now}
    ctx.session.add_all(
        YearRollChange(
            school_id=roll.school_id,
            roll_id=roll.id,
            what=name,
            row_id=row_id,
            child_id=row_id if name == "child" else None,
            before=before.get((name, row_id), {}),
            after=now,
        )
        for (name, row_id), now in changed.items()
    )
    ctx.session.flush()
    return len(changed)
