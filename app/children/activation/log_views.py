"""The administrator's page of slips: who printed them, who used them, closing an access."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from app.accounts.views import bp
from app.children.activation.log import close_access, slips
from app.edge.areas import SCHOOL
from app.edge.current import ctx, school_id, show
from app.edge.marks import permission


@bp.get(f"{SCHOOL}/activation/slips")
@permission("school.manage")
def activation_log() -> Any:
    """List the slips of the school and what became of them."""
    found = slips(ctx(), school_id(), request.args.get("page", 1, type=int))
    trail = [
        (_("Guardians' sign-in"), url_for("accounts.activation_classes")),
        (_("Slips and what became of them"), ""),
    ]
    return show(
        "activation/log.html",
        trail=trail,
        page=found,
        page_url=lambda number: url_for("accounts.activation_log", page=number),
    )


@bp.post(f"{SCHOOL}/activation/slips/<uuid:slip_id>/close")
@permission("school.manage")
def activation_close(slip_id: UUID) -> Any:
    """Close the access that a slip opened."""
    close_access(ctx(), school_id(), slip_id)
    flash(_("The access is closed. A new slip opens it again."), "success")
    return redirect(url_for("accounts.activation_log"))
