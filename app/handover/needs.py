"""Which things of a hand-over still need a successor: the others have found one by themselves.

A thing needs one while its giver, or nobody at all, answers for it. A child that has left, a
concern that is closed, a class that somebody else has been given meanwhile need nobody any more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.accounts.models import Grant, GrantChild, GrantHomeroom, Membership
from app.children.models import Child
from app.db.conditions import not_over, open_on, refers
from app.duties.models import Concern
from app.handover.holdings import CLASS, CONCERN, PAIRING, POST, ROLE, named_by_modules
from app.handover.models import HandOver, HandOverItem
from app.host.context import Ctx
from app.organisation.models import OrgPost, PostHolder
from app.organisation.queries import works
from app.tenancy.models import Homeroom

UNSETTLED = ("open", "proposed", "declined")
Holders = Mapping[UUID, set[UUID]]
_NOBODY: set[UUID] = set()


def needing(ctx: Ctx, hand_overs: Sequence[HandOver]) -> dict[UUID, list[HandOverItem]]:
    """Return, by hand-over, its items that still need a successor, what goes along included.

    The number of queries does not grow with the items.
    """
    givers = {one.id: one for one in hand_overs}
    items = ctx.session.scalars(
        select(HandOverItem)
        .where(HandOverItem.hand_over_id.in_(givers), HandOverItem.state.in_(UNSETTLED))
        .order_by(HandOverItem.position, HandOverItem.id)
    ).all()
    found: dict[UUID, list[HandOverItem]] = {key: [] for key in givers}
    by_kind: dict[str, list[HandOverItem]] = defaultdict(list)
    for item in items:
        by_kind["module" if item.module else item.kind].append(item)
    wanted: set[UUID] = set()
    for kind, alike in by_kind.items():
        wanted |= _ASKED[kind](ctx, alike, givers)
    for item in items:
        if item.id in wanted:
            found[item.hand_over_id].append(item)
    return found


def _left_to(item: HandOverItem, givers: Mapping[UUID, HandOver], holders: Holders) -> bool:
    now = holders.get(item.object_id, _NOBODY)
    return not now or givers[item.hand_over_id].from_staff_id in now


def _still(
    alive: Iterable[UUID],
    items: Sequence[HandOverItem],
    givers: Mapping[UUID, HandOver],
    holders: Holders,
) -> set[UUID]:
    known = set(alive)
    return {i.id for i in items if i.object_id in known and _left_to(i, givers, holders)}


def _classes(ctx: Ctx, items: Sequence[HandOverItem], givers: Mapping[UUID, HandOver]) -> set[UUID]:
    ids = [item.object_id for item in items]
    alive = select(Homeroom.id).where(Homeroom.id.in_(ids), Homeroom.closed_on.is_(None))
    holders = _reached(ctx, GrantHomeroom, GrantHomeroom.homeroom_id, "homeroom_teacher", ids)
    return _still(ctx.session.scalars(alive), items, givers, holders)


def _pairings(
    ctx: Ctx, items: Sequence[HandOverItem], givers: Mapping[UUID, HandOver]
) -> set[UUID]:
    ids = [item.object_id for item in items]
    alive = select(Child.id).where(
        Child.id.in_(ids),
        Child.left_on.is_(None),
        Child.voided_at.is_(None),
        Child.merged_into_id.is_(None),
        Child.school_id.in_({item.school_id for item in items}),
    )
    holders = _reached(ctx, GrantChild, GrantChild.child_id, "mentor", ids)
    return _still(ctx.session.scalars(alive), items, givers, holders)


def _reached(ctx: Ctx, table: type[Any], column: Any, role: str, ids: Sequence[UUID]) -> Holders:
    rows = ctx.session.execute(
        select(column, Membership.staff_id)
        .join(Grant, refers(table.grant_id, Grant))
        .join(Membership, refers(Grant.membership_id, Membership))
        .where(
            column.in_(ids),
            Grant.role == role,
            not_over(table, ctx.today()),
            open_on(Grant, ctx.today()),
            open_on(Membership, ctx.today()),
        )
    )
    return _grouped(rows)


def _grouped(rows: Iterable[Any]) -> Holders:
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for key, staff in rows:
        found[key].add(staff)
    return found


def _posts(ctx: Ctx, items: Sequence[HandOverItem], givers: Mapping[UUID, HandOver]) -> set[UUID]:
    ids = [item.object_id for item in items]
    alive = select(OrgPost.id).where(OrgPost.id.in_(ids), not_over(OrgPost, ctx.today()))
    rows = ctx.session.execute(
        select(PostHolder.post_id, PostHolder.staff_id)
        .join(OrgPost, refers(PostHolder.post_id, OrgPost))
        .where(PostHolder.post_id.in_(ids), not_over(PostHolder, ctx.today()), works(ctx))
    )
    return _still(ctx.session.scalars(alive), items, givers, _grouped(rows))


def _roles(ctx: Ctx, items: Sequence[HandOverItem], givers: Mapping[UUID, HandOver]) -> set[UUID]:
    """The role of who has gone needs nobody when somebody else of the school has it."""
    holders = role_holders(ctx, [item.object_id for item in items])
    return _still(holders, items, givers, holders)


def role_holders(ctx: Ctx, grant_ids: Sequence[UUID]) -> dict[UUID, set[UUID]]:
    """Return, for each grant of a school-wide role, who has that role at that school today."""
    held = {
        grant.id: grant
        for grant in ctx.session.scalars(select(Grant).where(Grant.id.in_(grant_ids)))
    }
    rows = ctx.session.execute(
        select(Grant.school_id, Grant.role, Membership.staff_id)
        .join(Membership, refers(Grant.membership_id, Membership))
        .where(
            Grant.role.in_({grant.role for grant in held.values()}),
            open_on(Grant, ctx.today()),
            open_on(Membership, ctx.today()),
        )
    )
    now: dict[tuple[UUID | None, str], set[UUID]] = defaultdict(set)
    for school_id, role, staff in rows:
        now[school_id, role].add(staff)
    return {key: now[grant.school_id, grant.role] for key, grant in held.items()}


def _concerns(
    ctx: Ctx,
    items: Sequence[HandOverItem],
    _givers: Mapping[UUID, HandOver],
) -> set[UUID]:
    ids = [item.object_id for item in items]
    wanted = select(Concern.id).where(
        Concern.id.in_(ids), Concern.closed_on.is_(None), Concern.voided_at.is_(None)
    )
    alive = set(ctx.session.scalars(wanted))
    return {item.id for item in items if item.object_id in alive}


def _of_modules(
    ctx: Ctx, items: Sequence[HandOverItem], givers: Mapping[UUID, HandOver]
) -> set[UUID]:
    named: dict[UUID, set[tuple[str, UUID]]] = {}
    for key in {item.hand_over_id for item in items}:
        rows = named_by_modules(ctx, givers[key].from_staff_id, givers[key].school_id)
        named[key] = {(one.kind, one.object_id) for _module, one in rows}
    return {i.id for i in items if (i.kind, i.object_id) in named[i.hand_over_id]}


_Asked = Callable[[Ctx, Sequence[HandOverItem], Mapping[UUID, HandOver]], set[UUID]]
_ASKED: dict[str, _Asked] = {
    CLASS: _classes,
    PAIRING: _pairings,
    POST: _posts,
    ROLE: _roles,
    CONCERN: _concerns,
    "module": _of_modules,
}
