"""Signing in: a staff number or phone with a password, or a phone with a PIN.

Neither login is unique, so every account that has it is tried, whoever came first; how many may
have it is bounded where accounts are opened. Failures are counted per account
(which is then locked for a while) and per login and address (which is then slowed).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.lifetimes import still_ended
from app.accounts.models import Account, AccountLogin, SignInEvent
from app.accounts.secrets import hash_secret, matches
from app.db.sealed import blind
from app.kernel import phones
from app.kernel.errors import Refused
from app.kernel.text import T

LOCK_AFTER = 6
LOCK_FOR = timedelta(minutes=15)
_WINDOW = timedelta(minutes=15)
_TRIES_PER_LOGIN = 12
_TRIES_PER_ADDRESS = 60


class FailedTry(Refused):
    """A wrong try that was counted; ``accounts`` are those that have the login."""

    def __init__(self, refusal: Refused, accounts: Sequence[UUID]) -> None:
        super().__init__(refusal.message, refusal.field)
        self.accounts = accounts


def login_index(login: str) -> bytes:
    """Return the blind index of a staff number or phone as typed."""
    plain = "".join(login.split()).lower()
    found = phones.parse(plain)
    index = blind(found[0].number if len(found) == 1 else plain or "-", "login")
    assert index is not None  # noqa: S101 (a non-empty text always has an index)
    return index


def sign_in(
    session: Session, *, login: str, secret: str, kind: str, address: str, now: datetime
) -> Account:
    """Return the account; ``kind`` is staff or guardian. The session must have no scope.

    Raises :class:`Refused` with the same words, try by try, for an unknown or disabled login and
    for a wrong secret.
    """
    index = login_index(login)
    slow_down(session, index, address, now)
    candidates = session.scalars(
        select(Account)
        .join(AccountLogin, AccountLogin.account_id == Account.id)
        .where(AccountLogin.login_index == index, Account.kind == kind)
        .order_by(Account.last_sign_in_at.desc().nulls_last(), Account.id)
    ).all()
    enabled = [a for a in candidates if a.disabled_at is None]
    open_ones = [a for a in enabled if not _locked(a, now)]
    found = next((a for a in open_ones if matches(a.secret_hash, secret)), None)
    if not open_ones:
        matches(None, secret)
    locked = not open_ones if enabled else _locked_without_account(session, index, now)
    outcome = "ok" if found else ("locked" if locked else "wrong")
    note_try(session, index, address, now, outcome, found.id if found else None)
    if found is None:
        _count_failure(open_ones, now)
        session.flush()
        raise FailedTry(_refusal(outcome), [account.id for account in candidates])
    found.failed_count, found.locked_until, found.last_sign_in_at = 0, None, now
    session.flush()
    return found


def end_session(session: Session, *, account_id: UUID, stamp: str, now: datetime) -> None:
    """End one session of an account by its stamp; other devices stay signed in.

    The session of the database must have no scope.
    """
    account = session.get_one(Account, account_id, with_for_update=True)
    account.ended_sessions = [*still_ended(account.kind, account.ended_sessions, now), stamp]
    session.flush()


def note_try(
    session: Session,
    index: bytes,
    address: str,
    now: datetime,
    outcome: str,
    account_id: UUID | None = None,
) -> None:
    """Write down a try (ok, wrong or locked), which throttling counts."""
    session.add(
        SignInEvent(
            at=now, login_index=index, account_id=account_id, outcome=outcome, address=address
        )
    )


def _refusal(outcome: str) -> Refused:
    if outcome == "locked":
        return Refused(
            T("Too many wrong tries. Wait {n} minutes, or ask your school to reset it.", n=15)
        )
    return Refused(T("The login or the password is wrong."))


def _locked(account: Account, now: datetime) -> bool:
    return account.locked_until is not None and account.locked_until > now


def _locked_without_account(session: Session, index: bytes, now: datetime) -> bool:
    """Tell whether a login that nobody may use reads as locked, like one that somebody has."""
    tries, last = session.execute(
        select(func.count(), func.max(SignInEvent.at)).where(
            SignInEvent.login_index == index, SignInEvent.outcome == "wrong"
        )
    ).one()
    return tries > 0 and tries % LOCK_AFTER == 0 and last + LOCK_FOR > now


def _count_failure(accounts: Sequence[Account], now: datetime) -> None:
    for account in accounts:
        account.failed_count += 1
        if account.failed_count >= LOCK_AFTER:
            account.locked_until, account.failed_count = now + LOCK_FOR, 0


def slow_down(session: Session, index: bytes, address: str, now: datetime) -> None:
    """Raise :class:`Refused` after too many wrong tries with one login or from one address.

    ``index`` is the login's blind index; tries with it from before its account was last given a
    secret do not count, so that a reset lets in at once. The session must have no scope.
    """
    reset = (
        select(func.max(Account.secret_set_at))
        .join(AccountLogin, AccountLogin.account_id == Account.id)
        .where(AccountLogin.login_index == index)
        .scalar_subquery()
    )
    since = func.coalesce(reset, now - _WINDOW)

    def failures(*where: object) -> int:
        counted = select(func.count()).where(
            SignInEvent.at > now - _WINDOW,
            SignInEvent.outcome != "ok",
            *where,  # type: ignore[arg-type]
        )
        return session.execute(counted).scalar_one()

    if (
        failures(SignInEvent.login_index == index, SignInEvent.at > since) >= _TRIES_PER_LOGIN
        or failures(SignInEvent.address == address) >= _TRIES_PER_ADDRESS
    ):
        raise _refusal("locked")


def change_secret(session: Session, *, account_id: UUID, old: str, new: str, now: datetime) -> int:
    """Change one's own secret and end every other session; return the new session epoch.

    The caller has checked the strength of ``new``. The session must have no scope. A wrong ``old``
    raises :class:`FailedTry` and counts like a wrong try to sign in: the caller commits it.
    """
    account = session.get_one(Account, account_id, with_for_update=True)
    if _locked(account, now):
        raise _refusal("locked")
    if not matches(account.secret_hash, old):
        _count_failure([account], now)
        session.flush()
        raise FailedTry(Refused(T("The present password is wrong."), "old"), [account.id])
    if old == new:
        raise Refused(T("The new one must differ from the present one."), "new")
    logins = select(AccountLogin.login_index).where(AccountLogin.account_id == account_id)
    if login_index(new) in session.scalars(logins).all():
        raise Refused(T("The password must not be what you sign in with."), "new")
    account.secret_hash, account.secret_set_at = hash_secret(new), now
    account.must_change, account.failed_count = False, 0
    account.session_epoch += 1
    account.ended_sessions = []
    session.flush()
    return account.session_epoch
