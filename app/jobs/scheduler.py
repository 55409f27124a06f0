"""The scheduler: offers waiting jobs, asks for what is due, removes what is too old.

Only one of many works.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence

from rq import Queue
from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from app.db.session import db
from app.files.store import FileStore
from app.jobs.dispatch import push_due
from app.jobs.keeping import forget_old

log = logging.getLogger(__name__)
_EVERY = 2.0
_FORGET_EVERY = 600.0
_CHORES_EVERY = 15.0
Chore = Callable[[], None]
_LOCK = text("SELECT pg_try_advisory_lock(hashtextextended('qinchao scheduler', 0))")


def run_scheduler(
    queue: Queue,
    files: FileStore,
    stop: threading.Event,
    *,
    every: float = _EVERY,
    chores: Sequence[Chore] = (),
) -> None:
    """Push due jobs every ``every`` seconds until ``stop`` is set; remove old files now and then.

    ``chores`` are called every quarter of a minute; they write the jobs whose hour has come, each
    under a key of its own. One that fails is called again. Whoever holds the lock works; the
    others wait for it to be freed, which PostgreSQL does when its holder dies. A database that is
    away is waited for.
    """
    while not stop.is_set():
        try:
            with db.engine.connect() as connection:
                _lead(connection, queue, files, stop, every, chores)
        except SQLAlchemyError as error:
            log.warning("the database is away: %s", error)
            stop.wait(every)


def _lead(
    connection: Connection,
    queue: Queue,
    files: FileStore,
    stop: threading.Event,
    every: float,
    chores: Sequence[Chore],
) -> None:
    leading, forgotten_at, done_at = False, -_FORGET_EVERY, -_CHORES_EVERY
    while not stop.is_set():
        with connection.begin():
            leading = leading or bool(connection.execute(_LOCK).scalar_one())
        if leading and time.monotonic() - done_at > _CHORES_EVERY:
            done_at = time.monotonic()
            _do(chores)
        if leading:
            push_due(queue)
        if leading and time.monotonic() - forgotten_at > _FORGET_EVERY:
            forgotten_at = time.monotonic()
            forget_old(files)
        stop.wait(every)
    connection.invalidate()  # frees the lock: the connection is closed, not kept in the pool


def _do(chores: Sequence[Chore]) -> None:
    for chore in chores:
        try:
            chore()
        except Exception:
            log.exception("%s failed", getattr(chore, "__name__", chore))
