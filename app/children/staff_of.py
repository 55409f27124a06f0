"""Who at school looks after a child: the class teacher and the mentor, read from grants."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, or_, select

from app.accounts.models import Grant, GrantChild, GrantHomeroom, Membership, Staff
from app.db.conditions import not_over, open_on, refers
from app.host.context import Ctx

_TEACHER, _MENTOR = "homeroom_teacher", "mentor"


def class_teachers(ctx: Ctx, homerooms: Iterable[UUID]) -> dict[UUID, Staff]:
    """Return the class teacher of each class: one query; a class without one is left out."""
    return _in_charge(ctx, _TEACHER, GrantHomeroom, GrantHomeroom.homeroom_id, homerooms)


def mentors(ctx: Ctx, children: Iterable[UUID]) -> dict[UUID, Staff]:
    """Return the mentor of each child: one query; a child without one is left out."""
    return _in_charge(ctx, _MENTOR, GrantChild, GrantChild.child_id, children)


def teacher_and_mentor(
    ctx: Ctx, child_id: UUID, homeroom_id: UUID | None
) -> tuple[Staff | None, Staff | None]:
    """Return the class teacher and the mentor of one child: one query."""
    today = ctx.today()
    of_class = and_(
        refers(GrantHomeroom.grant_id, Grant), GrantHomeroom.homeroom_id == homeroom_id,
        open_on(GrantHomeroom, today),
    )  # fmt: skip
    of_child = and_(
        refers(GrantChild.grant_id, Grant), GrantChild.child_id == child_id,
        open_on(GrantChild, today),
    )  # fmt: skip
    rows = ctx.session.execute(
        select(Grant.role, Staff)
        .join(Membership, refers(Grant.membership_id, Membership))
        .join(Staff, refers(Membership.staff_id, Staff))
        .outerjoin(GrantHomeroom, of_class)
        .outerjoin(GrantChild, of_child)
        .where(
            or_(
                and_(Grant.role == _TEACHER, GrantHomeroom.id.is_not(None)),
                and_(Grant.role == _MENTOR, GrantChild.id.is_not(None)),
            ),
            not_over(Grant, today),
        )
        .order_by(func.coalesce(GrantChild.starts_on, GrantHomeroom.starts_on))
    )
    found = dict(rows.all())
    return found.get(_TEACHER), found.get(_MENTOR)


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
