"""Pages of spreadsheets: fetched, sent, looked at, written."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, url_for
from flask_babel import gettext as _

from app.sdk import (
    AroundSheet,
    SheetForm,
    add_sheet_pages,
    ctx,
    earlier_sheets,
    permission,
    send_sheet,
    show,
)
from plugins.health_checks.importing import IMPORT
from plugins.health_checks.manifest import RECORD
from plugins.health_checks.models import Round
from plugins.health_checks.queries import round_of


def add_to(bp: Blueprint) -> None:
    """Add the pages to the school's blueprint."""
    bp.route("/rounds/<uuid:round_id>/sheet", methods=["GET", "POST"])(from_sheet)
    add_sheet_pages(bp, IMPORT, _around)


def _trail(row: Round) -> list[tuple[object, str]]:
    return [
        (_("Health checks"), url_for(".rounds")),
        (row.title, url_for(".round_page", round_id=row.id)),
        (_("From a sheet"), ""),
    ]


def _around(round_id: UUID) -> AroundSheet:
    row = round_of(ctx(), round_id)
    return AroundSheet(
        _trail(row),
        again=url_for(".from_sheet", round_id=row.id),
        back=url_for(".round_page", round_id=row.id),
        about=row.title,
    )


@permission(RECORD)
def from_sheet(round_id: UUID) -> Any:
    """Take a spreadsheet; what it says is shown before anything is saved."""
    row, form = round_of(ctx(), round_id), SheetForm()
    if form.validate_on_submit():
        sent = send_sheet(IMPORT, row.id, form)
        if sent:
            return sent
    earlier = earlier_sheets(ctx(), IMPORT, row.id)
    page = show(
        "health_checks/sheet.html", form=form, round=row, earlier=earlier, trail=_trail(row)
    )
    return page, 422 if form.errors else 200
