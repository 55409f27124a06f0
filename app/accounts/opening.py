"""Opening and renewing accounts, through the database functions that alone may touch them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from app.accounts.secrets import hash_secret
from app.accounts.sign_in import login_index
from app.host.context import Ctx

_OPEN = text("SELECT open_account(:kind, :hash, :change, :logins)")
_RENEW = text("SELECT renew_account(:who, :hash, :change, :logins, :disabled)")
_STATES = text("SELECT * FROM account_states(:accounts)")


@dataclass(frozen=True)
class AccountState:
    """What an administrator may know of somebody's account."""

    disabled: bool
    must_change: bool
    last_sign_in_at: datetime | None


def open_account(
    ctx: Ctx, *, kind: str, secret: str, logins: Iterable[str], must_change: bool
) -> UUID:
    """Open an account of ``kind`` (staff, guardian) for the given logins; return its id."""
    found: UUID = ctx.session.execute(
        _OPEN,
        {
            "kind": kind,
            "hash": hash_secret(secret),
            "change": must_change,
            "logins": [login_index(login) for login in logins],
        },
    ).scalar_one()
    return found


def renew_account(
    ctx: Ctx,
    account_id: UUID,
    *,
    secret: str | None = None,
    must_change: bool = False,
    logins: Sequence[str] | None = None,
    disabled: bool | None = None,
) -> bool:
    """Change what is given of an account; a new secret or disabling ends all its sessions.

    Returns False, with nothing changed, when the account is beyond the scope's reach.
    """
    done: bool = ctx.session.execute(
        _RENEW,
        {
            "who": account_id,
            "hash": hash_secret(secret) if secret is not None else None,
            "change": must_change,
            "logins": None if logins is None else [login_index(login) for login in logins],
            "disabled": disabled,
        },
    ).scalar_one()
    return done


def account_states(ctx: Ctx, accounts: Sequence[UUID]) -> Mapping[UUID, AccountState]:
    """Return the state of the given accounts of this centre, in one query."""
    if not accounts:
        return {}
    rows = ctx.session.execute(_STATES, {"accounts": list(accounts)})
    return {row[0]: AccountState(row[1], row[2], row[3]) for row in rows}
