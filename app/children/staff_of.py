"""Who at school looks after a child: the class teacher and the mentor, read from grants."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.accounts.models import Grant, GrantChild, GrantHomeroom, Membership, Staff
from app.db.conditions import not_over, open_on, refers
from app.host.context import Ctx


def class_teachers(ctx: Ctx, homerooms: Iterable[UUID]) -> dict[UUID, Staff]:
    """Return the class teacher of each class: one query; a class without one is left out."""
    return _in_charge(ctx, "homeroom_teacher", GrantHomeroom, GrantHomeroom.homeroom_id, homerooms)


def mentors(ctx: Ctx, children: Iterable[UUID]) -> dict[UUID, Staff]:
    """Return the mentor of each child: one query; a child without one is left out."""
    return _in_charge(ctx, "mentor", GrantChild, GrantChild.child_id, children)


def _in_charge(
    ctx: Ctx, role: str, reach: Any, charge: Any, ids: Iterable[UUID]
) -> dict[UUID, Staff]:
    """Return who has a role today over each of ``ids``; of several, who has had it least long."""
    today = ctx.today()
    wanted = (
        select(charge, Staff)
        .join(Grant, refers(reach.grant_id, Grant))
        .join(Membership, refers(Grant.membership_id, Membership))
        .join(Staff, refers(Membership.staff_id, Staff))
        .where(
            Grant.role == role,
            charge.in_(list(ids)),
            open_on(reach, today),
            not_over(Grant, today),
        )
        .order_by(reach.starts_on)
    )
    return dict(ctx.session.execute(wanted).all())
