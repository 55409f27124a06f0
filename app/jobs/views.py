"""A job's progress, for the person who asked for it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.audit.services import record as audit
from app.edge.areas import AreaBlueprint
from app.edge.current import ctx, show
from app.edge.downloads import download
from app.edge.marks import signed_in
from app.edge.ours import is_ours
from app.jobs import services
from app.jobs.queries import own_job
from app.kernel.errors import NotVisible, Refused

bp = AreaBlueprint("jobs", __name__, area="center")
_WHY = "whoever asked for work sees how far it is; nobody else's work is found"


@bp.get("/jobs/<uuid:job_id>")
@bp.get("/s/<slug:school>/jobs/<uuid:job_id>")
@signed_in(_WHY)
def progress(job_id: UUID) -> Any:
    """Show how far a job is; to htmx only the bar, and a reload of its page once it has ended."""
    job = own_job(ctx(), job_id)
    if not request.headers.get("HX-Request"):
        return show("jobs/progress.html", job=job, trail=[(job.title, "")])
    answer = make_response(render_template("jobs/_progress.html", job=job))
    if job.state not in services.OPEN:
        answer.headers["HX-Refresh"] = "true"
    return answer


@bp.get("/jobs/<uuid:job_id>/file")
@bp.get("/s/<slug:school>/jobs/<uuid:job_id>/file")
@signed_in(_WHY)
def file(job_id: UUID) -> Any:
    """Send the file that a job made."""
    job = own_job(ctx(), job_id)
    made = services.made_file(ctx(), job)
    if made is None:
        raise NotVisible
    audit(ctx(), "job.file", object_type="job", object_id=job.id)
    return download(ctx().files.get(made.key), made.name, made.media_type)


@bp.post("/jobs/<uuid:job_id>/cancel")
@bp.post("/s/<slug:school>/jobs/<uuid:job_id>/cancel")
@signed_in(_WHY)
def cancel(job_id: UUID) -> Any:
    """Ask a job to stop."""
    job = own_job(ctx(), job_id)
    try:
        services.ask_cancel(ctx(), job)
    except Refused as refused:
        flash(str(refused), "info")
    else:
        flash(_("The work stops at its next step; nothing of it is kept."), "info")
    return _back(job_id)


@bp.post("/jobs/<uuid:job_id>/retry")
@bp.post("/s/<slug:school>/jobs/<uuid:job_id>/retry")
@signed_in(_WHY)
def retry(job_id: UUID) -> Any:
    """Start a job again that failed or was cancelled."""
    job = own_job(ctx(), job_id)
    try:
        services.retry(ctx(), job)
    except Refused as refused:
        flash(str(refused), "info")
    return _back(job_id)


def _back(job_id: UUID) -> Any:
    """Return to the page that showed the job: only ever one of ours."""
    came = request.form.get("back", "")
    return redirect(came if is_ours(came) else url_for("jobs.progress", job_id=job_id), 303)
