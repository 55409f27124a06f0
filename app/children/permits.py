"""May this person do this to that? One grant must hold both the permission and the reach.

Row-level security keeps schools and families apart; grants narrow a person further, to classes and
children. ``can`` answers for one object, ``visible`` for a whole query, by the same rules.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, true

from app.children.models import Child, Placement
from app.db.reading import read_once
from app.host.context import Ctx
from app.host.enablement import active_modules
from app.kernel.access import HeldGrant
from app.kernel.errors import Forbidden
from app.tenancy.models import Homeroom


def _homeroom_of(ctx: Ctx, child_id: UUID) -> UUID | None:
    def read(children: list[UUID]) -> dict[UUID, UUID]:
        rows = ctx.session.execute(
            select(Placement.child_id, Placement.homeroom_id).where(
                Placement.child_id.in_(children), Placement.ends_on.is_(None)
            )
        )
        return dict(rows.all())

    return read_once(ctx.session, "homeroom", [child_id], read).get(child_id)


def _reaches(ctx: Ctx, grant: HeldGrant, child: Child) -> bool:
    match grant.reach:
        case "center":
            return True
        case "school":
            return grant.school_id == child.school_id
        case "homerooms":
            return grant.school_id == child.school_id and (
                _homeroom_of(ctx, child.id) in grant.homeroom_ids
            )
        case _:
            return child.id in grant.child_ids


def can(ctx: Ctx, permission: str, child: Child | None = None) -> bool:
    """Tell whether the actor may do ``permission`` (to ``child``, when given).

    A module's permission holds only where the module is active.
    """
    module = ctx.registry.permissions[permission].module
    if module and child and module not in active_modules(ctx).get(child.school_id, frozenset()):
        return False
    held = [g for g in ctx.actor.grants if permission in g.permissions]
    return bool(held) if child is None else any(_reaches(ctx, grant, child) for grant in held)


def reaches_class(ctx: Ctx, permission: str, room: Homeroom) -> bool:
    """Tell whether ``permission`` reaches a whole class by its school or by the class itself."""
    return any(
        grant.reach == "center"
        or (grant.school_id == room.school_id and grant.reach == "school")
        or room.id in grant.homeroom_ids
        for grant in ctx.actor.grants
        if permission in grant.permissions
    )


def reached(ctx: Ctx, permission: str, children: Collection[UUID]) -> frozenset[UUID]:
    """Return those of ``children`` that ``permission`` reaches: one query for a whole list."""
    wanted = visible(ctx, permission, select(Child.id).where(Child.id.in_(children)))
    return frozenset(ctx.session.scalars(wanted))


def demand(ctx: Ctx, permission: str, child: Child | None = None) -> None:
    """Raise :class:`Forbidden` unless :func:`can`."""
    if not can(ctx, permission, child):
        raise Forbidden(permission)


def _covers(grant: HeldGrant) -> ColumnElement[bool]:
    match grant.reach:
        case "center":
            return true()
        case "school":
            return Child.school_id == grant.school_id
        case "homerooms":
            placed = select(Placement.child_id).where(
                Placement.homeroom_id.in_(grant.homeroom_ids), Placement.ends_on.is_(None)
            )
            return and_(Child.school_id == grant.school_id, Child.id.in_(placed))
        case _:
            return Child.id.in_(grant.child_ids)


def visible(ctx: Ctx, permission: str, statement: Select[Any]) -> Select[Any]:
    """Narrow a query over :class:`Child` to the children that ``permission`` reaches."""
    held = [g for g in ctx.actor.grants if permission in g.permissions]
    statement = statement.where(or_(false(), *(_covers(grant) for grant in held)))
    module = ctx.registry.permissions[permission].module
    if module is not None:
        active = [s for s, found in active_modules(ctx).items() if module in found]
        statement = statement.where(Child.school_id.in_(active))
    return statement
