"""How long a session lasts: hours for staff at shared machines, months for a guardian's phone.

The cookie says when the session began and, to five minutes, when it was last used.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import session

_BEGAN, _USED = "began", "used"
_GRAIN = timedelta(minutes=5)


@dataclass(frozen=True)
class Lifetime:
    """After how long without use, and after how long in all, a session ends."""

    idle: timedelta
    longest: timedelta


STAFF = Lifetime(timedelta(hours=12), timedelta(days=7))
GUARDIAN = Lifetime(timedelta(days=90), timedelta(days=365))


def begin(kind: str, now: datetime) -> None:
    """Begin a fresh session; a guardian's survives closing the browser."""
    session.clear()
    session.permanent = kind == "guardian"
    session[_BEGAN] = session[_USED] = int(now.timestamp())


def is_over(kind: str, now: datetime) -> bool:
    """Tell whether the session has ended; note that it is in use when it has not."""
    lifetime = GUARDIAN if kind == "guardian" else STAFF
    moment = int(now.timestamp())
    began, used = session.get(_BEGAN, 0), session.get(_USED, 0)
    if moment - used > lifetime.idle.total_seconds():
        return True
    if moment - began > lifetime.longest.total_seconds():
        return True
    if moment - used > _GRAIN.total_seconds():
        session[_USED] = moment
    return False
