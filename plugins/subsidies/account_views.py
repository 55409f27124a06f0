"""Pages of bank accounts, the same for a school and for the centre: the list, and from a sheet."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _

from app.sdk import (
    Refused,
    SheetForm,
    batch_of,
    can,
    choose_columns,
    chosen_columns,
    ctx,
    earlier_sheets,
    list_sheet,
    listed,
    permission,
    put_error,
    receive_sheet,
    shown_import,
    write_sheet,
)
from plugins.subsidies.account_import import IMPORT
from plugins.subsidies.account_list import ACCOUNTS_LIST, CENTER_ACCOUNTS_LIST
from plugins.subsidies.center_views import bp as center_bp
from plugins.subsidies.manifest import ACCOUNTS, MONEY
from plugins.subsidies.views import bp as school_bp
from plugins.subsidies.views import page


def add_to(bp: Blueprint) -> None:
    """Add the pages to a blueprint."""
    bp.route("/accounts/sheet", methods=["GET", "POST"])(from_sheet)
    bp.get("/accounts/sheets/<uuid:batch_id>")(sheet_page)
    bp.post("/accounts/sheets/<uuid:batch_id>/columns")(sheet_columns)
    bp.post("/accounts/sheets/<uuid:batch_id>/write")(sheet_write)


def _trail(*more: tuple[object, str]) -> list[tuple[object, str]]:
    return [
        (_("Subsidies"), url_for(".home")), (_("Bank accounts"), url_for(".accounts")), *more,
    ]  # fmt: skip


@school_bp.get("/accounts")
@permission(MONEY)
def accounts() -> Any:
    """List the pupils of a school with their accounts."""
    return _listed(listed(ACCOUNTS_LIST, sheet=".accounts_sheet"))


@school_bp.get("/accounts.xlsx")
@permission(MONEY)
def accounts_sheet() -> Any:
    """Send the list as a spreadsheet, to be filled in and sent back."""
    return list_sheet(ACCOUNTS_LIST, page=".accounts")


@center_bp.get("/accounts", endpoint="accounts")
@permission(MONEY)
def center_accounts() -> Any:
    """List the pupils of all schools with their accounts."""
    return _listed(listed(CENTER_ACCOUNTS_LIST, sheet=".accounts_sheet"))


@center_bp.get("/accounts.xlsx", endpoint="accounts_sheet")
@permission(MONEY)
def center_accounts_sheet() -> Any:
    """Send the list of all schools as a spreadsheet."""
    return list_sheet(CENTER_ACCOUNTS_LIST, page=".accounts")


def _listed(shown: Any) -> Any:
    trail = [(_("Subsidies"), url_for(".home")), (_("Bank accounts"), "")]
    return page("accounts", shown=shown, may_write=can(ctx(), ACCOUNTS), trail=trail)


@permission(ACCOUNTS)
def from_sheet() -> Any:
    """Take a spreadsheet of accounts; what it says is shown before anything is saved."""
    form, place = SheetForm(), (*ctx().scope.school_ids, ctx().scope.center_id)[0]
    if form.validate_on_submit():
        sent = form.file.data
        try:
            batch = receive_sheet(ctx(), IMPORT, place, name=sent.filename or "", body=sent.read())
        except Refused as refused:
            put_error(form, refused, default="file")
        else:
            return redirect(url_for(".sheet_page", batch_id=batch.id), 303)
    shown = page(
        "account_sheet", form=form, earlier=earlier_sheets(ctx(), IMPORT),
        trail=_trail((_("From a sheet"), "")),
    )  # fmt: skip
    return shown, 422 if form.errors else 200


@permission(ACCOUNTS)
def sheet_page(batch_id: UUID) -> Any:
    """Show what a spreadsheet says, numbers by their last digits."""
    batch = batch_of(ctx(), IMPORT, batch_id)
    shown = shown_import(IMPORT, batch)
    return page("account_sheet_read", shown=shown, trail=_trail((batch.file_name, "")))


@permission(ACCOUNTS)
def sheet_columns(batch_id: UUID) -> Any:
    """Read it again with other meanings of its columns."""
    batch = batch_of(ctx(), IMPORT, batch_id)
    try:
        choose_columns(ctx(), IMPORT, batch, chosen_columns(batch, request.form))
    except Refused as refused:
        flash(str(refused), "warning")
    return redirect(url_for(".sheet_page", batch_id=batch.id), 303)


@permission(ACCOUNTS)
def sheet_write(batch_id: UUID) -> Any:
    """Write the accounts that were looked at."""
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
        _("Accounts saved: %(new)s new, %(changed)s changed.", new=written["recorded"],
          changed=written["corrected"]),
        "success",
    )  # fmt: skip
    return redirect(url_for(".accounts"), 303)


add_to(school_bp)
add_to(center_bp)
