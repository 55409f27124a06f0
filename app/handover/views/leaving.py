"""Ending somebody's role or work: not before it is clear who takes over what hangs on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import flash, redirect, request
from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts import grants
from app.accounts import services as staff_services
from app.accounts.models import Grant, Membership, Staff
from app.accounts.staff_views import found_staff, here
from app.edge.areas import BothBlueprint
from app.edge.current import ctx, place, show
from app.edge.marks import permission
from app.handover.holdings import ROLE, Holding, held, of_grant
from app.handover.needs import role_holders
from app.handover.orphans import left_behind
from app.kernel.errors import NotVisible

bp = BothBlueprint("leaving", "app.handover", "/staff/<uuid:staff_id>")


@bp.both("/leave", "leave", "POST")
@permission("staff.manage")
def leave(staff_id: UUID) -> Any:
    """End somebody's work at this school or, on the centre's page, everywhere in the centre."""
    staff = found_staff(staff_id)
    # The scope is the school of the page, or the centre.
    still_open = select(Membership).where(
        Membership.staff_id == staff.id, Membership.ends_on.is_(None)
    )
    memberships = ctx().session.scalars(still_open).all()
    holdings = {
        m.school_id: _personal(staff.id, held(ctx(), staff.id, m.school_id))
        for m in memberships
        if m.school_id
    }
    if any(holdings.values()) and not _confirmed(staff):
        return _ask(staff, [one for found in holdings.values() for one in found])
    for membership in memberships:
        staff_services.end_membership(ctx(), membership)
    for school_id, found in holdings.items():
        left_behind(ctx(), staff, school_id, found, reason="leaves")
    flash(_("%(name)s no longer works here. The records stay.", name=staff.name), "success")
    _tell_orphans(any(holdings.values()))
    return redirect(here("staff"))


@bp.both("/roles/<uuid:grant_id>/end", "role_end", "POST")
@permission("staff.manage")
def role_end(staff_id: UUID, grant_id: UUID) -> Any:
    """Take a role away."""
    staff = found_staff(staff_id)
    grant = ctx().session.scalar(
        select(Grant)
        .join(Grant.membership)
        .where(Grant.id == grant_id, Membership.staff_id == staff.id)
    )
    if grant is None:
        raise NotVisible
    school_id = grant.school_id
    found = held(ctx(), staff.id, school_id) if school_id else []
    holdings = _personal(staff.id, of_grant(found, grant.id))
    if holdings and not _confirmed(staff):
        return _ask(staff, holdings)
    grants.end_role(ctx(), grant)
    if school_id:
        left_behind(ctx(), staff, school_id, holdings, reason="changes_class")
    flash(_("The role has ended."), "success")
    _tell_orphans(bool(holdings))
    return redirect(here("staff_member", staff_id=staff.id))


def _personal(staff_id: UUID, holdings: Sequence[Holding]) -> list[Holding]:
    """Leave out the roles that others of the school have too, with what goes along with them."""
    roles = [one.object_id for one in holdings if one.kind == ROLE]
    shared = {
        (ROLE, grant) for grant, people in role_holders(ctx(), roles).items() if people - {staff_id}
    }
    return [one for one in holdings if one.key not in shared and one.goes_with not in shared]


def _confirmed(staff: Staff) -> bool:
    """Nobody ends their own work here: there is nothing to ask, the service refuses it."""
    return request.form.get("orphan") == "1" or staff.id == ctx().actor.staff_id


def _ask(staff: Staff, holdings: Sequence[Holding]) -> Any:
    """Show what would be left to nobody, with the way to hand it over first."""
    page = show(
        "handover/leaving.html",
        staff=staff,
        holdings=[one for one in holdings if one.goes_with is None],
        address=request.path,
        back=here("staff_member", staff_id=staff.id),
        at_school=place() is not None,
        trail=[(_("Staff"), here("staff")), (staff.name, here("staff_member", staff_id=staff.id))],
    )
    return page, 422


def _tell_orphans(any_left: bool) -> None:
    if any_left:
        flash(_("What nobody answers for now stands under “Hand-overs” until it is taken over."),
              "warning")  # fmt: skip
