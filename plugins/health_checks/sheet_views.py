"""Pages of spreadsheets: fetched, sent, looked at, written."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _

from app.sdk import (
    Refused,
    SheetForm,
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
from plugins.health_checks.importing import IMPORT
from plugins.health_checks.manifest import RECORD
from plugins.health_checks.models import Round
from plugins.health_checks.queries import round_of


def add_to(bp: Blueprint) -> None:
    """Add the pages to the school's blueprint."""
    bp.route("/rounds/<uuid:round_id>/sheet", methods=["GET", "POST"])(from_sheet)
    bp.get("/sheets/<uuid:batch_id>")(sheet_page)
    bp.post("/sheets/<uuid:batch_id>/columns")(sheet_columns)
    bp.post("/sheets/<uuid:batch_id>/write")(sheet_write)
    bp.post("/sheets/<uuid:batch_id>/undo")(sheet_undo)


def _trail(row: Round) -> list[tuple[object, str]]:
    return [
        (_("Health checks"), url_for(".rounds")),
        (row.title, url_for(".round_page", round_id=row.id)),
        (_("From a sheet"), ""),
    ]


@permission(RECORD)
def from_sheet(round_id: UUID) -> Any:
    """Take a spreadsheet; what it says is shown before anything is saved."""
    row, form = round_of(ctx(), round_id), SheetForm()
    if form.validate_on_submit():
        sent = form.file.data
        try:
            batch = receive_sheet(ctx(), IMPORT, row.id, name=sent.filename or "", body=sent.read())
        except Refused as refused:
            put_error(form, refused, default="file")
        else:
            return redirect(url_for(".sheet_page", batch_id=batch.id), 303)
    earlier = earlier_sheets(ctx(), IMPORT, row.id)
    page = show(
        "health_checks/sheet.html", form=form, round=row, earlier=earlier, trail=_trail(row)
    )
    return page, 422 if form.errors else 200


@permission(RECORD)
def sheet_page(batch_id: UUID) -> Any:
    """Show what a spreadsheet says."""
    batch = batch_of(ctx(), IMPORT, batch_id)
    row = round_of(ctx(), target_of(batch))
    shown = shown_import(IMPORT, batch)
    return show("health_checks/sheet_read.html", shown=shown, round=row, trail=_trail(row))


@permission(RECORD)
def sheet_columns(batch_id: UUID) -> Any:
    """Read it again with other meanings of its columns."""
    batch = batch_of(ctx(), IMPORT, batch_id)
    try:
        choose_columns(ctx(), IMPORT, batch, chosen_columns(batch, request.form))
    except Refused as refused:
        flash(str(refused), "warning")
    return redirect(url_for(".sheet_page", batch_id=batch.id), 303)


@permission(RECORD)
def sheet_write(batch_id: UUID) -> Any:
    """Write what was looked at."""
    batch = batch_of(ctx(), IMPORT, batch_id)
    try:
        job = write_sheet(ctx(), IMPORT, batch)
    except Refused as refused:
        flash(str(refused), "warning")
        return redirect(url_for(".sheet_page", batch_id=batch.id), 303)
    if job is not None:
        return redirect(url_for(".sheet_page", batch_id=batch.id), 303)
    written = batch.report["written"]
    flash(
        _("Saved: %(new)s new, %(changed)s corrected.",
          new=written["recorded"], changed=written["corrected"]),
        "success",
    )  # fmt: skip
    return redirect(url_for(".round_page", round_id=target_of(batch)), 303)


@permission(RECORD)
def sheet_undo(batch_id: UUID) -> Any:
    """Take back what a sheet wrote."""
    batch = batch_of(ctx(), IMPORT, batch_id)
    try:
        take_back_sheet(ctx(), IMPORT, batch)
    except Refused as refused:
        flash(str(refused), "danger")
    return redirect(url_for(".sheet_page", batch_id=batch.id), 303)
