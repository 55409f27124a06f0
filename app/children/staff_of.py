"""Who at school looks after a child: the class teacher and the mentor, read from grants."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import and_, or_, select

from app.accounts.models import Grant, GrantChild, GrantHomeroom, Membership, Staff
from app.host.context import Ctx


def class_teachers(ctx: Ctx, homerooms: Iterable[UUID]) -> dict[UUID, Staff]:
    """Return the class teacher of each class: one query; a class without one is left out."""
    today = ctx.today()
    wanted = (
        select(GrantHomeroom.homeroom_id, Staff)
        .join(
            Grant,
            and_(Grant.center_id == GrantHomeroom.center_id, Grant.id == GrantHomeroom.grant_id),
        )
        .join(
            Membership,
            and_(Membership.center_id == Grant.center_id, Membership.id == Grant.membership_id),
        )
        .join(Staff, and_(Staff.center_id == Membership.center_id, Staff.id == Membership.staff_id))
        .where(
            Grant.role == "homeroom_teacher",
            GrantHomeroom.homeroom_id.in_(list(homerooms)),
            GrantHomeroom.starts_on <= today,
            or_(GrantHomeroom.ends_on.is_(None), GrantHomeroom.ends_on >= today),
            or_(Grant.ends_on.is_(None), Grant.ends_on >= today),
        )
        .order_by(GrantHomeroom.starts_on)
    )
    return dict(ctx.session.execute(wanted).all())


def mentors(ctx: Ctx, children: Iterable[UUID]) -> dict[UUID, Staff]:
    """Return the mentor of each child: one query; a child without one is left out."""
    today = ctx.today()
    wanted = (
        select(GrantChild.child_id, Staff)
        .join(Grant, and_(Grant.center_id == GrantChild.center_id, Grant.id == GrantChild.grant_id))
        .join(
            Membership,
            and_(Membership.center_id == Grant.center_id, Membership.id == Grant.membership_id),
        )
        .join(Staff, and_(Staff.center_id == Membership.center_id, Staff.id == Membership.staff_id))
        .where(
            Grant.role == "mentor",
            GrantChild.child_id.in_(list(children)),
            GrantChild.starts_on <= today,
            or_(GrantChild.ends_on.is_(None), GrantChild.ends_on >= today),
            or_(Grant.ends_on.is_(None), Grant.ends_on >= today),
        )
        .order_by(GrantChild.starts_on)
    )
    return dict(ctx.session.execute(wanted).all())
