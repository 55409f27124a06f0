"""Who is signed in, by Flask-Login. The cookie holds an account and its session epoch.

Changing or resetting a password raises the epoch and so ends every older session; signing out ends
the one session by its stamp.
"""

from __future__ import annotations

from uuid import UUID

from flask import current_app
from flask_login import LoginManager, UserMixin

from app.accounts.lifetimes import is_over, stamp
from app.accounts.principal import Principal, read_principal
from app.db.session import db, scoped
from app.host.registry import Registry
from app.kernel.clock import Clock

login_manager = LoginManager()
login_manager.session_protection = "basic"


class SignedIn(UserMixin):  # type: ignore[misc]
    """A principal as Flask-Login wants it."""

    def __init__(self, principal: Principal) -> None:
        self.principal = principal

    def get_id(self) -> str:
        """Return what the cookie holds."""
        return f"{self.principal.account_id}:{self.principal.epoch}"


@login_manager.user_loader  # type: ignore[untyped-decorator]
def _load(cookie: str) -> SignedIn | None:
    account, _, epoch = cookie.partition(":")
    found = principal_of(UUID(account))
    if found is None or found.disabled or str(found.epoch) != epoch:
        return None
    if is_over(found.kind, Clock().now()) or stamp() in {"", *found.ended}:
        return None
    return SignedIn(found)


def principal_of(account_id: UUID) -> Principal | None:
    """Read who an account is, in a transaction of its own that has no scope."""
    registry: Registry = current_app.extensions["qinchao_registry"]
    with scoped(None):
        found = read_principal(db.session(), account_id, Clock().today(), registry.permissions)
        # Rolled back, the connection would forget every statement it has prepared.
        db.session.commit()
    return found
