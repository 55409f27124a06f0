"""The school's pages: sessions of a term, courses, planning."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _

from app.sdk import (
    PAPERS,
    Forbidden,
    NotVisible,
    Refused,
    Term,
    can,
    choices,
    class_options,
    ctx,
    module_settings,
    permission,
    put_error,
    school_id,
    show,
)
from plugins.guardian_training.courses import CourseTold, end_course, save_course
from plugins.guardian_training.coverage import coverage, held
from plugins.guardian_training.forms import CourseForm, SessionForm
from plugins.guardian_training.kinds import (
    AUDIENCES,
    COURSE_KINDS,
    DEFAULT_ANSWERS,
    HOME,
    KIND_OF_FORM,
    MODES,
    STAFF,
    TRAINING,
)
from plugins.guardian_training.manifest import MANAGE, NAME, RECORD, TIMES, VIEW
from plugins.guardian_training.materials import course_files
from plugins.guardian_training.models import Course, TrainingSession
from plugins.guardian_training.queries import course_of, courses, lines, session_of, terms
from plugins.guardian_training.sessions import Planned, call_off, change, plan
from plugins.guardian_training.shown_files import shown_files
from plugins.guardian_training.words import T

bp = Blueprint("guardian_training", __name__, template_folder="templates")


def trail(*more: tuple[object, str]) -> list[tuple[object, str]]:
    """Return the way to a page of the module."""
    return [(_("Training of guardians"), url_for("guardian_training_school.page")), *more]


def term_here(begun: Sequence[Term]) -> Term | None:
    """Return the term that the address asks for, else the newest."""
    asked = request.args.get("term", "")
    return next((one for one in begun if str(one.id) == asked), begun[0] if begun else None)


def id_of(value: str) -> UUID | None:
    """Return an id that the address or a form names; None for nothing; unknown does not exist."""
    if not value:
        return None
    try:
        return UUID(value)
    except ValueError:
        raise NotVisible from None


def may_hold(session: TrainingSession) -> bool:
    """Tell whether the reader may write down who came: to their own class, or to any session."""
    if session.course.kind == STAFF:
        return can(ctx(), MANAGE)
    return can(ctx(), RECORD)


def may_plan(session: TrainingSession) -> bool:
    """Tell whether the reader holds the session's class or, for the whole school, the school."""
    if can(ctx(), MANAGE):
        return True
    return session.homeroom_id in {option.id for option in class_options(ctx(), RECORD)}


def demand_plan(session: TrainingSession) -> None:
    """Refuse who may not plan the session."""
    if not may_plan(session):
        raise Forbidden(MANAGE)


@bp.get("")
@permission(VIEW)
def page() -> Any:
    """Show the sessions of a term and how far the school is."""
    begun = terms(ctx())
    term = term_here(begun)
    times = int(module_settings(ctx(), school_id(), NAME)[TIMES])
    covered = coverage(ctx(), term, times=times) if term else []
    return show(
        "guardian_training/page.html",
        lines=lines(ctx(), school_id(), term),
        terms=begun,
        term=term,
        covered=[one for one in covered if one.school_id == school_id()],
        held=held(ctx(), term).get(school_id(), {}) if term else {},
        kinds=COURSE_KINDS,
        audiences=AUDIENCES,
        modes=MODES,
        times=times,
        may_record=can(ctx(), RECORD),
        may_manage=can(ctx(), MANAGE),
        trail=trail(),
    )


@bp.get("/courses")
@permission(VIEW)
def course_list() -> Any:
    """List the courses that the school offers."""
    offered = courses(ctx(), school_id())
    files = course_files(ctx(), offered)
    return show(
        "guardian_training/courses.html",
        courses=offered,
        files={course_id: shown_files(rows) for course_id, rows in files.items()},
        papers=PAPERS,
        kinds=COURSE_KINDS,
        audiences=AUDIENCES,
        may_manage=can(ctx(), MANAGE),
        may_record=can(ctx(), RECORD),
        trail=trail((_("Courses"), "")),
    )


@bp.route("/courses/new", methods=["GET", "POST"])
@permission(MANAGE)
def new_course() -> Any:
    """Write a course down."""
    form = _course_form()
    if request.method == "GET":
        form.answers.data = "\n".join(map(str, DEFAULT_ANSWERS))
    return _course_page(form, None)


@bp.route("/courses/<uuid:course_id>", methods=["GET", "POST"])
@permission(MANAGE)
def course(course_id: UUID) -> Any:
    """Change a course."""
    found = course_of(ctx(), course_id)
    form = _course_form(found)
    if request.method == "GET":
        form.answers.data = "\n".join(found.answers)
    return _course_page(form, found)


def _course_form(course: Course | None = None) -> CourseForm:
    form = CourseForm(obj=course)
    form.kind.choices = choices(list(COURSE_KINDS.items()))
    form.audience.choices = choices(list(AUDIENCES.items()))
    return form


def _course_page(form: CourseForm, course: Course | None) -> Any:
    if form.validate_on_submit():
        told = CourseTold(
            form.kind.data, form.title.data or "", form.audience.data or [], form.plan.data or "",
            form.materials.data or "", form.lecturer.data or "", form.credits.data,
            form.question.data or "", (form.answers.data or "").splitlines(),
            form.right_answer.data,
        )  # fmt: skip
        try:
            save_course(ctx(), school_id(), told, course)
        except Refused as refused:
            put_error(form, refused)
        else:
            flash(_("Saved: %(course)s", course=told.title), "success")
            return redirect(url_for(".course_list"))
    title = course.title if course else _("New course")
    way = trail((_("Courses"), url_for(".course_list")), (title, ""))
    page = show("guardian_training/course.html", form=form, course=course, trail=way)
    return page, 422 if form.errors else 200


@bp.post("/courses/<uuid:course_id>/end")
@permission(MANAGE)
def close_course(course_id: UUID) -> Any:
    """Offer a course no more."""
    found = course_of(ctx(), course_id)
    end_course(ctx(), found)
    flash(_("No longer offered: %(course)s", course=found.title), "success")
    return redirect(url_for(".course_list"))


@bp.route("/sessions/new", methods=["GET", "POST"])
@permission(RECORD)
def new_session() -> Any:
    """Plan a session, a make-up session, or write one down that took place."""
    makeup_of = id_of(request.args.get("makeup_of", ""))
    missed = session_of(ctx(), makeup_of) if makeup_of else None
    form = _session_form(missed)
    if request.method == "GET":
        _begin(form, missed)
    if form.validate_on_submit():
        try:
            session = _planned(form, missed)
        except Refused as refused:
            put_error(form, refused)
        else:
            flash(_("Planned: %(course)s", course=session.course.title), "success")
            return redirect(url_for(".session", session_id=session.id))
    title = _("Make-up session") if missed else _("New session")
    page = show(
        "guardian_training/plan.html", form=form, session=None, missed=missed, title=title,
        trail=trail((title, "")),
    )  # fmt: skip
    return page, 422 if form.errors else 200


def _session_form(missed: TrainingSession | None, session: TrainingSession | None = None) -> Any:
    form = SessionForm(obj=session)
    rooms = [(str(room.id), room.name) for room in class_options(ctx(), RECORD)]
    whole = [("", _("The whole school"))] if can(ctx(), MANAGE) else []
    form.homeroom.choices = choices([*whole, *rooms])
    offered = [one for one in courses(ctx(), school_id()) if _may_teach(one.kind)]
    form.course.choices = choices(
        [("", T("Something new (write it below)")), *((str(c.id), c.title) for c in offered)]
    )
    form.kind.choices = choices([(k, title) for k, title in COURSE_KINDS.items() if _may_teach(k)])
    form.audience.choices = choices(list(AUDIENCES.items()))
    form.mode.choices = choices([(key, title) for key, title in MODES.items() if key != HOME])
    if missed or session:
        for name in ("course", "kind", "title", "audience"):
            del form[name]
    return form


def _may_teach(kind: str) -> bool:
    return kind != STAFF or can(ctx(), MANAGE)


def _begin(form: Any, missed: TrainingSession | None) -> None:
    form.day.data = ctx().today()
    if missed is not None:
        form.place.data, form.starts_at.data = missed.place, missed.starts_at
        form.homeroom.data = str(missed.homeroom_id or "")
        return
    form.course.data = request.args.get("course", "")
    form.kind.data = KIND_OF_FORM.get(request.args.get("kind", ""), TRAINING)
    form.homeroom.data = request.args.get("homeroom", form.homeroom.data)


def _planned(form: Any, missed: TrainingSession | None) -> TrainingSession:
    return plan(ctx(), missed.course if missed else _course(form), _told(form, missed))


def _told(form: Any, missed: TrainingSession | None) -> Planned:
    room = id_of(form.homeroom.data or "")
    if room is None and not can(ctx(), MANAGE):
        raise Forbidden(MANAGE)
    return Planned(
        form.day.data, form.starts_at.data or "", form.mode.data, form.place.data or "", room,
        missed,
    )  # fmt: skip


def _course(form: Any) -> Course:
    chosen = id_of(form.course.data or "")
    if chosen is not None:
        return course_of(ctx(), chosen)
    told = CourseTold(form.kind.data, form.title.data or "", form.audience.data or [])
    return save_course(ctx(), school_id(), told)


@bp.route("/sessions/<uuid:session_id>/change", methods=["GET", "POST"])
@permission(RECORD)
def change_session(session_id: UUID) -> Any:
    """Change when and where a session is."""
    found = session_of(ctx(), session_id)
    demand_plan(found)
    form = _session_form(None, found)
    if request.method == "GET":
        form.homeroom.data = str(found.homeroom_id or "")
    if form.validate_on_submit():
        try:
            change(ctx(), found, _told(form, None))
        except Refused as refused:
            put_error(form, refused)
        else:
            flash(_("Saved: %(course)s", course=found.course.title), "success")
            return redirect(url_for(".session", session_id=found.id))
    way = trail((found.course.title, url_for(".session", session_id=found.id)), (_("Change"), ""))
    page = show(
        "guardian_training/plan.html", form=form, session=found, missed=None, title=_("Change"),
        trail=way,
    )  # fmt: skip
    return page, 422 if form.errors else 200


@bp.post("/sessions/<uuid:session_id>/call-off")
@permission(RECORD)
def call_session_off(session_id: UUID) -> Any:
    """Call a session off."""
    found = session_of(ctx(), session_id)
    demand_plan(found)
    call_off(ctx(), found, reason=request.form.get("reason", ""))
    flash(_("Called off: %(course)s", course=found.course.title), "success")
    return redirect(url_for(".page"))
