"""The centre's pages: figures of all schools, and one spreadsheet for all of them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from app.sdk import (
    AroundSheet,
    Refused,
    School,
    add_sheet_pages,
    ctx,
    earlier_sheets,
    permission,
    put_error,
    send_sheet,
    show,
)
from plugins.health_checks import summary_views
from plugins.health_checks.forms import CenterSheetForm
from plugins.health_checks.importing import CENTER_IMPORT
from plugins.health_checks.manifest import IMPORT_ALL
from plugins.health_checks.queries import round_of
from plugins.health_checks.services import campaign_at

bp = Blueprint("health_checks_of_center", __name__, template_folder="templates")
summary_views.add_to_center(bp)


def _trail(*more: tuple[object, str]) -> list[tuple[object, str]]:
    return [(_("Health checks"), url_for(".page")), *more]


def _around(round_id: UUID) -> AroundSheet:
    row = round_of(ctx(), round_id)
    return AroundSheet(
        _trail((_("Check-ups of all schools"), "")),
        again=url_for(".from_sheet"),
        back=url_for(".page"),
        about=row.title,
    )


add_sheet_pages(bp, CENTER_IMPORT, _around)


@bp.route("/sheet", methods=["GET", "POST"])
@permission(IMPORT_ALL)
def from_sheet() -> Any:
    """Take one spreadsheet of all schools; what it says is shown before anything is saved."""
    form = CenterSheetForm()
    if request.method == "GET":
        form.held_on.data = ctx().today()
    if form.validate_on_submit():
        schools = ctx().session.scalars(select(School.id).order_by(School.position, School.code))
        try:
            row = campaign_at(
                ctx(),
                list(schools),
                title=(form.title.data or "").strip(),
                held_on=form.held_on.data or ctx().today(),
                provider=form.provider.data,
                items=form.chosen(),
                own_items=form.own(),
            )
        except Refused as refused:
            put_error(form, refused, default="file")
        else:
            sent = send_sheet(CENTER_IMPORT, row.id, form)
            if sent:
                return sent
    trail = _trail((_("Check-ups of all schools"), ""))
    earlier = earlier_sheets(ctx(), CENTER_IMPORT)
    page = show("health_checks/center_sheet.html", form=form, earlier=earlier, trail=trail)
    return page, 422 if form.errors else 200
