"""How far a job is: told in transactions of its own, so that pages see it while the work runs."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Protocol

from sqlalchemy import Connection, text

from app.db.scope import Scope
from app.db.session import bind
from app.kernel.text import Text

LEASE = timedelta(seconds=10)
_EVERY = 0.5

_STEP = text(
    "UPDATE job SET done = :done, total = :total, message = coalesce(:message, message),"
    " lease_until = now() + :lease WHERE id = :id RETURNING cancel_asked"
)


class Cancelled(Exception):
    """Somebody asked the job to stop."""


class Steps(Protocol):
    """What long work is given to tell how far it is."""

    def step(self, done: int, total: int, message: Text | str | None = None) -> None:
        """Say that ``done`` of ``total`` parts are finished; raises Cancelled when asked to."""


class Silent:
    """Steps that nobody watches."""

    def step(self, done: int, total: int, message: Text | str | None = None) -> None:
        """Say nothing."""


class Progress:
    """The steps of a job, written to its row; each extends the runner's lease."""

    def __init__(self, connection: Connection, scope: Scope, job_id: str) -> None:
        self._connection, self._scope, self._id = connection, scope, job_id
        self._last, self._said = 0.0, ""

    def step(self, done: int, total: int, message: Text | str | None = None) -> None:
        """Write the step, at most twice a second; the first, the last and new words always."""
        now = time.monotonic()
        said = "" if message is None else str(message)
        if now - self._last < _EVERY and done < total and said in ("", self._said):
            return
        self._last, self._said = now, said or self._said
        values = {"done": done, "total": total, "message": said or None}
        with self._connection.begin():
            bind(self._connection, self._scope)
            asked = self._connection.execute(_STEP, values | {"id": self._id, "lease": LEASE})
            cancel = asked.scalar_one()
        if cancel:
            raise Cancelled
