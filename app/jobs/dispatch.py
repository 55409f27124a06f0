"""Pushing the ids of committed jobs to Redis. A dead Redis loses nothing: rows wait."""

from __future__ import annotations

import logging
from datetime import timedelta
from uuid import UUID

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue
from sqlalchemy import text

from app.db.session import db
from app.jobs.worker import queue_on

log = logging.getLogger(__name__)
SILENT = timedelta(seconds=60)
_LONGEST = 3600  # seconds a job may run
_DUE = text("SELECT jobs_to_push(:at_most, :silent)")


def hasty_queue(redis_url: str) -> Queue:
    """Return the queue for pushing: it fails at once when Redis is away."""
    at_once = Retry(NoBackoff(), 0)
    connection = Redis.from_url(
        redis_url, retry=at_once, socket_connect_timeout=1, socket_timeout=2
    )
    return queue_on(connection)


def push_due(queue: Queue, *, at_most: int = 100, silent: timedelta = SILENT) -> int:
    """Push jobs that were never pushed, or were and then fell silent; return how many.

    The rows are marked and pushed in one transaction: when Redis fails, the marks are undone.
    """
    try:
        with db.engine.begin() as connection:
            values = {"at_most": at_most, "silent": silent}
            due = connection.execute(_DUE, values).scalars().all()
            for job_id in due:
                _push(queue, job_id)
    except RedisError as error:
        log.warning("the queue is away, jobs wait: %s", error)
        return 0
    return len(due)


def _push(queue: Queue, job_id: UUID) -> None:
    queue.enqueue_call(
        "app.jobs.runner.run_job",
        job_id=str(job_id),
        timeout=_LONGEST,
        result_ttl=0,
        failure_ttl=_LONGEST,
        description="job",
    )
