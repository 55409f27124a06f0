"""The family's pages: an invitation, signing in with the code, answering one question."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _

from app.sdk import NotVisible, ctx, permission, show
from plugins.guardian_training.door import sign_in_own
from plugins.guardian_training.family import answer, reply, told
from plugins.guardian_training.kinds import FACES
from plugins.guardian_training.models import TrainingSession
from plugins.guardian_training.papers import when_words
from plugins.guardian_training.queries import session_of

bp = Blueprint("guardian_training_of_family", __name__, template_folder="templates")


def _session(session_id: UUID) -> TrainingSession:
    found = session_of(ctx(), session_id)
    if found.cancelled_at is not None:
        raise NotVisible
    return found


def _back(session_id: UUID) -> Any:
    return redirect(url_for(".page", session_id=session_id))


@bp.get("/<uuid:session_id>")
@permission("family.view")
def page(session_id: UUID) -> Any:
    """Show one session in plain words, with the one thing there is to do."""
    it = next(iter(told(ctx(), one=_session(session_id).id)), None)
    if it is None:
        raise NotVisible
    return show(
        "guardian_training/family.html", it=it, faces=FACES, when=when_words(it.session),
        typed=request.args.get("k", ""),
    )  # fmt: skip


@bp.post("/<uuid:session_id>/reply")
@permission("family.view")
def say_reply(session_id: UUID) -> Any:
    """Say whether one will come."""
    coming = request.form.get("coming") == "yes"
    reply(ctx(), _session(session_id), coming=coming)
    flash(_("Thank you. The school knows it now."), "success")
    return _back(session_id)


@bp.post("/<uuid:session_id>/sign-in")
@permission("family.view")
def sign_in(session_id: UUID) -> Any:
    """Sign in with the code that hangs in the room."""
    tried = sign_in_own(ctx(), _session(session_id), request.form.get("code", ""))
    if tried.result == "ok":
        flash(_("You are signed in. Thank you for coming!"), "success")
    elif tried.result == "wrong":
        flash(_("This is not the code. Look at the screen again."), "danger")
    else:
        flash(_("Nobody can sign in by phone now. Please tell the teacher that you are here."),
              "warning")  # fmt: skip
    return _back(session_id)


@bp.post("/<uuid:session_id>/answer")
@permission("family.view")
def say_answer(session_id: UUID) -> Any:
    """Answer the question by one button."""
    value = request.form.get("value", "")
    answer(ctx(), _session(session_id), int(value) if value.isdecimal() else 0)
    flash(_("Thank you for your answer."), "success")
    return _back(session_id)
