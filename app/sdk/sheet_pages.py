"""The pages of a sheet import: the form, what a sheet says, what its columns mean, writing it.

A module has one page of its own, on which a sheet is sent; the rest are added to its blueprint::

    add_sheet_pages(bp, IMPORT, around)     # what stands around the page of a sheet: its way, links

    form = SheetForm()
    if form.validate_on_submit() and (sent := send_sheet(IMPORT, target_id, form)):
        return sent

``send(form, back)`` of ``sheet_import.html`` shows the form.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from sqlalchemy import select

from app.children.models import ImportBatch
from app.edge.current import ctx, show
from app.edge.forms import put_error
from app.edge.marks import permission
from app.jobs.models import Job
from app.kernel.errors import Refused
from app.kernel.text import Text
from app.sdk.sheet_import import (
    SheetImport,
    batch_of,
    choose_columns,
    receive_sheet,
    target_of,
    write_sheet,
)
from app.sdk.sheet_rows import WHO
from app.sdk.sheet_undo import take_back_sheet


class SheetForm(FlaskForm):  # type: ignore[misc]
    """Send a spreadsheet."""

    file = FileField(
        _("Spreadsheet (.xlsx, .xls or .csv)"),
        [FileRequired(_("Choose a file."))],
        render_kw={"accept": ".xlsx,.xls,.csv"},
    )


@dataclass(frozen=True)
class ShownImport:
    """A sheet as its page shows it; ``meanings`` are what a column may be taken for."""

    batch: ImportBatch
    meanings: Sequence[tuple[str, Text]]
    job: Job | None

    @property
    def report(self) -> dict[str, Any]:
        """Return what was found."""
        return self.batch.report

    def title_of(self, key: str) -> Text | str:
        """Return what a value of the sample is."""
        return dict(self.meanings).get(key, key)

    @property
    def unknown(self) -> list[str]:
        """Return the headings that mean nothing here."""
        sheets = self.report["sheets"]
        return [text for sheet in sheets for _column, text, key in sheet["heads"] if not key]


@dataclass(frozen=True)
class AroundSheet:
    """What stands around the page of a sheet: the way to it, and where its links lead.

    ``again`` is the page on which another sheet is sent, ``back`` where one goes once it is
    written; ``about`` stands in the heading beside the name of the file. Without ``undo`` the
    page offers no taking back.
    """

    trail: Sequence[tuple[object, str]]
    again: str
    back: str
    about: str = ""
    undo: bool = True


def send_sheet(spec: SheetImport, target_id: UUID, form: FlaskForm) -> Any | None:
    """Take the sheet in a form's ``file`` and lead to what it says.

    Returns None, with the reason beside the field, when it cannot be read.
    """
    sent = form.file.data
    try:
        batch = receive_sheet(ctx(), spec, target_id, name=sent.filename or "", body=sent.read())
    except Refused as refused:
        put_error(form, refused, default="file")
        return None
    return _to_page(batch.id)


def add_sheet_pages(
    bp: Blueprint, spec: SheetImport, around: Callable[[UUID], AroundSheet]
) -> None:
    """Add to a blueprint what follows once a sheet was sent, for who holds the permission.

    Endpoints: ``sheet_page`` (what it says), ``sheet_columns``, ``sheet_write`` and ``sheet_undo``.
    ``around`` gets the id of what the sheet fills in, and raises :class:`NotVisible` out of reach.
    """

    def sheet_page(batch_id: UUID) -> Any:
        """Show what a spreadsheet says."""
        batch = batch_of(ctx(), spec, batch_id)
        place = around(target_of(batch))
        shown = shown_import(spec, batch)
        return show("sheet_read.html", shown=shown, around=place, trail=place.trail)

    def sheet_columns(batch_id: UUID) -> Any:
        """Read it again with other meanings of its columns."""
        batch = batch_of(ctx(), spec, batch_id)
        try:
            choose_columns(ctx(), spec, batch, chosen_columns(batch, request.form))
        except Refused as refused:
            flash(str(refused), "warning")
        return _to_page(batch_id)

    def sheet_write(batch_id: UUID) -> Any:
        """Write what was looked at; a long sheet by a job."""
        try:
            write_sheet(ctx(), spec, batch_of(ctx(), spec, batch_id))
        except Refused as refused:
            flash(str(refused), "warning")
        return _to_page(batch_id)

    def sheet_undo(batch_id: UUID) -> Any:
        """Take back what a sheet wrote."""
        try:
            take_back_sheet(ctx(), spec, batch_of(ctx(), spec, batch_id))
        except Refused as refused:
            flash(str(refused), "danger")
        return _to_page(batch_id)

    place = "/sheets/<uuid:batch_id>"
    for rule, view, method in (
        (place, sheet_page, "GET"),
        (f"{place}/columns", sheet_columns, "POST"),
        (f"{place}/write", sheet_write, "POST"),
        (f"{place}/undo", sheet_undo, "POST"),
    ):
        bp.add_url_rule(rule, view_func=permission(spec.permission)(view), methods=[method])


def _to_page(batch_id: UUID) -> Any:
    return redirect(url_for(".sheet_page", batch_id=batch_id), 303)


def shown_import(spec: SheetImport, batch: ImportBatch) -> ShownImport:
    """Return a batch for its page; one query while a job works at it."""
    fields = [*WHO, *spec.writer(ctx(), target_of(batch)).fields]
    meanings = {one.key: one.title for one in fields}
    job = ctx().session.scalar(select(Job).where(Job.id == batch.job_id)) if batch.job_id else None
    own = job if job is not None and job.account_id == ctx().actor.account_id else None
    return ShownImport(batch, list(meanings.items()), own)


def chosen_columns(batch: ImportBatch, form: Mapping[str, str]) -> dict[str, dict[int, str]]:
    """Return what somebody chose each column to mean; a meaning given twice counts once."""
    found: dict[str, dict[int, str]] = {}
    for at, sheet in enumerate(batch.report["sheets"]):
        kept = found[sheet["name"]] = {}
        for column, _text, key in sheet["heads"]:
            wanted = form.get(f"column.{at}.{column}", key)
            kept[column] = "" if wanted in kept.values() else wanted
    return found
