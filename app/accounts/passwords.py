"""First passwords on paper, resets and disabling: what an administrator does for others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.accounts.models import Staff
from app.accounts.opening import open_account, renew_account
from app.accounts.partners import has_pin
from app.accounts.secrets import first_password
from app.accounts.services import demand_reach, logins_of
from app.audit.services import record
from app.host.context import Ctx
from app.kernel.errors import Refused
from app.kernel.text import T

# Hashing a password takes about 30 ms on purpose: 100 are three seconds of a request.
MOST_AT_ONCE = 100


@dataclass(frozen=True)
class FirstPassword:
    """A new password, known only now: it goes on paper and is stored nowhere."""

    staff: Staff
    password: str


def give_first_passwords(ctx: Ctx, people: Sequence[Staff]) -> list[FirstPassword]:
    """Give each person a new first password, opening an account for who has none.

    It must be changed at the first sign-in; older sessions end. Raises :class:`Refused` naming
    the first person for whom it cannot be done: then nothing is to be kept.
    """
    if not people:
        raise Refused(T("Tick at least one person."))
    if len(people) > MOST_AT_ONCE:
        raise Refused(T("At most {n} people at once. Tick fewer.", n=MOST_AT_ONCE))
    return [_give(ctx, staff) for staff in people]


def _give(ctx: Ctx, staff: Staff) -> FirstPassword:
    demand_reach(ctx, staff)
    logins = logins_of(staff)
    if not logins:
        raise Refused(T("{name} has neither a staff number nor a phone.", name=staff.name))
    if staff.account_id is not None and staff.account_id == ctx.actor.account_id:
        raise Refused(T("Change your own password under “My account”."))
    if has_pin(ctx, staff) or (staff.account_id is None and staff.kind != "teacher"):
        raise Refused(
            T(
                "{name} is no employee. A mentor from outside can be let in on the phone, for the"
                " paired children alone: on the page of the person at the school.",
                name=staff.name,
            )
        )
    password = first_password()
    if staff.account_id is None:
        staff.account_id = open_account(
            ctx, kind="staff", secret=password, logins=logins, must_change=True
        )
        ctx.session.flush()
    else:
        renew_account(ctx, staff.account_id, secret=password, must_change=True, logins=logins)
    record(ctx, "staff.password_given", object_type="staff", object_id=staff.id)
    return FirstPassword(staff, password)


def set_disabled(ctx: Ctx, staff: Staff, *, disabled: bool) -> None:
    """Stop somebody from signing in, at once and everywhere; or let them in again."""
    demand_reach(ctx, staff)
    if staff.account_id is None:
        raise Refused(T("{name} has no account.", name=staff.name))
    if staff.account_id == ctx.actor.account_id:
        raise Refused(T("You cannot disable your own account."))
    renew_account(ctx, staff.account_id, disabled=disabled)
    action = "staff.account_disabled" if disabled else "staff.account_enabled"
    record(ctx, action, object_type="staff", object_id=staff.id)
