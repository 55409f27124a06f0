"""Pages of a course's files."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from app.sdk import Refused, Upload, ctx, download, permission
from plugins.guardian_training.manifest import MANAGE, VIEW
from plugins.guardian_training.materials import add_file, file_of, take_away
from plugins.guardian_training.queries import course_of
from plugins.guardian_training.views import bp


@bp.post("/courses/<uuid:course_id>/files")
@permission(MANAGE)
def add_course_file(course_id: UUID) -> Any:
    """Keep photos or PDF files with a course."""
    course = course_of(ctx(), course_id)
    sent = [one for one in request.files.getlist("file") if one.filename]
    try:
        for one in sent:
            add_file(ctx(), course, Upload(one.filename or "", one.read()))
    except Refused as refused:
        flash(str(refused), "danger")
        return redirect(url_for(".course_list"), 303)
    told = _("%(count)s files are kept with the course.", count=len(sent))
    flash(told if sent else _("Choose a file."), "success" if sent else "warning")
    return redirect(url_for(".course_list"), 303)


@bp.get("/course-files/<uuid:file_id>")
@permission(VIEW)
def course_file(file_id: UUID) -> Any:
    """Send a file of a course."""
    row = file_of(ctx(), file_id)
    body = ctx().files.get(row.storage_key)
    return download(body, row.name, row.media_type, inline=row.media_type.startswith("image/"))


@bp.post("/course-files/<uuid:file_id>/void")
@permission(MANAGE)
def void_course_file(file_id: UUID) -> Any:
    """Show a file of a course no more."""
    row = file_of(ctx(), file_id)
    take_away(ctx(), row)
    flash(_("Taken away: %(name)s", name=row.name), "success")
    return redirect(url_for(".course_list"), 303)
