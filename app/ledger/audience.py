"""Who may read an entry: families, staff, or only holders of a permission."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, or_

from app.children.models import Child
from app.children.permits import can
from app.db.conditions import any_of
from app.host.context import Ctx
from app.host.enablement import active_modules
from app.host.manifest import EntryKind
from app.ledger.models import Entry

GUARDIAN = "guardian"
STAFF = "staff"
OPEN = (GUARDIAN, STAFF)


def columns_for(audience: str) -> dict[str, Any]:
    """Return the columns of an entry that say who reads it."""
    if audience in OPEN:
        return {"audience": audience, "audience_permission": None}
    return {"audience": "restricted", "audience_permission": audience}


def kinds_at(ctx: Ctx, child: Child) -> list[EntryKind]:
    """Return the kinds that count at the child's school: the core's and the active modules'."""
    active = active_modules(ctx).get(child.school_id, frozenset())
    of_module = ctx.registry.kind_module
    return [
        kind
        for name, kind in ctx.registry.entry_kinds.items()
        if of_module[name] is None or of_module[name] in active
    ]


def readable(ctx: Ctx, child: Child) -> ColumnElement[bool]:
    """Return the condition on entries of ``child`` that the actor may read.

    What a module wrote is hidden while the module is off; a restricted note shows only to who
    holds its permission for this child.
    """
    kinds = kinds_at(ctx, child)
    named = {kind.audience for kind in kinds} - {*OPEN}
    held = [name for name in sorted(named) if can(ctx, name, child)]
    return (
        any_of(Entry.kind, [kind.name for kind in kinds])
        & Entry.voided_at.is_(None)
        & or_(Entry.audience_permission.is_(None), Entry.audience_permission.in_(held))
    )
