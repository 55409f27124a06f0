"""How long a session lasts: hours for staff at shared machines, months for a guardian's phone.

The cookie says when the session began and, to five minutes, when it was last used. It also bears a
stamp of its own, by which signing out ends that session and no other, wherever a copy of it is.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import session

_BEGAN, _USED, _STAMP = "began", "used", "stamp"
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
    session[_STAMP] = f"{session[_BEGAN]}.{secrets.token_urlsafe(9)}"


def stamp() -> str:
    """Return the stamp of the session, begun with the second it began; nothing without one."""
    found: str = session.get(_STAMP, "")
    return found


def still_ended(kind: str, stamps: Iterable[str], now: datetime) -> list[str]:
    """Leave out of ended sessions those that would be over by now anyhow."""
    since = now.timestamp() - _lifetime(kind).longest.total_seconds()
    return [one for one in stamps if int(one.partition(".")[0]) > since]


def _lifetime(kind: str) -> Lifetime:
    return GUARDIAN if kind == "guardian" else STAFF


def is_over(kind: str, now: datetime) -> bool:
    """Tell whether the session has ended; note that it is in use when it has not."""
    lifetime = _lifetime(kind)
    moment = int(now.timestamp())
    began, used = session.get(_BEGAN, 0), session.get(_USED, 0)
    if moment - used > lifetime.idle.total_seconds():
        return True
    if moment - began > lifetime.longest.total_seconds():
        return True
    if moment - used > _GRAIN.total_seconds():
        session[_USED] = moment
    return False
