"""The form in which a contact is written down, for one child or for several."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from app.sdk import (
    Act,
    Child,
    Entry,
    Refused,
    Upload,
    colleagues,
    ctx,
    finish_draft,
    met_by,
    put_error,
    sentence_of,
    show,
)
from plugins.home_contact.correcting import as_told, mend
from plugins.home_contact.forms import ContactForm, CorrectForm, contact_form
from plugins.home_contact.kinds import DONE, KINDS, Kind, kind_of
from plugins.home_contact.models import NextStep
from plugins.home_contact.numbers import Choice, adults_of, choices_of, tries_of
from plugins.home_contact.queries import steps_of
from plugins.home_contact.services import Told, write
from plugins.home_contact.words import T

_FIRST = "visit"
Trail = Sequence[tuple[object, str]]


def kind_here() -> Kind:
    """Return the kind that the address asks for; a visit without one."""
    return KINDS.get(request.args.get("kind", ""), KINDS[_FIRST])


def record_page(
    *,
    child: Child | None,
    offered: Sequence[tuple[Child, str]],
    ticked: Sequence[UUID],
    after: str,
    trail: Trail,
) -> Any:
    """Show the form and take it.

    ``child`` is the one it is about; ``offered`` are (other) children to choose, each with words
    beside the name, ``ticked`` those chosen to begin with. It ends at the address ``after``.
    """
    kind = kind_here()
    form = _form(kind, child, offered, ticked)
    draft = f"contact-{child.id}" if child else f"contacts-{offered[0][0].school_id}"
    if form.validate_on_submit() and _save(form, kind, _chosen(form, child, offered)):
        finish_draft(ctx(), draft)
        return redirect(after)
    page = show(
        "home_contact/record.html",
        form=form,
        kind=kind,
        kinds=list(KINDS.values()),
        kind_url=_kind_url,
        child=child,
        draft=draft,
        after=after,
        trail=trail,
    )
    return page, 422 if form.errors else 200


def correct_page(child: Child, entry: Entry, *, after: str, trail: Trail) -> Any:
    """Show the form filled in with a contact, and put what it says in the contact's place."""
    kind = kind_of(entry.kind)
    was = as_told(ctx(), entry)
    form = _correct_form(kind, child, was)
    if form.validate_on_submit():
        try:
            mend(ctx(), child, entry, _told(form, kind), reason=form.reason.data or "")
        except Refused as refused:
            put_error(form, refused)
        else:
            flash(_("The correction is saved."), "success")
            return redirect(after)
    page = show(
        "home_contact/record.html",
        form=form,
        kind=kind,
        kinds=[],
        child=child,
        draft="",
        after=after,
        trail=trail,
    )
    return page, 422 if form.errors else 200


def _correct_form(kind: Kind, child: Child, was: Told) -> CorrectForm:
    fresh = request.method == "GET"
    form = CorrectForm(**{**vars(was), "on_behalf_of": was.on_behalf_of or ""} if fresh else {})
    whom = choices_of(adults_of(ctx(), [child.id]).get(child.id, []), with_numbers=kind.number)
    gone = was.adult and was.adult not in {choice.value for choice in whom}
    contact_form(
        kind,
        form,
        children=[],
        adults=whom,
        steps=[],
        staff=[s for s in colleagues(ctx(), child.school_id) if s.id != ctx().actor.staff_id],
        also=[(was.adult, T("As it was written down"))] if gone else (),
    )
    return form


def _form(
    kind: Kind,
    child: Child | None,
    offered: Sequence[tuple[Child, str]],
    ticked: Sequence[UUID],
) -> ContactForm:
    school = child.school_id if child else offered[0][0].school_id
    adults = adults_of(ctx(), [child.id]).get(child.id, []) if child else []
    whom = choices_of(adults, with_numbers=kind.number)
    steps = steps_of(ctx(), [child.id]) if child else []
    form = contact_form(
        kind,
        ContactForm(),
        children=[(str(other.id), f"{other.name} {words}".strip()) for other, words in offered],
        adults=whom,
        steps=steps,
        staff=[s for s in colleagues(ctx(), school) if s.id != ctx().actor.staff_id],
    )
    if request.method == "GET":
        _begin(form, ticked, whom, steps)
    return form


def _chosen(
    form: ContactForm, child: Child | None, offered: Sequence[tuple[Child, str]]
) -> list[Child]:
    ids = set(form.children.data or []) if "children" in form else set()
    first = [child] if child else []
    return first + [other for other, _words in offered if str(other.id) in ids]


def _save(form: ContactForm, kind: Kind, children: Sequence[Child]) -> bool:
    """Write the contact down and say so; tell the form what is wrong with it."""
    try:
        act = write(ctx(), _told(form, kind), children)
    except Refused as refused:
        put_error(form, refused)
        return False
    _say(form, kind, children)
    _say_met(act)
    return True


def _kind_url(kind: Kind) -> str:
    kept: dict[str, Any] = {
        name: request.args.getlist(name) for name in request.args if name != "kind"
    }
    return url_for(str(request.endpoint), kind=kind.name, **kept)


def _begin(
    form: ContactForm,
    ticked: Sequence[UUID],
    offered: Sequence[Choice],
    steps: Sequence[NextStep],
) -> None:
    """Fill in what is so most often: today, the first adult, every open step done."""
    form.happened_on.data = ctx().today()
    if "children" in form:
        form.children.data = [str(number) for number in ticked]
    if "closes" in form:
        form.closes.data = [str(step.id) for step in steps]
    if "adult" in form:
        form.adult.data = offered[0].value


def _told(form: ContactForm, kind: Kind) -> Told:
    given: dict[str, Any] = {
        name: form[name].data
        for name in ("adult", "outcome", "minutes", "ticks")
        if name in form and form[name].data
    }
    sent = request.files.get("photo")
    photo = Upload(sent.filename, sent.read()) if sent is not None and sent.filename else None
    return Told(
        kind=kind.name,
        happened_on=form.happened_on.data or ctx().today(),
        text=form.text.data or "",
        next_step=form.next_step.data or "",
        next_on=form.next_on.data,
        on_behalf_of=UUID(form.on_behalf_of.data) if form.on_behalf_of.data else None,
        photo=photo,
        closes=[UUID(value) for value in form.closes.data or []] if "closes" in form else [],
        **{"outcome": DONE, **given},
    )


def _say_met(act: Act) -> None:
    """Say which duties the contact has met."""
    met = sentence_of(met_by(ctx(), act))
    if met:
        flash(met, "success")


def _say(form: ContactForm, kind: Kind, whom: Sequence[Child]) -> None:
    names = "、".join(child.name for child in whom[:3])
    if len(whom) > 3:
        names = _("%(names)s and others, %(count)s children", names=names, count=len(whom))
    flash(_("Saved: %(kind)s, %(names)s.", kind=kind.title, names=names), "success")
    if "adult" in form and kind.number and form.adult.data:
        _say_number(form.adult.data, whom[0])


def _say_number(value: str, child: Child) -> None:
    """Say it at once when a number has been called in vain too often."""
    adults = adults_of(ctx(), [child.id]).get(child.id, [])
    tries = tries_of(ctx(), child.school_id)
    for choice in choices_of(adults, with_numbers=True):
        if choice.value == value and choice.phone and choice.phone.failed_tries >= tries:
            flash(
                _(
                    "%(number)s was called %(count)s times in vain: please ask for a new number.",
                    number=choice.number,
                    count=choice.phone.failed_tries,
                ),
                "warning",
            )
