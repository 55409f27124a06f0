"""What accepting moves: the old row ends the day before, the new one begins."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.accounts.grants import role_of
from app.accounts.models import Grant, GrantChild, GrantHomeroom, Membership, Staff
from app.accounts.services import close_grant
from app.audit.services import record as audit
from app.children.models import Child
from app.children.services.mentors import Paired, tell_paired
from app.db.conditions import not_over, refers
from app.handover.holdings import CLASS, CONCERN, PAIRING, POST, ROLE
from app.handover.models import HandOverItem
from app.host.context import Ctx
from app.host.facade import tell
from app.kernel.text import T
from app.organisation.holding import hand_over_post
from app.organisation.models import OrgPost

_DAY = timedelta(days=1)


def move(ctx: Ctx, item: HandOverItem, *, giver: Staff, taker: Staff, on: date) -> None:
    """Let ``taker`` answer for an item from a day on; raises Refused for who does not work there.

    Who holds it without an end besides the giver keeps it too. What goes along with a child
    follows by itself.
    """
    if item.module is not None:
        tell(
            ctx.registry, "accept_hand_over", frozenset({item.module}), ctx=ctx, kind=item.kind,
            object_id=item.object_id, to_staff_id=taker.id, on=on,
        )  # fmt: skip
        return
    _MOVERS[item.kind](ctx, item, giver, taker, on)
    ctx.session.flush()


def _class(ctx: Ctx, item: HandOverItem, giver: Staff, taker: Staff, on: date) -> None:
    _reach(
        ctx, GrantHomeroom, GrantHomeroom.homeroom_id, item, "homeroom_teacher", giver, taker, on
    )
    audit(
        ctx, "hand_over.class", object_type="homeroom", object_id=item.object_id,
        school_id=item.school_id, to=str(taker.id),
    )  # fmt: skip


def _pairing(ctx: Ctx, item: HandOverItem, giver: Staff, taker: Staff, on: date) -> None:
    moved = _reach(ctx, GrantChild, GrantChild.child_id, item, "mentor", giver, taker, on)
    audit(ctx, "mentor.pair", child_id=item.object_id, school_id=item.school_id)
    child = ctx.session.scalars(select(Child).where(Child.id == item.object_id)).one()
    reason = str(T("Handed over by {name}", name=giver.name))
    tell_paired(ctx, child, Paired(*moved), on=on, reason=reason)


def _reach(
    ctx: Ctx,
    table: type[Any],
    column: Any,
    item: HandOverItem,
    role: str,
    giver: Staff,
    taker: Staff,
    on: date,
) -> tuple[list[Any], Any]:
    """Pass a class or child from one person's grant to another's: what ended, what began."""
    grant = role_of(ctx, taker, role=role, school_id=item.school_id, on=on)
    rows = _open_rows(ctx, table, column, item.object_id, role, giver)
    for row in rows:
        row.ends_on = on - _DAY
    ctx.session.flush()
    if role == "homeroom_teacher":
        _close_empty(ctx, {row.grant_id for row in rows}, on - _DAY)
    known = select(table.id).where(
        table.grant_id == grant.id, column == item.object_id, table.ends_on.is_(None)
    )
    if ctx.session.scalar(known) is not None:
        return rows, None
    fresh = table(school_id=item.school_id, grant_id=grant.id, starts_on=on)
    setattr(fresh, column.key, item.object_id)
    ctx.session.add(fresh)
    ctx.session.flush()
    return rows, fresh


def _open_rows(
    ctx: Ctx, table: type[Any], column: Any, object_id: UUID, role: str, giver: Staff
) -> list[Any]:
    return list(
        ctx.session.scalars(
            select(table)
            .join(Grant, refers(table.grant_id, Grant))
            .join(Membership, refers(Grant.membership_id, Membership))
            .where(
                column == object_id,
                Grant.role == role,
                Membership.staff_id == giver.id,
                not_over(table, ctx.today()),
            )
        )
    )


def _close_empty(ctx: Ctx, grants: set[UUID], last: date) -> None:
    """End the role of a class teacher who has no class left."""
    still = set(
        ctx.session.scalars(
            select(GrantHomeroom.grant_id).where(
                GrantHomeroom.grant_id.in_(grants), GrantHomeroom.ends_on.is_(None)
            )
        )
    )
    done = select(Grant).where(Grant.id.in_(grants - still), Grant.ends_on.is_(None))
    for grant in ctx.session.scalars(done):
        grant.ends_on = last


def _post(ctx: Ctx, item: HandOverItem, giver: Staff, taker: Staff, on: date) -> None:
    post = ctx.session.scalars(select(OrgPost).where(OrgPost.id == item.object_id)).one()
    hand_over_post(ctx, post, to_staff=taker, on=on, from_staff=giver)


def _role(ctx: Ctx, item: HandOverItem, giver: Staff, taker: Staff, on: date) -> None:
    held = ctx.session.scalars(select(Grant).where(Grant.id == item.object_id)).one()
    role_of(ctx, taker, role=held.role, school_id=item.school_id, on=on)
    if held.ends_on is None:
        close_grant(ctx, held, on - _DAY, reason=T("Handed over by {name}", name=giver.name))
    audit(
        ctx, "hand_over.role", object_type="staff", object_id=taker.id, school_id=item.school_id,
        role=held.role,
    )  # fmt: skip


def _along(ctx: Ctx, item: HandOverItem, _giver: Staff, taker: Staff, _on: date) -> None:
    """Who answers for a concern follows from who has the child; it is noted that it was taken."""
    audit(
        ctx, "hand_over.concern", object_type="concern", object_id=item.object_id,
        school_id=item.school_id, to=str(taker.id),
    )  # fmt: skip


_MOVERS: dict[str, Callable[[Ctx, HandOverItem, Staff, Staff, date], None]] = {
    CLASS: _class,
    PAIRING: _pairing,
    POST: _post,
    ROLE: _role,
    CONCERN: _along,
}
