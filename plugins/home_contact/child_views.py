"""A child's page of the module: writing down a contact."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, request, url_for
from flask_babel import gettext as _

from app.sdk import (
    Forbidden,
    NotVisible,
    came_from,
    child,
    ctx,
    entry_of,
    may_take_back,
    permission,
)
from plugins.home_contact.kinds import ENTRY_KINDS
from plugins.home_contact.manifest import RECORD
from plugins.home_contact.queries import siblings
from plugins.home_contact.recording import correct_page, record_page

bp = Blueprint("home_contact_of_child", __name__, template_folder="templates")


@bp.route("/new", methods=["GET", "POST"])
@permission(RECORD)
def new() -> Any:
    """Write down a contact about this child, and about brothers and sisters with it."""
    page = url_for("children.page", child_id=child().id)
    board = request.args.get("from") == "board"
    return record_page(
        child=child(),
        offered=[(other, "") for other in siblings(ctx(), child())],
        ticked=[],
        after=came_from(url_for("home_contact_school.board_page") if board else page),
        trail=[(child().name, page), (_("Write down a contact"), "")],
    )


@bp.route("/<uuid:entry_id>/correct", methods=["GET", "POST"])
@permission(RECORD)
def correct_contact(entry_id: UUID) -> Any:
    """Correct a contact: the former one is kept, voided."""
    entry = entry_of(ctx(), child(), entry_id)
    if entry.kind not in ENTRY_KINDS:
        raise NotVisible
    if not may_take_back(ctx(), child(), entry):
        raise Forbidden(RECORD)
    page = url_for("children.page", child_id=child().id)
    return correct_page(
        child(), entry, after=came_from(page), trail=[(child().name, page), (_("Correct"), "")]
    )
