"""Letters to families: worded once, printed for each child, written down for all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from app.sdk import (
    PDF,
    Child,
    Letter,
    NotVisible,
    Refused,
    School,
    audit,
    class_options,
    class_teachers,
    ctx,
    download,
    finish_draft,
    letters,
    module_settings,
    permission,
    present_pupils,
    put_error,
    school_id,
    show,
)
from plugins.home_contact.forms import LetterForm
from plugins.home_contact.manifest import CHILD, CLASS, LETTER, NAME, RECORD, VIEW
from plugins.home_contact.queries import id_of, letters_of
from plugins.home_contact.services import send_letters
from plugins.home_contact.views import bp, choose_class, offered_here, trail
from plugins.home_contact.words import T

Offered = Sequence[tuple[Child, UUID | None]]


@bp.route("/letters/new", methods=["GET", "POST"])
@permission(RECORD)
def letter() -> Any:
    """Word a letter to the families of a class, or of one child; look at it, then record it."""
    offered = _offered()
    if offered is None:
        return choose_class(_("Letter to families"))
    form = LetterForm()
    form.children.choices = [(str(child.id), child.name) for child, _room in offered]
    if request.method == "GET":
        _begin(form, offered)
    if form.validate_on_submit():
        chosen = [pair for pair in offered if str(pair[0].id) in (form.children.data or [])]
        try:
            return _take(form, chosen)
        except Refused as refused:
            put_error(form, refused)
    page = show(
        "home_contact/letter.html",
        form=form,
        draft=_draft(),
        trail=trail((_("Letter to families"), "")),
    )
    return page, 422 if form.errors else 200


def _offered() -> Offered | None:
    """Return the one child that the address asks for, else whom the actor looks after."""
    child = request.args.get("child", "")
    if not child:
        return offered_here()
    wanted = present_pupils(ctx(), RECORD).where(Child.id == id_of(child))
    found = [(pupil, room) for pupil, room in ctx().session.execute(wanted)]
    if not found:
        raise NotVisible
    return found


def _draft() -> str:
    return f"letter-{request.args.get('child') or request.args.get('homeroom') or 'all'}"


def _begin(form: LetterForm, offered: Offered) -> None:
    form.children.data = [str(child.id) for child, _room in offered]
    form.title.data = _("A letter to parents")
    form.body.data = module_settings(ctx(), school_id(), NAME)[LETTER]


def _take(form: LetterForm, chosen: Offered) -> Any:
    """Show the letters, or write them down and lead to the print."""
    bodies = _bodies(form, chosen)
    title = (form.title.data or "").strip()
    if "preview" in request.form:
        return _paper(title, bodies)
    act = send_letters(ctx(), title, bodies, happened_on=ctx().today())
    finish_draft(ctx(), _draft())
    flash(
        _("The letter to %(count)s families is written down. Print it now.", count=len(bodies)),
        "success",
    )
    return redirect(url_for(".letter_sent", act_id=act.id))


def _bodies(form: LetterForm, chosen: Offered) -> list[tuple[Child, str]]:
    names = {option.id: option.name for option in class_options(ctx(), RECORD)}
    notices = (form.notices.data or "").strip()
    whole = "\n".join(part for part in ((form.body.data or "").strip(), notices) if part)
    found = []
    for child, room in chosen:
        own = {CHILD: child.name, CLASS: names.get(room, "") if room else ""}
        text = whole
        for token, value in own.items():
            text = text.replace(str(token), value)
        found.append((child, text))
    return found


@bp.get("/letters/<uuid:act_id>")
@permission(VIEW)
def letter_sent(act_id: UUID) -> Any:
    """Show a letter that was written down, to be printed."""
    found = letters_of(ctx(), act_id)
    if not found:
        raise NotVisible
    entry = found[0][0]
    way = trail((entry.title, ""))
    return show("home_contact/letter_sent.html", found=found, entry=entry, trail=way)


@bp.get("/letters/<uuid:act_id>/letters.pdf")
@permission(VIEW)
def letter_paper(act_id: UUID) -> Any:
    """Send the letters of one act to print."""
    found = letters_of(ctx(), act_id)
    if not found:
        raise NotVisible
    audit(ctx(), "home_contact.letter.print", school_id=school_id(), count=len(found))
    return _paper(found[0][0].title, [(child, entry.text or "") for entry, child in found])


def _paper(title: str, bodies: Sequence[tuple[Child, str]]) -> Any:
    """Return the letters as one PDF, signed by the school and the class teacher."""
    if not bodies:
        raise Refused(T("Choose at least one child."), "children")
    rooms = _rooms([child for child, _body in bodies])
    names = {option.id: option.name for option in class_options(ctx(), VIEW)}
    teachers = class_teachers(ctx(), names)
    school = ctx().session.scalars(select(School).where(School.id == school_id())).one()
    papers = []
    for child, body in bodies:
        room = rooms.get(child.id)
        teacher = teachers.get(room) if room else None
        signed = [_("Class teacher: %(name)s", name=teacher.name)] if teacher else []
        papers.append(
            Letter(
                title=title,
                greeting=_("Dear family of %(child)s:", child=child.name),
                body=body,
                child=child.name,
                homeroom=names.get(room, "") if room else "",
                signature=(school.name, *signed),
            )
        )
    return download(letters(papers, on=ctx().today()), f"{title}.pdf", PDF, inline=True)


def _rooms(children: Sequence[Child]) -> dict[UUID, UUID | None]:
    wanted = present_pupils(ctx(), VIEW).where(Child.id.in_([child.id for child in children]))
    return {child.id: room for child, room in ctx().session.execute(wanted)}
