"""Reading jobs."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from app.host.context import Ctx
from app.jobs.models import Job
from app.kernel.errors import NotVisible


def own_job(ctx: Ctx, job_id: UUID) -> Job:
    """Return a job that the actor has asked for; raises NotVisible for any other."""
    wanted = select(Job).where(Job.id == job_id, Job.account_id == ctx.actor.account_id)
    job = ctx.session.scalar(wanted)
    if job is None:
        raise NotVisible
    return job
