"""Importing a list of staff on a page: send it, look at what would happen, do it."""

from __future__ import annotations

import base64
import tempfile
from pathlib import Path
from typing import Any

from flask import flash, redirect
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired

from app.accounts.drafts import discard, kept, store
from app.accounts.staff_import import StaffPlan, apply_import, plan_import
from app.accounts.staff_sheet import StaffRow, read_staff_rows
from app.accounts.staff_views import here
from app.accounts.views import bp
from app.edge.areas import CENTER, SCHOOL
from app.edge.current import ctx, place, show
from app.edge.downloads import XLSX, download
from app.edge.forms import put_error
from app.edge.marks import permission
from app.kernel.errors import Refused
from app.sheets.read import read_workbook
from app.sheets.write import Column, SheetSpec, write_workbook

_LONGEST = 2_000_000
_COLUMNS = ("工号", "姓名", "性别", "手机", "岗位", "学校", "任教班级（班主任）")
_EXAMPLES = (
    ("T001", "林小安", "女", "19900000001", "班主任", "", "三（2）班"),
    ("T002", "石大川", "男", "19900000002", "代理家长、资助专干", "", ""),
)


class SheetForm(FlaskForm):  # type: ignore[misc]
    """A list of staff."""

    file = FileField(
        lazy_gettext("The list (.xlsx, .xls or .csv)"),
        [FileRequired(lazy_gettext("Choose a file."))],
        render_kw={"accept": ".xlsx,.xls,.csv,.tsv,.txt"},
    )


@bp.route(f"{SCHOOL}/staff/import", methods=["GET", "POST"], endpoint="school_staff_import")
@bp.route(f"{CENTER}/staff/import", methods=["GET", "POST"], endpoint="center_staff_import")
@permission("staff.manage")
def staff_import() -> Any:
    """Take a list and show what importing it would do."""
    form = SheetForm()
    if form.validate_on_submit():
        try:
            body = form.file.data.read()
            _rows(body)
            store(ctx(), _key(), base64.b64encode(body).decode(), longest=_LONGEST)
        except Refused as refused:
            put_error(form, refused, default="file")
        else:
            return redirect(here("staff_import_preview"))
    page = show("accounts/staff_import.html", trail=_trail(), form=form, here=here)
    return page, 422 if form.errors else 200


@bp.get(f"{SCHOOL}/staff/import/preview", endpoint="school_staff_import_preview")
@bp.get(f"{CENTER}/staff/import/preview", endpoint="center_staff_import_preview")
@permission("staff.manage")
def staff_import_preview() -> Any:
    """Show each row with what would happen and what is wrong."""
    plan = _plan()
    if plan is None:
        return redirect(here("staff_import"))
    return show("accounts/staff_import_preview.html", trail=_trail(), plan=plan, here=here)


@bp.post(f"{SCHOOL}/staff/import/apply", endpoint="school_staff_import_apply")
@bp.post(f"{CENTER}/staff/import/apply", endpoint="center_staff_import_apply")
@permission("staff.manage")
def staff_import_apply() -> Any:
    """Import the list that was looked at: all of it or nothing."""
    plan = _plan()
    if plan is None:
        return redirect(here("staff_import"))
    try:
        apply_import(ctx(), plan)
    except Refused as refused:
        ctx().session.rollback()
        flash(str(refused), "danger")
        return redirect(here("staff_import_preview"))
    discard(ctx(), _key())
    flash(
        _("Imported: %(new)s new, %(changed)s changed.",
          new=plan.count("new"), changed=plan.count("changed")),
        "success",
    )  # fmt: skip
    return redirect(here("staff"))


@bp.get(f"{SCHOOL}/staff/import/template", endpoint="school_staff_template")
@bp.get(f"{CENTER}/staff/import/template", endpoint="center_staff_template")
@permission("staff.manage")
def staff_template() -> Any:
    """Give an empty list to fill in, with two invented examples."""
    spec = SheetSpec(_("Staff"), [Column(name, 18) for name in _COLUMNS], _EXAMPLES)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "staff.xlsx"
        write_workbook(path, [spec])
        return download(path.read_bytes(), _("Staff list") + ".xlsx", XLSX)


def _key() -> str:
    return f"staff-import.{place() or 'center'}"


def _trail() -> list[tuple[object, str]]:
    return [(_("Staff"), here("staff")), (_("Import a list"), here("staff_import"))]


def _rows(body: bytes) -> list[StaffRow]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "staff"
        path.write_bytes(body)
        return read_staff_rows(read_workbook(path))


def _plan() -> StaffPlan | None:
    """Plan the list that was sent; it lies encrypted among the sender's drafts until then."""
    body = kept(ctx(), _key())
    if body is None:
        return None
    return plan_import(ctx(), _rows(base64.b64decode(body)), school_id=place())
