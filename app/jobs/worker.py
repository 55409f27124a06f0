"""The worker: takes job ids from Redis and runs what their rows say."""

from __future__ import annotations

import os
from typing import Any
from uuid import UUID

from redis import Redis
from redis.backoff import ExponentialBackoff
from redis.retry import Retry
from rq import Queue, Worker
from rq.job import Job as RqJob
from rq.serializers import JSONSerializer

from app.db.session import db
from app.jobs.runner import run_job

QUEUE = "qinchao"


class ScopedJob(RqJob):
    """A job whose id is its row's; the row, not Redis, says what is to be done and what became."""

    def perform(self) -> Any:
        """Run the row's work in the row's scope."""
        run_job(UUID(self.id))


def queue_on(connection: Redis) -> Queue:
    """Return the one queue, on a connection."""
    return Queue(QUEUE, connection=connection, job_class=ScopedJob, serializer=JSONSerializer)


def patient_connection(redis_url: str) -> Redis:
    """Return a connection that outlives a restart of Redis: the worker's."""
    patience = Retry(ExponentialBackoff(cap=2, base=0.1), 30)
    return Redis.from_url(redis_url, retry=patience, health_check_interval=5)


def run_worker(redis_url: str, *, burst: bool = False) -> None:
    """Work until a signal comes; with ``burst`` until nothing waits. Needs the application.

    Each job runs in a forked child, which must not use the parent's database connections.
    """
    engine = db.engine
    os.register_at_fork(after_in_child=lambda: engine.dispose(close=False))
    connection = patient_connection(redis_url)
    worker = Worker(
        [queue_on(connection)],
        connection=connection,
        job_class=ScopedJob,
        serializer=JSONSerializer,
        log_job_description=False,
    )
    worker.work(burst=burst, logging_level="WARNING")
