"""Pages for guardians."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, flash, g, redirect, request, url_for
from flask_babel import gettext as _

from app.children.current import child
from app.edge.areas import AreaBlueprint
from app.edge.current import ctx, show
from app.edge.downloads import download
from app.edge.marks import permission
from app.family.page import family_page, own_answer
from app.family.queries import paired_children
from app.family.readers import dispute, is_fresh, readers
from app.kernel.errors import NotVisible
from app.ledger.queries import Item, attachment_of, entry_of
from app.ledger.services import confirm
from app.ledger.telling import tell_contested

bp = AreaBlueprint("family", __name__, "family")
_NOTE_LENGTH = 500


@bp.app_template_global("own_answer")
def _own_answer(item: Item) -> str | None:
    return own_answer(ctx(), item)


@bp.get("/")
@permission("family.view")
def home() -> Any:
    """Show the own children."""
    found = readers(ctx())
    return show(
        "family/home.html", parts=family_page(ctx()), readers=found, fresh=is_fresh(ctx(), found)
    )


@bp.get("/paired")
@permission("paired.view")
def paired() -> Any:
    """Show a mentor from outside the paired children, until the mentoring ends."""
    return show("family/paired.html", found=paired_children(ctx()), until=g.family.until)


@bp.post("/slips/<uuid:slip_id>/dispute")
@permission("family.view")
def dispute_slip(slip_id: UUID) -> Any:
    """Say that the guardian has not opened the page with this slip."""
    dispute(ctx(), slip_id)
    flash(_("Thank you. The school is told and looks into it."), "success")
    return redirect(url_for("family.home"))


@bp.post("/children/<uuid:child_id>/entries/<uuid:entry_id>/answer")
@permission("family.view")
def answer(entry_id: UUID) -> Any:
    """Say whether something was so."""
    guardian_id = ctx().actor.guardian_id
    if guardian_id is None:
        raise NotVisible
    entry = entry_of(ctx(), child(), entry_id)
    said = confirm(
        ctx(),
        entry,
        guardian_id=guardian_id,
        answer=request.form.get("answer", ""),
        note=request.form.get("note", "").strip()[:_NOTE_LENGTH],
    )
    if said.answer == "contest":
        tell_contested(ctx(), child(), entry)
    flash(_("Thank you. The school sees your answer."), "success")
    return redirect(url_for("family.home"))


@bp.get("/children/<uuid:child_id>/attachments/<uuid:attachment_id>")
@permission("family.view")
def attachment(attachment_id: UUID) -> Response:
    """Send a photo or paper of an entry that guardians read."""
    found = attachment_of(ctx(), child(), attachment_id)
    picture = found.media_type.startswith("image/")
    return download(
        ctx().files.get(found.storage_key), found.name, found.media_type, inline=picture
    )
