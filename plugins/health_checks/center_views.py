"""The centre's pages: figures of all schools, and one spreadsheet for all of them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from app.sdk import (
    Refused,
    School,
    batch_of,
    choose_columns,
    chosen_columns,
    ctx,
    earlier_sheets,
    permission,
    put_error,
    receive_sheet,
    show,
    shown_import,
    take_back_sheet,
    target_of,
    write_sheet,
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


@bp.route("/sheet", methods=["GET", "POST"])
@permission(IMPORT_ALL)
def from_sheet() -> Any:
    """Take one spreadsheet of all schools; what it says is shown before anything is saved."""
    form = CenterSheetForm()
    if request.method == "GET":
        form.held_on.data = ctx().today()
    if form.validate_on_submit():
        sent = form.file.data
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
            batch = receive_sheet(
                ctx(), CENTER_IMPORT, row.id, name=sent.filename or "", body=sent.read()
            )
        except Refused as refused:
            put_error(form, refused, default="file")
        else:
            return redirect(url_for(".sheet_page", batch_id=batch.id), 303)
    trail = _trail((_("Check-ups of all schools"), ""))
    earlier = earlier_sheets(ctx(), CENTER_IMPORT)
    page = show("health_checks/center_sheet.html", form=form, earlier=earlier, trail=trail)
    return page, 422 if form.errors else 200


@bp.get("/sheets/<uuid:batch_id>")
@permission(IMPORT_ALL)
def sheet_page(batch_id: UUID) -> Any:
    """Show what a spreadsheet says."""
    batch = batch_of(ctx(), CENTER_IMPORT, batch_id)
    return show(
        "health_checks/center_sheet_read.html",
        shown=shown_import(CENTER_IMPORT, batch),
        round=round_of(ctx(), target_of(batch)),
        trail=_trail((batch.file_name, "")),
    )


@bp.post("/sheets/<uuid:batch_id>/columns")
@permission(IMPORT_ALL)
def sheet_columns(batch_id: UUID) -> Any:
    """Read it again with other meanings of its columns."""
    batch = batch_of(ctx(), CENTER_IMPORT, batch_id)
    try:
        choose_columns(ctx(), CENTER_IMPORT, batch, chosen_columns(batch, request.form))
    except Refused as refused:
        flash(str(refused), "warning")
    return redirect(url_for(".sheet_page", batch_id=batch.id), 303)


@bp.post("/sheets/<uuid:batch_id>/write")
@permission(IMPORT_ALL)
def sheet_write(batch_id: UUID) -> Any:
    """Write what was looked at, by a job when it is long."""
    batch = batch_of(ctx(), CENTER_IMPORT, batch_id)
    try:
        write_sheet(ctx(), CENTER_IMPORT, batch)
    except Refused as refused:
        flash(str(refused), "warning")
    return redirect(url_for(".sheet_page", batch_id=batch.id), 303)


@bp.post("/sheets/<uuid:batch_id>/undo")
@permission(IMPORT_ALL)
def sheet_undo(batch_id: UUID) -> Any:
    """Take back what a sheet wrote at all schools."""
    batch = batch_of(ctx(), CENTER_IMPORT, batch_id)
    try:
        take_back_sheet(ctx(), CENTER_IMPORT, batch)
    except Refused as refused:
        flash(str(refused), "danger")
    return redirect(url_for(".sheet_page", batch_id=batch.id), 303)
