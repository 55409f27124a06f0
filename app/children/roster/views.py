"""Importing a roster on pages: send the file, look at what would happen, import, take back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import flash, g, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from sqlalchemy import select

from app.children.doubles.queries import count_doubles
from app.children.models import ImportBatch
from app.children.roster import batches, titles
from app.children.roster.match import OTHER, SAME
from app.children.roster.report import COLUMN_LEFT_OUT, NO_GRADE
from app.children.words import RELATIONS, SEXES
from app.db.scope import Reach
from app.edge.areas import AreaBlueprint
from app.edge.current import ctx, show
from app.edge.downloads import XLSX, download
from app.edge.forms import put_error
from app.edge.marks import permission
from app.edge.paging import Page, paginate
from app.jobs.models import Job
from app.kernel.errors import Refused

bp = AreaBlueprint("roster", __name__, area="center")
_PAGE = 100
_SHOWN = 200


class UploadForm(FlaskForm):  # type: ignore[misc]
    """Send a roster."""

    file = FileField(
        lazy_gettext("List of children (.xlsx, .xls or .csv)"),
        [FileRequired(lazy_gettext("Choose a file."))],
    )


@dataclass(frozen=True)
class _Found:
    """A finding as the page shows it."""

    sheet: str
    row: int
    heading: str
    refused: bool
    whole_column: bool
    reason: str


@bp.route("/imports", methods=["GET", "POST"])
@permission("children.import")
def center_imports() -> Any:
    """List the imports of the centre and take a new roster of all its schools."""
    if ctx().scope.reach is not Reach.CENTER:
        return show("roster/choose_school.html", schools=g.workplace.schools)
    return _imports()


@bp.route("/s/<slug:school>/imports", methods=["GET", "POST"])
@permission("children.import")
def school_imports() -> Any:
    """List the imports of a school and take a new roster."""
    return _imports()


def _imports() -> Any:
    form = UploadForm()
    if form.validate_on_submit():
        try:
            batch = batches.receive(
                ctx(), file_name=form.file.data.filename or "", body=form.file.data.read()
            )
        except Refused as refused:
            put_error(form, refused, default="file")
        else:
            return redirect(url_for("roster.batch", batch_id=batch.id), 303)
    found = paginate(ctx().session, batches.earlier(), _number("page"), size=20, scalars=False)
    return show("roster/imports.html", form=form, found=found, page_url=_page_url), (
        422 if form.errors else 200
    )


@bp.get("/imports/<uuid:batch_id>")
@bp.get("/s/<slug:school>/imports/<uuid:batch_id>")
@permission("children.import")
def batch(batch_id: UUID) -> Any:
    """Show what an import would do or has done."""
    found = batches.find_batch(ctx(), batch_id)
    report = found.report
    return show(
        "roster/batch.html",
        trail=[(_("Import rosters"), url_for(_list_page())), (found.file_name, "")],
        batch=found,
        report=report,
        problems=_problems(report),
        sheet_choices=[(sheet["name"], sheet["name"]) for sheet in report["sheets"]],
        counts=_counts(report),
        grades=[
            (_("Class not known") if grade == NO_GRADE else grade, count)
            for grade, count in report.get("grades") or sorted(report["by_grade"].items())
        ],
        columns=_columns(report),
        wanted={"level": request.args.get("level", ""), "sheet": request.args.get("sheet", "")},
        job=_own_job(found),
        back=request.full_path.rstrip("?"),
        page_url=_page_url,
        differences=report.get("differences", [])[:_SHOWN],
        doubles=count_doubles(ctx()) if found.state == "applied" else 0,
        doubles_url=url_for("doubles." + ("school_page" if g.get("school_id") else "center_page")),
        likely=report.get("likely", [])[:_SHOWN],
        field_title=titles.field_title,
        value_title=titles.value_title,
        kinds=titles.LEFT_BEHIND,
        sexes=SEXES,
        relations=RELATIONS,
        list_url=url_for(_list_page()),
    )


@bp.post("/imports/<uuid:batch_id>/apply")
@bp.post("/s/<slug:school>/imports/<uuid:batch_id>/apply")
@permission("children.import")
def apply(batch_id: UUID) -> Any:
    """Start the import with what was decided on the preview."""
    found = batches.find_batch(ctx(), batch_id)
    answers = {
        proposal["key"]: answer
        for at, proposal in enumerate(found.report.get("proposals", []))
        if (answer := request.form.get(f"answer-{at}")) in (SAME, OTHER)
    }
    try:
        take_file = request.form.get("take_file") == "1"
        join = request.form.get("join") == "1"
        batches.ask_apply(ctx(), found, take_file=take_file, join=join, answers=answers)
    except Refused as refused:
        flash(str(refused), "warning")
    return redirect(url_for("roster.batch", batch_id=batch_id), 303)


@bp.post("/imports/<uuid:batch_id>/undo")
@bp.post("/s/<slug:school>/imports/<uuid:batch_id>/undo")
@permission("children.import")
def undo(batch_id: UUID) -> Any:
    """Take an import back."""
    try:
        count = batches.take_back(ctx(), batches.find_batch(ctx(), batch_id))
    except Refused as refused:
        flash(str(refused), "danger")
    else:
        flash(_("The import of %(n)s children was taken back.", n=count), "success")
    return redirect(url_for("roster.batch", batch_id=batch_id), 303)


@bp.get("/imports/<uuid:batch_id>/corrections.xlsx")
@bp.get("/s/<slug:school>/imports/<uuid:batch_id>/corrections.xlsx")
@permission("children.import")
def corrections(batch_id: UUID) -> Any:
    """Give the rows to correct as a workbook in the school's own layout."""
    found = batches.find_batch(ctx(), batch_id)
    told = _("There is nothing to correct.")
    try:
        body = batches.corrections(ctx(), found)
    except Refused as refused:
        body, told = None, str(refused)
    if body is None:
        flash(told, "info")
        return redirect(url_for("roster.batch", batch_id=batch_id), 303)
    stem = found.file_name.rpartition(".")[0] or found.file_name
    return download(body, _("%(file)s - to correct.xlsx", file=stem), XLSX)


def _list_page() -> str:
    return "roster.school_imports" if g.get("school_id") else "roster.center_imports"


def _number(name: str) -> int:
    return request.args.get(name, 1, type=int)


def _page_url(page: int) -> str:
    asked: dict[str, Any] = {**(request.view_args or {}), **request.args, "page": page}
    return url_for(request.endpoint or "", **asked)


def _own_job(found: ImportBatch) -> Job | None:
    if found.job_id is None or found.state != "applying":
        return None
    wanted = select(Job).where(Job.id == found.job_id, Job.account_id == ctx().actor.account_id)
    return ctx().session.scalar(wanted)


def _counts(report: dict[str, Any]) -> list[tuple[object, int]]:
    sexes = [(SEXES[sex], report["by_sex"][sex]) for sex in SEXES if sex in report["by_sex"]]
    declared = report["by_left_behind"]
    return [*sexes, *((title, declared[kind]) for kind, title in titles.LEFT_BEHIND.items())]


def _columns(report: dict[str, Any]) -> list[tuple[str, list[tuple[str, str | None]]]]:
    """Return by sheet how each heading was read; of two alike, the second has its column."""
    kept = report.get("columns") or [[s["name"], s["mapping"].items()] for s in report["sheets"]]
    return [
        (sheet, [(" ".join(heading.split("#")), key) for heading, key in columns])
        for sheet, columns in kept
    ]


def _problems(report: dict[str, Any]) -> Page[_Found]:
    level, sheet = request.args.get("level", ""), request.args.get("sheet", "")
    rows = [
        problem
        for problem in report.get("problems", [])
        if level in ("", problem["level"]) and sheet in ("", problem["sheet"])
    ]
    last = max(1, -(-len(rows) // _PAGE))
    page = min(max(1, _number("page")), last)
    shown = rows[(page - 1) * _PAGE : page * _PAGE]
    found = [
        _Found(
            problem["sheet"],
            problem["row"],
            titles.own_heading(report["sheets"], problem["sheet"], problem["field"]),
            problem["level"] == "refused",
            problem["code"] in COLUMN_LEFT_OUT,
            problem["reason"],
        )
        for problem in shown
    ]
    return Page(found, page, _PAGE, len(rows))
