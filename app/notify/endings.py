"""Telling whoever asked for long work how it ended: the page may have been closed meanwhile."""

from __future__ import annotations

from app.host.context import Ctx
from app.jobs.models import Job
from app.kernel.text import T
from app.notify.addresses import center_path, school_path
from app.notify.services import tell


def place_of(ctx: Ctx, job: Job) -> str:
    """Return where the pages of a job's place begin: its school's, or the centre's."""
    return school_path(ctx, job.school_id) if job.school_id else center_path(ctx)


def tell_ended(ctx: Ctx, job: Job, *, url: str | None = None) -> None:
    """Tell the asker that a job is done or has failed; the notice leads to ``url`` or the job."""
    done = job.state == "done"
    title = T("Done: {work}", work=job.title) if done else T("Failed: {work}", work=job.title)
    page = url or f"{place_of(ctx, job)}/jobs/{job.id}"
    tell(ctx, [ctx.actor.account_id], "job.ended", title, page, body=None if done else job.error)
