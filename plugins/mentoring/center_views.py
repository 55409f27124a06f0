"""The centre's page of the module: the days of announced inspections."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _

from app.sdk import NotVisible, ctx, permission, show
from plugins.mentoring import assess_queries
from plugins.mentoring.assess_services import record_inspection, void_inspection
from plugins.mentoring.forms import InspectionForm
from plugins.mentoring.manifest import INSPECTIONS

bp = Blueprint("mentoring_of_center", __name__, template_folder="templates")


@bp.route("", methods=["GET", "POST"])
@permission(INSPECTIONS)
def inspections() -> Any:
    """List the inspection dates and add one."""
    form = InspectionForm()
    if form.validate_on_submit() and form.day.data:
        record_inspection(ctx(), day=form.day.data, title=form.title.data or "")
        flash(_("The inspection is recorded."), "success")
        return redirect(url_for(".inspections"))
    found = assess_queries.inspections(ctx())
    page = show(
        "mentoring/inspections.html", form=form, found=found, trail=[(_("Inspection dates"), "")]
    )
    return page, 422 if form.errors else 200


@bp.post("/inspections/<uuid:inspection_id>/void")
@permission(INSPECTIONS)
def take_back(inspection_id: UUID) -> Any:
    """Take an inspection date back."""
    found = next((i for i in assess_queries.inspections(ctx()) if i.id == inspection_id), None)
    if found is None:
        raise NotVisible
    void_inspection(ctx(), found)
    flash(_("The inspection date is taken back."), "success")
    return redirect(url_for(".inspections"))
