"""Pages of bank accounts, the same for a school and for the centre: the list, and from a sheet."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _

from app.sdk import (
    AroundSheet,
    SheetForm,
    add_sheet_pages,
    can,
    ctx,
    earlier_sheets,
    list_sheet,
    listed,
    permission,
    send_sheet,
)
from plugins.subsidies.account_import import IMPORT
from plugins.subsidies.account_list import ACCOUNTS_LIST, CENTER_ACCOUNTS_LIST
from plugins.subsidies.center_views import bp as center_bp
from plugins.subsidies.manifest import ACCOUNTS, MONEY
from plugins.subsidies.views import bp as school_bp
from plugins.subsidies.views import page


def _trail(*more: tuple[object, str]) -> list[tuple[object, str]]:
    return [
        (_("Subsidies"), url_for(".home")), (_("Bank accounts"), url_for(".accounts")), *more,
    ]  # fmt: skip


def _around(_place: UUID) -> AroundSheet:
    """Return what stands around the page of a sheet; an account is put right by the next one."""
    trail = _trail((_("From a sheet"), url_for(".from_sheet")))
    return AroundSheet(
        trail, url_for(".from_sheet"), url_for(".accounts"), _("Bank accounts"), undo=False
    )


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
        answer = send_sheet(IMPORT, place, form)
        if answer is not None:
            return answer
    shown = page(
        "account_sheet", form=form, earlier=earlier_sheets(ctx(), IMPORT),
        trail=_trail((_("From a sheet"), "")),
    )  # fmt: skip
    return shown, 422 if form.errors else 200


for _bp in (school_bp, center_bp):
    _bp.add_url_rule("/accounts/sheet", view_func=from_sheet, methods=["GET", "POST"])
    add_sheet_pages(_bp, IMPORT, _around)
