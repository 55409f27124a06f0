"""Pages of a session's spreadsheet: fetched, filled in, sent, looked at, written."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _

from app.sdk import (
    XLSX,
    AroundSheet,
    Column,
    NotVisible,
    SheetForm,
    SheetSpec,
    add_sheet_pages,
    ctx,
    download,
    earlier_sheets,
    permission,
    send_sheet,
    sheet_bytes,
    show,
)
from plugins.guardian_training.kinds import HOME, STAFF
from plugins.guardian_training.manifest import RECORD
from plugins.guardian_training.models import TrainingSession
from plugins.guardian_training.queries import seats, session_of
from plugins.guardian_training.session_views import room_names, session_trail
from plugins.guardian_training.sheet import IMPORT, TEMPLATE, template_rows
from plugins.guardian_training.views import bp


def _held(session_id: UUID) -> TrainingSession:
    """Return a session of guardians that has begun; raises :class:`NotVisible`."""
    found = session_of(ctx(), session_id)
    if found.course.kind == STAFF or found.mode == HOME or found.day > ctx().today():
        raise NotVisible
    return found


def _around(session_id: UUID) -> AroundSheet:
    found = _held(session_id)
    back = url_for(".session", session_id=found.id)
    again = url_for(".attendance_sheet", session_id=found.id)
    trail = session_trail(found, (_("From a sheet"), again))
    return AroundSheet(trail, again, back, found.course.title, undo=False)


@bp.route("/sessions/<uuid:session_id>/sheet", methods=["GET", "POST"])
@permission(RECORD)
def attendance_sheet(session_id: UUID) -> Any:
    """Take a spreadsheet of who came; what it says is shown before anything is saved."""
    found, form = _held(session_id), SheetForm()
    if form.validate_on_submit():
        sent = send_sheet(IMPORT, found.id, form)
        if sent is not None:
            return sent
    shown = show(
        "guardian_training/sheet.html", it=found, form=form,
        earlier=earlier_sheets(ctx(), IMPORT, found.id),
        trail=session_trail(found, (_("From a sheet"), "")),
    )  # fmt: skip
    return shown, 422 if form.errors else 200


@bp.get("/sessions/<uuid:session_id>/sheet.xlsx")
@permission(RECORD)
def attendance_template(session_id: UUID) -> Any:
    """Send the sheet to fill in, with everybody who is expected."""
    found = _held(session_id)
    rows = template_rows(seats(ctx(), found, RECORD), room_names())
    columns = [Column(str(title), width) for title, width in TEMPLATE]
    title = f"{_('Sign-in list')}：{found.course.title}"
    body = sheet_bytes(
        [SheetSpec(_("Sign-in list"), columns, rows, title=title, day=found.day.isoformat())]
    )
    return download(body, f"{_('Sign-in list')}_{found.course.title}{found.day:%Y%m%d}.xlsx", XLSX)


add_sheet_pages(bp, IMPORT, _around)
