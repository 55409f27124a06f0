"""Roles given to people, with their reach; the charge of a class is the class teacher's grant."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import select

from app.accounts.models import Grant, GrantHomeroom, Membership, Staff
from app.accounts.roles import CENTER_ROLES, ROLES, STAFF_ROLES
from app.accounts.services import close_grant, last_day, open_membership, take_on
from app.audit.services import record
from app.db.conditions import not_over
from app.db.scope import Reach
from app.host.context import Ctx
from app.kernel.errors import Refused
from app.kernel.text import T
from app.tenancy.models import Homeroom

SCHOOL_ROLES = tuple(name for name in STAFF_ROLES if name not in CENTER_ROLES)
_REACHES = ("center", "school", "homerooms", "children")


def givable_roles(ctx: Ctx, school_id: UUID | None) -> tuple[str, ...]:
    """Return the roles the actor may give at a school or, without one, at the centre.

    Only who manages staff for the whole centre gives the centre's roles; the command line all.
    """
    held = [grant for grant in ctx.actor.grants if "staff.manage" in grant.permissions]
    whole = ctx.actor.account_id is None or any(grant.reach == "center" for grant in held)
    if school_id is None:
        return CENTER_ROLES if whole and ctx.scope.reach is Reach.CENTER else ()
    return SCHOOL_ROLES if whole or any(g.school_id == school_id for g in held) else ()


def give_role(
    ctx: Ctx,
    staff: Staff,
    *,
    role: str,
    school_id: UUID | None,
    reach: str | None = None,
    homeroom_ids: Collection[UUID] = (),
    purpose: str | None = None,
) -> Grant:
    """Give a role from today; ``reach`` is the role's usual one unless another is asked for.

    An open grant of the same role and reach is widened by the classes, not doubled. A mentor has
    nobody yet: children are paired one by one (``app.children.services.mentors.pair``).
    Raises :class:`Refused` when the actor may not give it or the reach does not fit.
    """
    if role not in givable_roles(ctx, school_id):
        raise Refused(T("You may not give this role."), "role")
    reach = reach or ROLES[role].reach
    if (reach == "center") != (school_id is None) or reach not in _REACHES:
        raise Refused(T("This role cannot reach so far."), "reach")
    if role == "homeroom_teacher" and not homeroom_ids:
        raise Refused(T("Tick the classes of the class teacher."), "homerooms")
    membership = take_on(ctx, staff, school_id=school_id)
    grant = _open_grant(ctx, membership, role, reach) or _new_grant(
        ctx, membership, role, reach, purpose
    )
    if school_id is not None and reach == "homerooms":
        _widen(ctx, grant, school_id, homeroom_ids)
    ctx.session.flush()
    record(
        ctx,
        "staff.role_given",
        object_type="staff",
        object_id=staff.id,
        school_id=school_id,
        role=role,
        reach=reach,
    )
    return grant


def end_role(ctx: Ctx, grant: Grant) -> None:
    """End a grant; it counts for the last time yesterday. Nobody takes away their own."""
    membership = ctx.session.scalars(
        select(Membership).where(Membership.id == grant.membership_id)
    ).one()
    if grant.role not in givable_roles(ctx, grant.school_id):
        raise Refused(T("You may not take this role away."))
    if membership.staff_id == ctx.actor.staff_id:
        raise Refused(T("You cannot take away your own role. Ask another administrator."))
    close_grant(ctx, grant, last_day(ctx), reason=T("The role was taken away"))
    ctx.session.flush()
    record(
        ctx,
        "staff.role_ended",
        object_type="staff",
        object_id=membership.staff_id,
        school_id=grant.school_id,
        role=grant.role,
    )


def role_of(ctx: Ctx, staff: Staff, *, role: str, school_id: UUID, on: date) -> Grant:
    """Return a person's grant of a role at a school on a day; begin one then when there is none.

    One that ends on a later day will do, as that of a mentor from outside. For what
    was decided by who may give the role. Raises :class:`Refused` for who does not work there.
    """
    membership = open_membership(ctx, staff, school_id)
    if membership is None:
        raise Refused(T("{name} does not work here.", name=staff.name), "staff")
    reach = ROLES[role].reach
    found = ctx.session.scalars(
        select(Grant)
        .where(
            Grant.membership_id == membership.id,
            Grant.role == role,
            Grant.reach.in_((reach, "family")),
            not_over(Grant, on),
        )
        .order_by(Grant.ends_on.desc().nulls_first())
    ).first()
    if found is None:
        return _new_grant(ctx, membership, role, reach, None, on)
    # One that was to begin later may be needed before.
    found.starts_on = min(found.starts_on, on)
    return found


def _open_grant(ctx: Ctx, membership: Membership, role: str, reach: str) -> Grant | None:
    return ctx.session.scalar(
        select(Grant).where(
            Grant.membership_id == membership.id,
            Grant.role == role,
            Grant.reach == reach,
            Grant.ends_on.is_(None),
        )
    )


def _new_grant(
    ctx: Ctx,
    membership: Membership,
    role: str,
    reach: str,
    purpose: str | None,
    on: date | None = None,
) -> Grant:
    grant = Grant(
        membership_id=membership.id,
        school_id=membership.school_id,
        role=role,
        reach=reach,
        purpose=purpose,
        starts_on=on or ctx.today(),
    )
    ctx.session.add(grant)
    ctx.session.flush()
    return grant


def _widen(ctx: Ctx, grant: Grant, school_id: UUID, wanted: Collection[UUID]) -> None:
    """Let a grant reach classes of its school too, from today."""
    known = select(Homeroom.id).where(Homeroom.id.in_(wanted), Homeroom.school_id == school_id)
    found = set(ctx.session.scalars(known))
    if found != set(wanted):
        raise Refused(T("Choose classes of this school."), "homerooms")
    reached = select(GrantHomeroom.homeroom_id).where(
        GrantHomeroom.grant_id == grant.id, GrantHomeroom.ends_on.is_(None)
    )
    common = {"school_id": school_id, "grant_id": grant.id, "starts_on": ctx.today()}
    held = set(ctx.session.scalars(reached))
    ctx.session.add_all(GrantHomeroom(**common, homeroom_id=room) for room in found - held)
