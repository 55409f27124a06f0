"""The school's pages of pairings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _

from app.sdk import (
    Child,
    MentorHere,
    NotVisible,
    Refused,
    Staff,
    can,
    choices,
    colleagues,
    ctx,
    make_mentor,
    mentors_of_school,
    permission,
    put_error,
    school_id,
    show,
)
from plugins.mentoring.forms import MentorForm, OutsiderForm
from plugins.mentoring.manifest import PAIR, SEE_ALL, VIEW
from plugins.mentoring.plans import TITLES, reviews_until
from plugins.mentoring.queries import board, history, proposed, pupils
from plugins.mentoring.services import OUTSIDERS, assign, take_on_outsider
from plugins.mentoring.words import T

bp = Blueprint("mentoring", __name__, template_folder="templates")
_SHOWN = 30
_SOON = timedelta(days=14)
_SEXES = (("male", T("Man")), ("female", T("Woman")), ("unknown", T("Not said")))
OUTSIDER_WORDS = {
    "retired": T("Retired teacher or cadre"),
    "volunteer": T("Volunteer or neighbour"),
    "partner": T("Partner organisation"),
}


def trail(*more: tuple[object, str]) -> list[tuple[object, str]]:
    """Return the way to a page of pairings."""
    return [(_("Mentoring"), url_for("mentoring_school.page")), *more]


@bp.get("")
@permission(VIEW)
def page() -> Any:
    """Show who has no mentor, who has one, and how many each has."""
    found = board(ctx(), school_id())
    idle_only = request.args.get("idle") == "1"
    return show(
        "mentoring/page.html",
        found=found,
        pairs=[pair for pair in found.pairs if pair.idle or not idle_only],
        idle_only=idle_only,
        plans=reviews_until(ctx(), ctx().today() + _SOON),
        titles=TITLES,
        today=ctx().today(),
        shown=_SHOWN if request.args.get("all") != "1" else len(found.unpaired),
        may_pair=can(ctx(), PAIR),
        sees_all=can(ctx(), SEE_ALL),
        trail=trail(),
    )


def _chosen(children: Sequence[Child]) -> list[tuple[Child, UUID | None]]:
    """Return what the form says of each child that the actor may pair."""
    wanted: list[tuple[Child, UUID | None]] = []
    for child in children:
        value = request.form.get(f"mentor-{child.id}")
        if value is not None:
            try:
                wanted.append((child, UUID(value) if value else None))
            except ValueError:
                raise Refused(T("Choose a mentor of this school."), "mentor") from None
    return wanted


def _sent() -> list[Child]:
    """Return the children of the form whom the actor may pair."""
    ids = []
    for name in request.form:
        if name.startswith("mentor-"):
            try:
                ids.append(UUID(name.removeprefix("mentor-")))
            except ValueError:
                raise NotVisible from None
    return [pupil.child for pupil in pupils(ctx(), school_id(), PAIR, ids)]


@bp.get("/proposal")
@permission(PAIR)
def proposal() -> Any:
    """Show whom the rules propose for each child without a mentor; each line can be changed."""
    return _proposal()


def _proposal() -> str:
    found = board(ctx(), school_id())
    chosen = proposed(ctx(), school_id(), found)
    # A page that an old phone can bear: who was found a mentor, and the first of the others.
    others = [pupil for pupil in found.unpaired if pupil.child.id not in chosen]
    listed = [pupil for pupil in found.unpaired if pupil.child.id in chosen]
    listed += others if request.args.get("all") == "1" else others[:_SHOWN]
    return show(
        "mentoring/proposal.html",
        found=found,
        chosen=chosen,
        listed=listed,
        trail=trail((_("Proposal"), "")),
    )


@bp.post("/proposal")
@permission(PAIR)
def accept() -> Any:
    """Pair the children as the list says."""
    try:
        count = assign(ctx(), [(c, grant) for c, grant in _chosen(_sent()) if grant is not None])
    except Refused as refused:
        flash(str(refused), "danger")
        return _proposal(), 422
    flash(_("%(count)s children have a mentor now.", count=count), "success")
    return redirect(url_for(".page"))


def mentor_here(staff_id: UUID) -> MentorHere | None:
    """Return somebody who is a mentor at the school today."""
    return next((m for m in mentors_of_school(ctx(), school_id()) if m.staff.id == staff_id), None)


def _own_or_all(staff_id: UUID) -> None:
    """Let everybody see the own page, and who answers for all mentors each of them."""
    if staff_id != ctx().actor.staff_id and not (can(ctx(), SEE_ALL) or can(ctx(), PAIR)):
        raise NotVisible


def staff_of_history(staff_id: UUID) -> Staff:
    """Return who is, or was, a mentor at the school; raises :class:`NotVisible`."""
    here = mentor_here(staff_id)
    if here is not None:
        return here.staff
    found = history(ctx(), staff_id=staff_id, school_id=school_id())
    if not found:
        raise NotVisible
    return found[0].pairing.staff


@bp.get("/mentors/<uuid:staff_id>")
@permission(VIEW)
def mentor(staff_id: UUID) -> Any:
    """Show a mentor's children, now and before; who may pair gives them to others here."""
    return _mentor(staff_id)


def _mentor(staff_id: UUID) -> str:
    _own_or_all(staff_id)
    person = staff_of_history(staff_id)
    found = board(ctx(), school_id())
    here = mentor_here(staff_id)
    return show(
        "mentoring/mentor.html",
        person=person,
        here=here,
        free=found.without(person) if here else [],
        pairs=[pair for pair in found.pairs if pair.pairing.staff.id == staff_id],
        past=[p for p in history(ctx(), staff_id=staff_id, school_id=school_id()) if p.over],
        loads=found.loads,
        to=request.args.get("to", ""),
        reason=request.form.get("reason", ""),
        kinds=OUTSIDER_WORDS,
        may_pair=can(ctx(), PAIR),
        trail=trail((person.name, "")),
    )


@bp.post("/mentors/<uuid:staff_id>")
@permission(PAIR)
def reassign(staff_id: UUID) -> Any:
    """Give a mentor's children to others, or end the pairings, with a reason."""
    here = mentor_here(staff_id)
    try:
        count = assign(
            ctx(),
            _chosen(_sent()),
            reason=request.form.get("reason", "").strip(),
            leaving=here.grant_id if here else None,
        )
    except Refused as refused:
        flash(str(refused), "danger")
        return _mentor(staff_id), 422
    if count:
        flash(_("%(count)s pairings changed.", count=count), "success")
    else:
        flash(_("Nothing was changed."), "info")
    return redirect(url_for(".mentor", staff_id=staff_id))


@bp.post("/mentors/<uuid:staff_id>/children")
@permission(PAIR)
def add_child(staff_id: UUID) -> Any:
    """Give a mentor one more child: one who has nobody of this layer."""
    here = mentor_here(staff_id)
    free = board(ctx(), school_id()).without(here.staff) if here else []
    child = next((p.child for p in free if str(p.child.id) == request.form.get("child")), None)
    if here is None or child is None:
        flash(_("Choose a child of the list."), "danger")
        return _mentor(staff_id), 422
    assign(ctx(), [(child, here.grant_id)])
    flash(_("%(count)s children have a mentor now.", count=1), "success")
    return redirect(url_for(".mentor", staff_id=staff_id))


@bp.route("/mentors/new", methods=["GET", "POST"])
@permission(PAIR)
def new_mentor() -> Any:
    """Make a colleague a mentor."""
    already = {load.staff.id for load in mentors_of_school(ctx(), school_id())}
    people = [p for p in colleagues(ctx(), school_id()) if p.id not in already]
    form = MentorForm()
    form.staff.choices = choices([("", _("Choose")), *((str(p.id), p.name) for p in people)])
    if form.validate_on_submit():
        person = next(p for p in people if str(p.id) == form.staff.data)
        try:
            make_mentor(ctx(), person, school_id=school_id(), until=form.until.data)
        except Refused as refused:
            put_error(form, refused)
        else:
            return _made(person)
    return _form(form, _("Make a colleague a mentor"))


@bp.route("/mentors/outside", methods=["GET", "POST"])
@permission(PAIR)
def new_outsider() -> Any:
    """Add a mentor from outside, who does not sign in."""
    form = OutsiderForm(sex="unknown", kind=OUTSIDERS[0])
    form.sex.choices = choices(list(_SEXES))
    form.kind.choices = choices(list(OUTSIDER_WORDS.items()))
    if form.validate_on_submit():
        values = {name: form[name].data or "" for name in
                  ("name", "sex", "kind", "organisation", "phone")}  # fmt: skip
        try:
            person = take_on_outsider(ctx(), school_id=school_id(), until=form.until.data, **values)
        except Refused as refused:
            put_error(form, refused)
        else:
            return _made(person)
    return _form(form, _("Add a mentor from outside"), outside=True)


def _made(person: Staff) -> Any:
    flash(_("%(name)s is a mentor now. Choose children below.", name=person.name), "success")
    return redirect(url_for(".page"))


def _form(form: Any, title: str, *, outside: bool = False) -> Any:
    page = show(
        "mentoring/form.html",
        form=form,
        title=title,
        note=_(
            "Without sign-in: colleagues write the contacts down for this person. Sign-in on the"
            " phone, for the paired children alone and until a day, is given on the person's page."
        )
        if outside
        else "",
        after=url_for("mentoring_school.page"),
        trail=trail((title, "")),
    )
    return page, 422 if form.errors else 200
