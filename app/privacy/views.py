"""Pages of personal data: a child's, where copies are made, and the centre's list of erasures."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _

from app.children.current import child
from app.children.permits import can
from app.children.views.page import child_trail
from app.children.views.saving import save
from app.children.words import RELATIONS
from app.edge.areas import CENTER, CHILD
from app.edge.buttons import press
from app.edge.current import ctx, show
from app.edge.marks import permission
from app.kernel.errors import NotVisible
from app.privacy import erasing
from app.privacy.copying import COPY, ask_copy
from app.privacy.erasing import ERASE, GROUNDS, STATES
from app.privacy.forms import ErasureForm
from app.privacy.queries import erasure_of, erasures, holding_of

bp = Blueprint("privacy", __name__, template_folder="templates")
_ANSWERS = {
    "confirm": erasing.confirm,
    "refuse": erasing.refuse,
    "withdraw": erasing.withdraw,
}


@bp.get(f"{CHILD}/personal-data")
@permission(COPY)
def child_page() -> Any:
    """Show how much is held of a child, and what can be done about it."""
    return show(
        "privacy/child.html",
        child=child(),
        holding=holding_of(ctx(), child()),
        bonds=child().guardianships,
        relations=RELATIONS,
        erasure=erasing.open_erasure(ctx(), child().id),
        may_erase=can(ctx(), ERASE, child()),
        states=STATES,
        trail=child_trail((_("Personal data"), "")),
    )


@bp.post(f"{CHILD}/personal-data/copy")
@permission(COPY)
def copy() -> Any:
    """Let a job make the copy."""
    asked = request.form.get("guardian_id", "")
    try:
        guardian_id = UUID(asked) if asked else None
    except ValueError as error:
        raise NotVisible from error
    restricted = request.form.get("restricted") == "1"
    job = ask_copy(ctx(), child(), guardian_id=guardian_id, restricted=restricted)
    return redirect(url_for("jobs.progress", job_id=job.id))


@bp.route(f"{CHILD}/personal-data/erase", methods=["GET", "POST"])
@permission(ERASE)
def ask() -> Any:
    """Ask that the child be erased."""
    form = ErasureForm()
    title = _("Erase the child's data")
    return save(
        form,
        lambda: erasing.ask_erasure(
            ctx(),
            child(),
            ground=form.ground.data,
            reason=(form.reason.data or "").strip(),
            shared_files=form.shared_files.data,
        ),
        title=title,
        done=_("It is asked for. A second person of the centre decides."),
        after=url_for("privacy.child_page"),
        then=lambda: url_for("privacy.center_page"),
        trail=child_trail((_("Personal data"), url_for("privacy.child_page"))),
        notices=[
            _(
                "Nothing happens until a second person who may erase agrees. Then it cannot be"
                " taken back: name, numbers, addresses, adults, records and files are gone. That"
                " something took place on a day stays in the figures, without the person."
            )
        ],
        save_label=_("Ask for it"),
    )


@bp.get(f"{CENTER}/personal-data")
@permission(ERASE)
def center_page() -> Any:
    """List what was asked, decided and done."""
    return show(
        "privacy/center.html",
        rows=erasures(ctx()),
        states=STATES,
        grounds=GROUNDS,
        trail=[(_("Personal data"), "")],
    )


@bp.get(f"{CENTER}/personal-data/<uuid:erasure_id>")
@permission(ERASE)
def erasure(erasure_id: UUID) -> Any:
    """Show one erasure and, to a second person, what would go."""
    row = erasure_of(ctx(), erasure_id)
    return show(
        "privacy/erasure.html",
        row=row,
        own=row.asked_by_id == ctx().actor.staff_id,
        holding=holding_of(ctx(), row.child) if row.state == "asked" else None,
        states=STATES,
        grounds=GROUNDS,
        child_url=None if row.state == "done" else url_for("children.page", child_id=row.child_id),
        trail=[(_("Personal data"), url_for("privacy.center_page")), (_("Erasure"), "")],
    )


@bp.post(f"{CENTER}/personal-data/<uuid:erasure_id>/<answer>")
@permission(ERASE)
def decide(erasure_id: UUID, answer: str) -> Any:
    """Agree, refuse, or take back."""
    if answer not in _ANSWERS:
        raise NotVisible
    said = {
        "confirm": _("It is being erased now."),
        "refuse": _("It is refused. Nothing was erased."),
        "withdraw": _("It is taken back. Nothing was erased."),
    }

    def act() -> object:
        _ANSWERS[answer](ctx(), erasing.find_erasure(ctx(), erasure_id))
        return said[answer]

    return press(
        act,
        after=url_for("privacy.center_page"),
        again=lambda: erasure(erasure_id),
    )
