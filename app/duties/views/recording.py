"""Writing an act down in the short form: from the to-do, in three taps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.drafts import finish as finish_draft
from app.accounts.queries import staff_query
from app.children.current import child
from app.children.permits import reaches_class
from app.duties.acts import (
    kinds_at_school,
    may_record,
    met_by,
    sentence_of,
    siblings_here,
    write_down,
)
from app.duties.forms import ActForm
from app.duties.views.bp import bp
from app.edge.areas import CHILD, SCHOOL
from app.edge.current import came_from, ctx, school_id, show
from app.edge.forms import choices, put_error
from app.edge.marks import permission
from app.host.manifest import EntryKind
from app.kernel.errors import Forbidden, NotVisible, Refused
from app.kernel.text import T
from app.ledger.services import EntryFor, Upload
from app.tenancy.models import Homeroom, School
from app.tenancy.naming import class_title

RECORD = "ledger.record"


def _kind(school: UUID) -> EntryKind:
    """Return the kind of the address; one with a page of its own, or none, does not exist."""
    found = kinds_at_school(ctx(), [request.args.get("kind", "note")], school)
    if not found or found[0].form:
        raise NotVisible
    return found[0]


@bp.route(f"{CHILD}/duties/record", methods=["GET", "POST"])
@permission(RECORD)
def record() -> Any:
    """Write down an act about the child, and about brothers and sisters with it."""
    here = child()
    kind = _kind(here.school_id)
    if not may_record(ctx(), kind, here):
        raise Forbidden(kind.audience)
    others = siblings_here(ctx(), here, RECORD)
    form = _form(here.school_id)
    form.siblings.choices = choices([(str(other.id), other.name) for other in others])
    if not others:
        del form.siblings
    page = url_for("children.page")

    def whom() -> list[EntryFor]:
        ticked = set(form.siblings.data or ()) if "siblings" in form else set()
        about = [here, *(other for other in others if str(other.id) in ticked)]
        told = {"text": form.text.data, "outcome": form.outcome.data}
        return [EntryFor(one, **told) for one in about]

    return _page(form, kind, whom, here.name, f"act-{here.id}", came_from(page))


@bp.route(f"{SCHOOL}/duties/record", methods=["GET", "POST"])
@permission(RECORD)
def record_school() -> Any:
    """Write down an act of a class or of the whole school."""
    kind = _kind(school_id())
    if not may_record(ctx(), kind):
        raise Forbidden(kind.audience)
    room, name = _room()
    if room is None and not any(grant.reach == "school" for grant in ctx().actor.grants):
        raise NotVisible
    form = _form(school_id())
    del form.siblings

    def whom() -> list[EntryFor]:
        told = {"text": form.text.data, "outcome": form.outcome.data}
        return [EntryFor(homeroom=room, school_id=school_id(), **told)]

    draft = f"act-{room.id if room else school_id()}"
    return _page(form, kind, whom, name, draft, came_from(url_for(".todo")))


def _room() -> tuple[Homeroom | None, str]:
    """Return the class of the address with its name, or the school's name without a class."""
    wanted = request.args.get("homeroom", type=UUID)
    school = ctx().session.scalars(select(School).where(School.id == school_id())).one()
    if wanted is None:
        return None, school.short_name
    room = ctx().session.scalar(
        select(Homeroom).where(Homeroom.id == wanted, Homeroom.school_id == school_id())
    )
    if room is None or not reaches_class(ctx(), RECORD, room):
        raise NotVisible
    return room, class_title(ctx(), room, school.system)


def _form(school: UUID) -> ActForm:
    form = ActForm()
    people = ctx().session.scalars(staff_query(ctx(), school_id=school)).all()
    others = [(str(p.id), p.name) for p in people if p.id != ctx().actor.staff_id]
    form.on_behalf_of.choices = choices([("", T("Myself")), *others])
    if request.method == "GET":
        form.happened_on.data = ctx().today()
    return form


def _page(form: ActForm, kind: EntryKind, whom: Any, name: str, draft: str, after: str) -> Any:
    if form.validate_on_submit():
        try:
            met = _write(form, kind, whom())
        except Refused as refused:
            put_error(form, refused)
        else:
            finish_draft(ctx(), draft)
            flash(met or _("Saved: %(kind)s, %(names)s.", kind=kind.title, names=name), "success")
            return redirect(after)
    page = show(
        "duties/record.html",
        form=form,
        kind=kind,
        name=name,
        draft=draft,
        after=after,
        trail=[(_("To do"), url_for("duties.todo")), (str(kind.title), "")],
    )
    return page, 422 if form.errors else 200


def _write(form: ActForm, kind: EntryKind, whom: Sequence[EntryFor]) -> str:
    sent = request.files.get("photo")
    photo = Upload(sent.filename, sent.read()) if sent is not None and sent.filename else None
    act = write_down(
        ctx(),
        kind,
        whom,
        happened_on=form.happened_on.data or ctx().today(),
        on_behalf_of=UUID(form.on_behalf_of.data) if form.on_behalf_of.data else None,
        photo=photo,
    )
    return sentence_of(met_by(ctx(), act))
