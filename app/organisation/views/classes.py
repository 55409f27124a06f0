"""Who teaches which subject of a class."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import flash, redirect, request
from flask_babel import ngettext

from app.accounts.models import Staff
from app.edge.areas import SCHOOL
from app.edge.current import ctx, place, show
from app.edge.marks import permission
from app.kernel.errors import Refused
from app.organisation.classes import class_here, subjects_of
from app.organisation.holding import appointable, set_subject_teachers
from app.organisation.queries import PostLine, posts_at
from app.organisation.views.bp import bp, here, trail

Subjects = Sequence[tuple[str, PostLine | None]]


@bp.route(f"{SCHOOL}/organisation/classes/<uuid:homeroom_id>", methods=["GET", "POST"])
@permission("organisation.manage")
def class_subjects(homeroom_id: UUID) -> Any:
    """Choose the teacher of each subject of a class, on one page."""
    room, title = class_here(ctx(), homeroom_id, place())
    lines = [x for x in posts_at(ctx(), place(), "subject") if x.post.homeroom_id == room.id]
    subjects = subjects_of(room, lines)
    people = appointable(ctx(), place())
    refused = ""
    if request.method == "POST":
        try:
            changed = set_subject_teachers(ctx(), room, _chosen(subjects, people))
        except Refused as error:
            refused = str(error)
        else:
            said = ngettext("%(num)s subject changed.", "%(num)s subjects changed.", changed)
            flash(said, "success")
            return redirect(here("page") + "#classes")
    page = show(
        "organisation/class.html",
        trail=trail((title, "")),
        here=here,
        title=title,
        subjects=subjects,
        people=people,
        refused=refused,
    )
    return page, 422 if refused else 200


def _chosen(subjects: Subjects, people: Sequence[Staff]) -> dict[str, Staff | None]:
    """Read the form: a box for each subject, and one for another."""
    by_id = {str(person.id): person for person in people}
    sent = {
        name: by_id.get(request.form[f"teacher-{number}"])
        for number, (name, _line) in enumerate(subjects)
        if f"teacher-{number}" in request.form
    }
    more = request.form.get("more", "").strip()
    return sent | ({more: by_id.get(request.form.get("more-teacher", ""))} if more else {})
