"""The school's lists: who never came, whom to make up for, attendance, teachers' credits."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from app.sdk import (
    XLSX,
    Cell,
    Column,
    NotVisible,
    Refused,
    SheetSpec,
    Upload,
    audit,
    can,
    choices,
    ctx,
    download,
    list_sheet,
    listed,
    permission,
    put_error,
    school_id,
    sheet_bytes,
    show,
)
from plugins.guardian_training import home
from plugins.guardian_training.credits import earned
from plugins.guardian_training.forms import HomeForm
from plugins.guardian_training.kinds import STAFF
from plugins.guardian_training.listing import MAKE_UP, NEVER_CAME, REGISTER
from plugins.guardian_training.manifest import RECORD, VIEW
from plugins.guardian_training.queries import courses
from plugins.guardian_training.views import bp, id_of, trail
from plugins.guardian_training.words import T

_YEAR_BEGINS = 9


@bp.get("/never")
@permission(VIEW)
def never() -> Any:
    """List who has never come to anything."""
    return show(
        "guardian_training/absentees.html",
        shown=listed(NEVER_CAME, sheet=".never_sheet"),
        tab="never",
        may_record=can(ctx(), RECORD),
        trail=trail((_("Who has never come"), "")),
    )


@bp.get("/never.xlsx")
@permission(VIEW)
def never_sheet() -> Any:
    """Send who has never come as a spreadsheet."""
    return list_sheet(NEVER_CAME, page=".never")


@bp.get("/make-up")
@permission(VIEW)
def make_up() -> Any:
    """List who missed a training of this term and has come to none since."""
    return show(
        "guardian_training/absentees.html",
        shown=listed(MAKE_UP, sheet=".make_up_sheet"),
        tab="make_up",
        may_record=can(ctx(), RECORD),
        trail=trail((_("To make up"), "")),
    )


@bp.get("/make-up.xlsx")
@permission(VIEW)
def make_up_sheet() -> Any:
    """Send whom to make up for as a spreadsheet."""
    return list_sheet(MAKE_UP, page=".make_up")


@bp.get("/attendance")
@permission(VIEW)
def register_list() -> Any:
    """List who came to what."""
    return show(
        "guardian_training/register.html",
        shown=listed(REGISTER, sheet=".register_sheet"),
        trail=trail((_("Attendance"), "")),
    )


@bp.get("/attendance.xlsx")
@permission(VIEW)
def register_sheet() -> Any:
    """Send who came to what as a spreadsheet."""
    return list_sheet(REGISTER, page=".register_list")


def year_began(today: date) -> date:
    """Return the first day of the school year."""
    return date(today.year - (today.month < _YEAR_BEGINS), _YEAR_BEGINS, 1)


@bp.get("/credits")
@permission(VIEW)
def staff_credits() -> Any:
    """Show the credits of continuing education that teachers earned in the school year."""
    since = year_began(ctx().today())
    return show(
        "guardian_training/credits.html",
        people=earned(ctx(), school_id(), since),
        since=since,
        trail=trail((_("Teachers' credits"), "")),
    )


@bp.get("/credits.xlsx")
@permission(VIEW)
def credit_sheet() -> Any:
    """Send teachers' credits as a spreadsheet."""
    found = earned(ctx(), school_id(), year_began(ctx().today()))
    columns = [Column(str(T("Name")), 10), Column(str(T("Trainings")), 10),
               Column(str(T("Credits")), 10), Column(str(T("Which")), 60)]  # fmt: skip
    rows: list[list[Cell | None]] = [
        [one.staff.name, len(one.trainings), float(one.credits),
         "；".join(f"{row.session.day} {row.session.course.title}" for row in one.trainings)]
        for one in found
    ]  # fmt: skip
    title = str(T("Teachers' credits"))
    audit(ctx(), "guardian_training.credits.export", school_id=school_id(), count=len(rows))
    body = sheet_bytes([SheetSpec(title, columns, rows, title=title)])
    return download(body, f"{title}{ctx().today():%Y%m%d}.xlsx", XLSX)


@bp.route("/home", methods=["GET", "POST"])
@permission(RECORD)
def to_home() -> Any:
    """Write down that a training was brought to the home of a guardian."""
    asked = id_of(request.args.get("guardian", ""))
    people = home.household(ctx(), asked, RECORD) if asked else []
    if not people:
        raise NotVisible
    form = HomeForm()
    form.guardians.choices = choices([(str(one.id), home.words(one)) for one in people])
    offered = [one for one in courses(ctx(), school_id()) if one.kind != STAFF]
    form.course.choices = choices(
        [("", T("Something new (write it below)")), *((str(c.id), c.title) for c in offered)]
    )
    if request.method == "GET":
        form.guardians.data, form.day.data = [str(asked)], ctx().today()
        form.course.data = str(offered[0].id) if offered else ""
    if form.validate_on_submit():
        try:
            session = home.bring(ctx(), school_id(), _told(form))
        except Refused as refused:
            put_error(form, refused)
        else:
            flash(_("Written down: %(course)s at home.", course=session.course.title), "success")
            return redirect(url_for(".session", session_id=session.id))
    way = trail((_("Training at home"), ""))
    page = show("guardian_training/home.html", form=form, first=people[0], trail=way)
    return page, 422 if form.errors else 200


def _told(form: HomeForm) -> home.Brought:
    sent = request.files.get("photo")
    return home.Brought(
        guardians=[id_of(value) for value in form.guardians.data or []],
        course=id_of(form.course.data or ""),
        title=form.title.data or "",
        day=form.day.data or ctx().today(),
        place=form.place.data or "",
        summary=form.summary.data or "",
        photo=Upload(sent.filename, sent.read()) if sent is not None and sent.filename else None,
    )
