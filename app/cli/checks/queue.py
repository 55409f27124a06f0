"""What runs in the background: Redis, workers, the scheduler, how long jobs wait."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from redis import Redis
from rq import Worker
from rq.serializers import JSONSerializer
from sqlalchemy import text

from app.cli.checks.finding import BAD, DOUBTFUL, GOOD, NOT_ASKED, Finding, Patient
from app.jobs.worker import ScopedJob, queue_on
from app.kernel.text import T

_SILENT = timedelta(minutes=8)  # a worker of ours says every few minutes that it lives
_WAITS = timedelta(minutes=10)
_LEADER = text(
    "SELECT EXISTS (SELECT 1 FROM pg_locks, hashtextextended('qinchao scheduler', 0) AS lock"
    " WHERE locktype = 'advisory' AND classid::bigint << 32 | objid::bigint = lock AND granted)"
)
_JOBS = text(
    "SELECT count(*) FILTER (WHERE state = 'waiting'),"
    " min(created_at) FILTER (WHERE state = 'waiting'),"
    " count(*) FILTER (WHERE state = 'failed' AND finished_at > now() - interval '1 day') FROM job"
)


def _connection(patient: Patient) -> Redis:
    return Redis.from_url(patient.config.redis_url, socket_connect_timeout=2, socket_timeout=5)


def redis(patient: Patient) -> Finding:
    """Look whether Redis or Valkey answers, and how many jobs it holds."""
    with _connection(patient) as connection:
        told: Any = connection.info("server")
        length = queue_on(connection).count
    version = told.get("valkey_version") or told.get("redis_version")
    return Finding(GOOD, T("{v}, {n} in the queue", v=version, n=length))


def workers(patient: Patient) -> Finding:
    """Look whether a worker lives."""
    with _connection(patient) as connection:
        found = Worker.all(connection=connection, job_class=ScopedJob, serializer=JSONSerializer)
        beats = [w.last_heartbeat.replace(tzinfo=UTC) for w in found if w.last_heartbeat]
    living = sum(datetime.now(UTC) - beat < _SILENT for beat in beats)
    if living:
        return Finding(GOOD, T("{n} at work", n=living))
    told = T("none; imports and long lists wait")
    return Finding(BAD, told, T("Start “qinchao worker”."))


def scheduler(patient: Patient) -> Finding:
    """Look whether a scheduler holds its lock."""
    with patient.engine.connect() as connection:
        if connection.execute(_LEADER).scalar_one():
            return Finding(GOOD, T("at work"))
    return Finding(BAD, T("none; jobs are not offered"), T("Start “qinchao scheduler”."))


def waiting(patient: Patient) -> Finding:
    """Look how long the oldest job waits, and how many failed since yesterday."""
    if patient.owner is None:
        return NOT_ASKED
    with patient.owner.connect() as connection:
        count, oldest, failed = connection.execute(_JOBS).one()
    waited = datetime.now(UTC) - oldest if oldest else timedelta()
    told = T("none; {failed} failed since yesterday", failed=failed)
    if count:
        minutes = round(waited.total_seconds() / 60)
        told = T(
            "{n} wait, the oldest for {minutes} min; {failed} failed since yesterday",
            n=count, minutes=minutes, failed=failed,
        )  # fmt: skip
    if waited > _WAITS:
        return Finding(BAD, told, T("Look at the worker's log."))
    todo = T("Their owners see why on the page of the job.") if failed else None
    return Finding(DOUBTFUL if failed else GOOD, told, todo)
