"""The scheduler: offers waiting jobs to the queue, again and again; only one of many works."""

from __future__ import annotations

import logging
import threading

from rq import Queue
from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from app.db.session import db
from app.jobs.dispatch import push_due

log = logging.getLogger(__name__)
_EVERY = 2.0
_LOCK = text("SELECT pg_try_advisory_lock(hashtextextended('qinchao scheduler', 0))")


def run_scheduler(queue: Queue, stop: threading.Event, *, every: float = _EVERY) -> None:
    """Push due jobs every ``every`` seconds until ``stop`` is set.

    Whoever holds the lock works; the others wait for it to be freed, which PostgreSQL does when
    its holder dies. A database that is away is waited for.
    """
    while not stop.is_set():
        try:
            with db.engine.connect() as connection:
                _lead(connection, queue, stop, every)
        except SQLAlchemyError as error:
            log.warning("the database is away: %s", error)
            stop.wait(every)


def _lead(connection: Connection, queue: Queue, stop: threading.Event, every: float) -> None:
    leading = False
    while not stop.is_set():
        with connection.begin():
            leading = leading or bool(connection.execute(_LOCK).scalar_one())
        if leading:
            push_due(queue)
        stop.wait(every)
    connection.invalidate()  # frees the lock: the connection is closed, not kept in the pool
