"""Running one job: claimed so that no second runner has it, in the scope it was asked in.

Two things keep runners apart: an advisory lock of the runner's own connection, which PostgreSQL
frees when the runner dies, and the lease in the row, which tells the dispatcher when to offer the
job again. The work and the mark that it is done are one transaction: a job that is killed has done
nothing and starts anew.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from flask import Flask, current_app
from sqlalchemy import Connection, Integer, Row, Text, select, text, update

from app.accounts.principal import Workplace, read_principal, staff_actor
from app.db.scope import NOBODY, Reach, Scope
from app.db.sealed import SealedData
from app.db.session import bind, db, scoped
from app.host.context import Ctx
from app.host.enablement import active_modules
from app.host.hooks import JobHandler
from app.host.registry import Registry
from app.jobs.models import Job
from app.jobs.progress import LEASE, Cancelled, Progress
from app.kernel.access import SYSTEM, Actor
from app.kernel.clock import Clock
from app.kernel.errors import Refused
from app.kernel.text import T

log = logging.getLogger(__name__)
MOST_ATTEMPTS = 3
HANDLERS = "qinchao_job_handlers"
ENDINGS = "qinchao_job_endings"
JobEnding = Callable[[Ctx, Job], None]

_SCOPE = text("SELECT center_id, school_ids, reach, account_id FROM job_scope(CAST(:id AS uuid))")
_LOCK = text("SELECT pg_try_advisory_lock(hashtextextended(:id, 0))")
_UNLOCK = text("SELECT pg_advisory_unlock(hashtextextended(:id, 0))")
_CLAIM = text(
    "UPDATE job SET state = 'running', attempts = attempts + 1, error = NULL,"
    " started_at = coalesce(started_at, now()), lease_until = now() + :lease"
    " WHERE id = :id AND state IN ('waiting', 'running') AND NOT cancel_asked"
    " RETURNING kind, arguments, module, attempts"
).columns(kind=Text, arguments=SealedData("job"), module=Text, attempts=Integer)
_GIVE_UP = text(
    "UPDATE job SET state = 'cancelled', finished_at = now()"
    " WHERE id = :id AND state IN ('waiting', 'running') AND cancel_asked"
)
_END = text(
    "UPDATE job SET state = CAST(:state AS text), error = :error, lease_until = NULL,"
    " pushed_at = now(),"
    " finished_at = CASE WHEN CAST(:state AS text) <> 'waiting' THEN now() END WHERE id = :id"
)


def run_job(job_id: UUID) -> str:
    """Run a job if it is still to be run; return its state, or "busy" when another runs it.

    Never raises for what the work does: the row tells it.
    """
    key = str(job_id)
    with db.engine.connect() as connection, _locked(connection, key) as ours:
        scope = _scope_of(connection, key) if ours else None
        if scope is None:
            return "busy" if not ours else "gone"
        claimed = _claim(connection, scope, key)
        if claimed is None:
            return "ended"
        return _Run(connection, scope, key, claimed).run()


@contextmanager
def _locked(connection: Connection, key: str) -> Iterator[bool]:
    with connection.begin():
        ours = bool(connection.execute(_LOCK, {"id": key}).scalar_one())
    try:
        yield ours
    finally:
        if ours:
            with connection.begin():
                connection.execute(_UNLOCK, {"id": key})


def _scope_of(connection: Connection, key: str) -> Scope | None:
    with connection.begin():
        row = connection.execute(_SCOPE, {"id": key}).one_or_none()
    if row is None:
        return None
    schools = tuple(row.school_ids)
    return Scope(Reach(row.reach), row.center_id, schools, account_id=row.account_id)


def _claim(connection: Connection, scope: Scope, key: str) -> Row[Any] | None:
    with connection.begin():
        bind(connection, scope)
        connection.execute(_GIVE_UP, {"id": key})
        return connection.execute(_CLAIM, {"id": key, "lease": LEASE}).one_or_none()


class _Run:
    """One try at one job."""

    def __init__(self, connection: Connection, scope: Scope, key: str, claimed: Row[Any]) -> None:
        self.connection, self.scope, self.key, self.job = connection, scope, key, claimed
        self.asker: Actor | None = None

    def run(self) -> str:
        """Do the work, write how it ended and let whoever asked be told."""
        state = self._try()
        if state in ("done", "failed"):
            self._tell()
        return state

    def _try(self) -> str:
        if self.job.attempts > MOST_ATTEMPTS:
            return self._end("failed", T("The work stopped {n} times.", n=MOST_ATTEMPTS))
        extensions = current_app.extensions
        registry: Registry = extensions["qinchao_registry"]
        try:
            self.asker = actor = _actor(registry, self.scope)
            with scoped(self.scope):
                files = extensions["qinchao_files"]
                self._work(Ctx(self.scope, db.session(), registry, files, actor))
        except Cancelled:
            return self._end("cancelled", None)
        except Refused as refused:
            return self._end("failed", refused)
        except Exception as error:
            log.exception("job %s (%s) failed", self.key, self.job.kind)
            if self.job.attempts < MOST_ATTEMPTS:
                return self._end("waiting", None)
            reason = T(
                "Something unexpected went wrong ({name}). Try again; if it happens again, tell "
                "whoever runs this service",
                name=type(error).__name__,
            )
            return self._end("failed", reason)
        return "done"

    def _work(self, ctx: Ctx) -> None:
        self._demand_module(ctx)
        handler = _handlers(current_app).get(self.job.kind)
        if handler is None:
            raise Refused(T("Nothing is installed that does “{kind}”.", kind=self.job.kind))
        progress = Progress(self.connection, self.scope, self.key)
        result = handler(ctx, progress, **(self.job.arguments or {}))
        done = {
            "state": "done",
            "arguments": None,
            "result": dict(result or {}),
            "finished_at": ctx.now(),
            "lease_until": None,
        }
        ctx.session.execute(update(Job).where(Job.id == UUID(self.key)).values(done))
        ctx.session.commit()

    def _demand_module(self, ctx: Ctx) -> None:
        module = self.job.module
        if module is None:
            return
        active = active_modules(ctx)
        if not any(module in found for found in active.values()):
            plugin = ctx.registry.plugins.get(module)
            title = plugin.module.title if plugin else module
            raise Refused(T("The module “{name}” is switched off here.", name=title))

    def _tell(self) -> None:
        """Do what follows the end of such a job; the end stands, whatever becomes of this."""
        ending: JobEnding | None = current_app.extensions[ENDINGS].get(self.job.kind)
        if ending is None or self.asker is None:
            return
        registry, files = (current_app.extensions[f"qinchao_{x}"] for x in ("registry", "files"))
        try:
            with scoped(self.scope):
                ctx = Ctx(self.scope, db.session(), registry, files, self.asker)
                ending(ctx, ctx.session.scalars(select(Job).where(Job.id == UUID(self.key))).one())
                ctx.session.commit()
        except Exception:
            log.exception("nobody was told that job %s (%s) has ended", self.key, self.job.kind)

    def _end(self, state: str, error: object) -> str:
        values = {"id": self.key, "state": state, "error": str(error) if error else None}
        with self.connection.begin():
            bind(self.connection, self.scope)
            self.connection.execute(_END, values)
        return state


def _actor(registry: Registry, scope: Scope) -> Actor:
    """Return who asked, with the grants held now: work does not outlive the right to it.

    Raises :class:`Refused` when the asker may no longer sign in or reaches less than when asking;
    work that nobody asked for runs as the system.
    """
    if scope.account_id == NOBODY:
        return SYSTEM
    with scoped(None):
        who = read_principal(db.session(), scope.account_id, Clock().today(), registry.permissions)
    places = who.workplaces if who and not who.disabled else ()
    place = next((p for p in places if p.center_id == scope.center_id), None)
    if who is None or place is None or not _reaches(place, scope):
        raise Refused(T("Whoever asked for this work no longer works here."))
    one = scope.school_ids[0] if len(scope.school_ids) == 1 else None
    return staff_actor(who, place, one, None)


def _reaches(place: Workplace, scope: Scope) -> bool:
    if scope.reach is Reach.CENTER:
        return place.whole_center
    return set(scope.school_ids) <= {school for school, _code, _name in place.schools}


def _handlers(flask: Flask) -> Mapping[str, JobHandler]:
    found: Mapping[str, JobHandler] = flask.extensions[HANDLERS]
    return found
