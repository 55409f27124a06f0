"""Mentors from outside who sign in: family reach to the paired children, until a day (0014)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select, text

from app.accounts.models import Grant, Membership, Staff
from app.accounts.opening import open_account, renew_account
from app.accounts.secrets import first_pin
from app.accounts.services import demand_reach
from app.audit.services import record
from app.db.conditions import not_over, refers
from app.host.context import Ctx
from app.kernel.errors import Refused
from app.kernel.text import T

FAMILY = "family"
_KIND = text("SELECT account_kind(:staff)")


@dataclass(frozen=True)
class FirstPin:
    """A new PIN, known only now: it goes on paper and is stored nowhere."""

    account_id: UUID
    pin: str


def mentor_grant(ctx: Ctx, staff: Staff, school_id: UUID) -> Grant | None:
    """Return the grant by which somebody from outside is a mentor at a school today.

    None for employees, who sign in with a password.
    """
    today = ctx.today()
    found = ctx.session.scalars(
        select(Grant)
        .join(Membership, refers(Grant.membership_id, Membership))
        .where(
            Membership.staff_id == staff.id,
            Grant.school_id == school_id,
            Grant.role == "mentor",
            not_over(Grant, today),
            not_over(Membership, today),
        )
        .order_by((Grant.reach == FAMILY).desc(), Grant.starts_on.desc())
    ).first()
    return found if found and (staff.kind != "teacher" or found.reach == FAMILY) else None


def let_in(ctx: Ctx, staff: Staff, *, school_id: UUID, until: date | None) -> FirstPin:
    """Let a mentor from outside sign in on the phone until a day; return the first PIN.

    The pairings of the school end with that day too. An earlier PIN stops working. Raises
    :class:`Refused` for an employee, for who is no mentor here, without a phone or a coming day,
    and for who has a staff account.
    """
    demand_reach(ctx, staff)
    grant = mentor_grant(ctx, staff, school_id)
    if grant is None:
        raise Refused(T("{name} is no mentor from outside at this school.", name=staff.name))
    if until is None or until < ctx.today():
        raise Refused(T("Give the last day: today or later."), "until")
    if not staff.phone:
        raise Refused(T("{name} has no phone number: it is needed to sign in.", name=staff.name))
    pin = first_pin()
    if staff.account_id is None:
        staff.account_id = open_account(
            ctx, kind="guardian", secret=pin, logins=[staff.phone], must_change=True
        )
    elif has_pin(ctx, staff):
        renew_account(
            ctx, staff.account_id, secret=pin, must_change=True, logins=[staff.phone],
            disabled=False,
        )  # fmt: skip
    else:
        raise Refused(T("{name} has a staff account already.", name=staff.name))
    grant.ends_on, grant.reach = until, FAMILY
    ctx.session.flush()
    record(ctx, "mentor.let_in", object_type="staff", object_id=staff.id, school_id=school_id)
    return FirstPin(staff.account_id, pin)


def shut_out(ctx: Ctx, staff: Staff, *, school_id: UUID) -> None:
    """End the sign-in of a mentor from outside at a school, at once; the pairings stay."""
    grant = mentor_grant(ctx, staff, school_id)
    if grant is not None and grant.reach == FAMILY:
        grant.reach = "children"
        ctx.session.flush()
        record(ctx, "mentor.shut_out", object_type="staff", object_id=staff.id, school_id=school_id)


def has_pin(ctx: Ctx, staff: Staff) -> bool:
    """Tell whether somebody has an account of the family's kind."""
    found: str | None = ctx.session.execute(_KIND, {"staff": staff.id}).scalar()
    return found == "guardian"
