"""Asking for work, cancelling it, and trying it again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.db.scope import NOBODY, Reach, Scope, ScopeError
from app.host.context import Ctx
from app.jobs.models import Job
from app.kernel.access import Actor
from app.kernel.errors import Forbidden, Refused
from app.kernel.ids import uuid7
from app.kernel.text import T, Text

ENQUEUED = "jobs_enqueued"
OPEN = ("waiting", "running")
KEPT_FOR = timedelta(days=7)


def enqueue(
    ctx: Ctx,
    kind: str,
    *,
    title: Text | str,
    arguments: Mapping[str, Any],
    unique_key: str | None = None,
    module: str | None = None,
) -> Job:
    """Write a job into the caller's transaction; it runs once that has committed, or never.

    ``arguments`` are JSON (ids as text) and become the handler's keywords. It will run in the
    scope of ``ctx``: the centre, or its schools, all of which the asker must still reach
    then. A second job with the ``unique_key`` of an earlier one of the same place is not written;
    the earlier one is returned. ``module`` names the module that must be active when it runs.
    """
    schools = _schools(ctx.scope)
    school_id = schools[0] if schools else None
    key = f"{school_id or 'center'}:{unique_key}" if unique_key else None
    row = {
        "center_id": ctx.scope.center_id,
        "id": uuid7(),
        "school_id": school_id,
        "kind": kind,
        "module": module,
        "title": str(title),
        "arguments": dict(arguments),
        "unique_key": key,
        "reach": ctx.scope.reach.value,
        "school_ids": schools,
        "account_id": ctx.actor.account_id or NOBODY,
        "staff_id": ctx.actor.staff_id,
        "created_at": ctx.now(),
    }
    ctx.session.execute(insert(Job).values(row).on_conflict_do_nothing())
    ctx.memo[ENQUEUED] = True
    wanted = Job.unique_key == key if key else Job.id == row["id"]
    return ctx.session.scalars(select(Job).where(wanted)).one()


def _schools(scope: Scope) -> list[UUID]:
    if scope.reach is Reach.CENTER:
        return []
    if scope.reach is Reach.SCHOOL and scope.school_ids:
        return list(scope.school_ids)
    raise ScopeError("a job runs in a centre or in schools")


@dataclass(frozen=True)
class MadeFile:
    """A file that a job has made: where it lies, what to call it, what it is."""

    key: str
    name: str
    media_type: str

    def result(self, actor: Actor, permissions: Sequence[str]) -> dict[str, Any]:
        """Return what the job's handler returns.

        Whoever fetches the file must still hold ``permissions``, as far as ``actor`` holds them.
        """
        return {
            "file": self.key,
            "name": self.name,
            "media_type": self.media_type,
            "rights": {name: actor.reach_of(name) for name in permissions},
        }


def made_file(ctx: Ctx, job: Job) -> MadeFile | None:
    """Return the file of a finished job for as long as it may be fetched: a week.

    Raises :class:`Forbidden` when the actor could not have it made today.
    """
    key = job.result.get("file")
    if key is None or job.finished_at is None or ctx.now() - job.finished_at > KEPT_FOR:
        return None
    for permission, reach in job.result["rights"].items():
        if not ctx.actor.still_reaches(permission, reach):
            raise Forbidden(permission)
    return MadeFile(key, job.result["name"], job.result["media_type"])


def ask_cancel(ctx: Ctx, job: Job) -> None:
    """Ask a job to stop: one that waits never starts, one that runs stops at its next step."""
    if job.state == "waiting":
        job.state, job.finished_at = "cancelled", ctx.now()
    elif job.state != "running":
        raise Refused(T("The work has already ended."))
    job.cancel_asked = True
    ctx.session.flush()


def retry(ctx: Ctx, job: Job) -> None:
    """Let a job that failed or was cancelled run again from its beginning."""
    if job.state not in ("failed", "cancelled"):
        raise Refused(T("Only work that has failed or was cancelled can be started again."))
    if job.arguments is None:
        raise Refused(T("This was asked for too long ago. Please ask for it anew."))
    job.state, job.cancel_asked, job.attempts = "waiting", False, 0
    job.pushed_at = job.finished_at = job.lease_until = job.error = job.message = None
    job.done = job.total = 0
    ctx.session.flush()
    ctx.memo[ENQUEUED] = True
