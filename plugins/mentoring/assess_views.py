"""The school's pages of mentors' terms; the person concerned sees the own one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from app.sdk import (
    Forbidden,
    NotVisible,
    Page,
    Refused,
    Term,
    audit,
    can,
    choices,
    ctx,
    page_of,
    permission,
    put_error,
    school_id,
    show,
)
from plugins.mentoring.assess import Facts
from plugins.mentoring.assess_queries import (
    MentorTerm,
    TermBoard,
    duties_behind,
    explanations,
    named,
    term_board,
    terms,
)
from plugins.mentoring.assess_services import (
    FACTS,
    assessment_of,
    explain,
    levels,
    review_term,
    sign,
    state,
)
from plugins.mentoring.forms import AssessmentForm, ExplainForm, StatementForm
from plugins.mentoring.manifest import ASSESS, SEE_ALL, VIEW
from plugins.mentoring.views import bp, trail

_ROWS = ("contacts", "late", "many", "before", "confirmed", "contested", "unanswered")


def term_asked() -> Term | None:
    """Return the term that the address asks for, else the newest that has begun."""
    found = terms(ctx())
    asked = request.args.get("term", "")
    return next((term for term in found if str(term.id) == asked), found[0] if found else None)


def assessment_trail(*more: tuple[object, str]) -> list[tuple[object, str]]:
    """Return the way to a page of assessments."""
    return trail((_("Assessment"), url_for("mentoring_school.assessments")), *more)


@bp.get("/assessment")
@permission(VIEW)
def assessments() -> Any:
    """Show the term of all mentors side by side, by name; to others their own."""
    term = term_asked()
    if not can(ctx(), SEE_ALL):
        if ctx().actor.staff_id is None:
            raise NotVisible
        return redirect(url_for(".assessment", staff_id=ctx().actor.staff_id))
    found = term_board(ctx(), school_id(), term) if term else None
    audit(ctx(), "mentoring.assessments.read", school_id=school_id())
    return show(
        "mentoring/assessments.html",
        found=found,
        term=term,
        terms=terms(ctx()),
        trail=assessment_trail(),
    )


def _allowed(staff_id: UUID) -> Term:
    """Let the person concerned and who sees all mentors in; everybody else finds nothing."""
    term = term_asked()
    if term is None or (staff_id != ctx().actor.staff_id and not can(ctx(), SEE_ALL)):
        raise NotVisible
    return term


def _one(staff_id: UUID, term: Term) -> tuple[TermBoard, MentorTerm | None]:
    found = term_board(ctx(), school_id(), term, staff_id)
    if not found.mentors and staff_id != ctx().actor.staff_id:
        raise NotVisible
    return found, found.mentors[0] if found.mentors else None


@bp.get("/assessment/<uuid:staff_id>")
@permission(VIEW)
def assessment(staff_id: UUID) -> Any:
    """Show one mentor's term with what was said of it."""
    return _assessment(staff_id)


def _assessment(
    staff_id: UUID,
    statement: StatementForm | None = None,
    explaining: ExplainForm | None = None,
    reviewing: AssessmentForm | None = None,
) -> Any:
    term = _allowed(staff_id)
    found, one = _one(staff_id, term)
    said = one.assessment if one else None
    own = staff_id == ctx().actor.staff_id
    errors = any(form is not None and form.errors for form in (statement, explaining, reviewing))
    return show(
        "mentoring/assessment.html",
        one=one,
        found=found,
        term=term,
        terms=terms(ctx()),
        said=said,
        own=own,
        may_assess=can(ctx(), ASSESS) and not own,
        explained=explanations(ctx(), school_id(), term, staff_id),
        facts=FACTS,
        statement_form=statement or StatementForm(formdata=None, obj=said),
        explain_form=explaining or _explain_form(fresh=True),
        review_form=reviewing or _review_form(said, fresh=True),
        trail=assessment_trail((one.staff.name if one else _("My term"), "")),
    ), 422 if errors else 200


def _explain_form(*, fresh: bool = False) -> ExplainForm:
    form = ExplainForm(formdata=None) if fresh else ExplainForm()
    form.fact.choices = choices(list(FACTS.items()))
    return form


def _review_form(said: object, *, fresh: bool = False) -> AssessmentForm:
    form = AssessmentForm(formdata=None, obj=said) if fresh else AssessmentForm()
    form.level.choices = choices([(word, word) for word in levels(ctx(), school_id())])
    return form


@bp.get("/assessment/<uuid:staff_id>/rows/<what>")
@permission(VIEW)
def rows(staff_id: UUID, what: str) -> Any:
    """Open the rows behind a number of one mentor's term."""
    term = _allowed(staff_id)
    found, one = _one(staff_id, term)
    if one is None:
        raise NotVisible
    way = (one.staff.name, url_for(".assessment", staff_id=staff_id, term=term.id))
    return _rows(found, term, what, Behind(one.staff.name, one.facts), way)


@bp.get("/assessment/rows/<what>")
@permission(SEE_ALL)
def total_rows(what: str) -> Any:
    """Open the rows behind a number of a class or of the whole school."""
    term = term_asked()
    if term is None:
        raise NotVisible
    found, room = term_board(ctx(), school_id(), term), request.args.get("homeroom", "")
    whole = Behind(_("Whole school"), found.whole)
    classes = {str(it.room_id): Behind(it.room, it.facts, it.room_id) for it in found.classes}
    behind = classes.get(room) if room else whole
    if behind is None:
        raise NotVisible
    way = (behind.name, url_for(".assessments", term=term.id))
    return _rows(found, term, what, behind, way, several=True)


@dataclass(frozen=True)
class Behind:
    """Whose number is opened: a person's, a class's (``room_id``) or the school's."""

    name: str
    facts: Facts
    room_id: UUID | None = None


def _rows(
    found: TermBoard,
    term: Term,
    what: str,
    behind: Behind,
    way: tuple[str, str],
    *,
    several: bool = False,
) -> str:
    if what not in (*_ROWS, "duties"):
        raise NotVisible
    behind_it: Sequence[Any] = (
        duties_behind(ctx(), found.held, term, behind.room_id)
        if what == "duties"
        else getattr(behind.facts, what)
    )
    number = request.args.get("page", 1, type=int)
    page: Page[Any] = page_of(behind_it, number)
    kept = {**request.args, **(request.view_args or {})}
    people = {pairing.staff.id: pairing.staff for pairing in found.held}
    return show(
        "mentoring/rows.html",
        whose=behind.name,
        what=what,
        found=page,
        people=people if several else {},
        children=named(ctx(), {row.child_id for row in page.rows}),
        kinds=ctx().registry.entry_kinds,
        page_url=lambda n: url_for(str(request.endpoint), **{**kept, "page": n}),
        trail=assessment_trail(way, (_("Records behind it"), "")),
    )


def _back(staff_id: UUID, term: Term) -> Any:
    return redirect(url_for(".assessment", staff_id=staff_id, term=term.id))


@bp.post("/assessment/<uuid:staff_id>/statement")
@permission(VIEW)
def say(staff_id: UUID) -> Any:
    """Keep the person's own words on the term."""
    term, form = _own(staff_id), StatementForm()
    if form.validate_on_submit():
        try:
            row = assessment_of(ctx(), school_id(), term, staff_id)
            state(ctx(), row, form.statement.data or "")
        except Refused as refused:
            put_error(form, refused)
        else:
            flash(_("Your words are kept."), "success")
            return _back(staff_id, term)
    return _assessment(staff_id, statement=form)


@bp.post("/assessment/<uuid:staff_id>/explain")
@permission(VIEW)
def explain_fact(staff_id: UUID) -> Any:
    """Keep what the person says about a fact."""
    term, form = _own(staff_id), _explain_form()
    if form.validate_on_submit():
        explain(
            ctx(), school_id=school_id(), term=term, staff_id=staff_id,
            fact=form.fact.data, text=form.text.data or "",
        )  # fmt: skip
        flash(_("Your explanation stands beside the fact now."), "success")
        return _back(staff_id, term)
    return _assessment(staff_id, explaining=form)


def _own(staff_id: UUID) -> Term:
    term = _allowed(staff_id)
    if (
        staff_id != ctx().actor.staff_id
        or not term_board(ctx(), school_id(), term, staff_id).mentors
    ):
        raise Forbidden(VIEW)
    return term


@bp.post("/assessment/<uuid:staff_id>/review")
@permission(ASSESS)
def write_review(staff_id: UUID) -> Any:
    """Keep the review of a mentor's term; with the second button it is signed."""
    term = _allowed(staff_id)
    _found, one = _one(staff_id, term)
    if one is None:
        raise NotVisible
    form = _review_form(one.assessment)
    if form.validate_on_submit():
        row = assessment_of(ctx(), school_id(), term, staff_id)
        try:
            review_term(
                ctx(), row, review=form.review.data or "", level=form.level.data or "",
                commend=bool(form.commend.data), reason=form.commend_reason.data or "",
            )  # fmt: skip
            if request.form.get("sign"):
                sign(ctx(), row, one.staff)
        except Refused as refused:
            put_error(form, refused)
        else:
            flash(_("The review is signed.") if row.signed_at else _("The review is kept."),
                  "success")  # fmt: skip
            return _back(staff_id, term)
    return _assessment(staff_id, reviewing=form)
