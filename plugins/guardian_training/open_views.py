"""The page behind the code on the wall: for who has no account, or wants to use the own one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, request, url_for
from flask_babel import gettext as _

from app.sdk import Ctx, NotVisible, at_door, choices, public, show
from plugins.guardian_training.door import Tried, is_open, sign_in_by_digits
from plugins.guardian_training.forms import DigitsForm
from plugins.guardian_training.papers import when_words
from plugins.guardian_training.queries import session_of

bp = Blueprint("guardian_training_of_all", __name__, template_folder="templates")
_REASON = "a guardian without an account holds nothing but the code on the wall"


@bp.route("/<uuid:session_id>", methods=["GET", "POST"])
@public(_REASON)
def page(session_id: UUID) -> Any:
    """Let a guardian sign in with the code and the last digits of the own telephone."""
    form = DigitsForm()
    form.relation.choices = choices([])
    with at_door() as work:
        session = session_of(work, session_id)
        if session.cancelled_at is not None:
            raise NotVisible
        what = {
            "title": session.course.title,
            "when": when_words(session),
            "id": session.id,
            "ahead": session.door_opened_at is None and session.day >= work.today(),
        }
        door = is_open(work, session)
        tried = _try(work, session_id, form) if request.method == "POST" and door else None
    if request.method == "GET":
        form.code.data = request.args.get("k", "")
    status = 422 if tried is None and request.method == "POST" else 200
    return _shown(form, what, tried, door=door), status


def _try(work: Ctx, session_id: UUID, form: DigitsForm) -> Tried | None:
    """Try what was typed; the relation is chosen among those the first try told of."""
    relation = request.form.get("relation", "")
    del form.relation
    if not form.validate_on_submit():
        return None
    return sign_in_by_digits(
        work, session_id, typed=form.code.data or "", digits=form.digits.data or "",
        relation=relation,
    )  # fmt: skip


def _shown(form: DigitsForm, what: dict[str, Any], tried: Tried | None, *, door: bool) -> str:
    words = {
        "wrong": _("Code or digits are wrong. Look at the screen again, or tell the teacher."),
        "several": _("Several people have this number. Please tell the teacher that you are here."),
        "closed": _("Nobody can sign in by phone now. Please tell the teacher that you are here."),
    }
    result = tried.result if tried else ""
    own = url_for("guardian_training_family.page", session_id=what["id"], k=form.code.data or None)
    return show(
        "guardian_training/open.html", form=form, what=what, tried=tried,
        problem=words.get(result), door=door and result != "closed", own_url=own,
    )  # fmt: skip
