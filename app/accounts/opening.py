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
from app.kernel.errors import Refused
from app.kernel.text import T

_OPEN = text("SELECT open_account(:kind, :hash, :change, :logins)")
_RENEW = text("SELECT renew_account(:who, :hash, :change, :logins, :disabled)")
_CROWDED = text("SELECT login_crowded(:logins, :but, :most)")
# A large family or an office with one telephone; each is tried at every sign-in with it.
_MOST_ACCOUNTS = 12
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
    """Open an account of ``kind`` (staff, guardian) for the given logins; return its id.

    Raises :class:`Refused` when too many of the centre sign in with one of them already.
    """
    indexes = _indexes(ctx, logins)
    found: UUID = ctx.session.execute(
        _OPEN,
        {
            "kind": kind,
            "hash": hash_secret(secret),
            "change": must_change,
            "logins": indexes,
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

    Returns False, with nothing changed, when the account is beyond the scope's reach. Raises
    :class:`Refused` when too many of the centre sign in with one of ``logins`` already.
    """
    done: bool = ctx.session.execute(
        _RENEW,
        {
            "who": account_id,
            "hash": hash_secret(secret) if secret is not None else None,
            "change": must_change,
            "logins": None if logins is None else _indexes(ctx, logins, account_id),
            "disabled": disabled,
        },
    ).scalar_one()
    return done


def _indexes(ctx: Ctx, logins: Iterable[str], account_id: UUID | None = None) -> list[bytes]:
    indexes = [login_index(login) for login in logins]
    values = {"logins": indexes, "but": account_id, "most": _MOST_ACCOUNTS}
    if ctx.session.execute(_CROWDED, values).scalar_one():
        raise Refused(
            T("{n} people sign in with this number already. Use another.", n=_MOST_ACCOUNTS)
        )
    return indexes


def account_states(ctx: Ctx, accounts: Sequence[UUID]) -> Mapping[UUID, AccountState]:
    """Return the state of the given accounts of this centre, in one query."""
    if not accounts:
        return {}
    rows = ctx.session.execute(_STATES, {"accounts": list(accounts)})
    return {row[0]: AccountState(row[1], row[2], row[3]) for row in rows}
