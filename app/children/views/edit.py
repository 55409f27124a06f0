"""Changing a child's own file: facts, identity numbers, declarations, class, leaving, adding."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from app.children.current import child
from app.children.duplicates import same_name_and_birth
from app.children.forms import (
    DeclareForm,
    FactsForm,
    IdentityForm,
    LeaveForm,
    NewChildForm,
    PlaceForm,
)
from app.children.listing import homeroom_choices, homerooms_query, in_school
from app.children.page import identities_of, identity_of
from app.children.permits import can
from app.children.services.declarations import declare as write_declaration
from app.children.services.facts import FIELDS, change_facts
from app.children.services.identity import add_identity as write_identity
from app.children.services.identity import correct_identity, void_identity
from app.children.services.places import (
    add_child,
    come_back,
    leave_school,
    may_place,
    move_class,
)
from app.children.views.bp import bp
from app.children.views.page import back, child_trail
from app.children.views.saving import day_of, save
from app.edge.areas import CHILD, SCHOOL
from app.edge.current import ctx, school_id
from app.edge.forms import choices
from app.edge.marks import permission
from app.kernel.errors import Refused
from app.kernel.text import T
from app.tenancy.models import Homeroom
from app.tenancy.naming import class_title

_PLEASE = ("", "—")


@bp.route(f"{CHILD}/edit", methods=["GET", "POST"])
@permission("children.edit")
def edit() -> Any:
    """Change plain facts about the child."""
    here = child()
    form = FactsForm(obj=here)
    if not can(ctx(), "children.identity", here):
        del form.pupil_number
    if not can(ctx(), "children.contact", here):
        del form.address, form.registered_residence
    names = [name for name in FIELDS if name in form]
    return save(
        form,
        lambda: change_facts(
            ctx(),
            here,
            version=form.version.data or 0,
            values={name: form[name].data for name in names},
        ),
        title=_("About the child"),
        done=_("The changes are saved."),
        after=back(),
        trail=child_trail(),
        draft=f"child-{here.id}",
    )


@bp.route(f"{CHILD}/identities/new", methods=["GET", "POST"])
@permission("children.edit")
def add_identity() -> Any:
    """Add an identity number."""
    form = IdentityForm()
    known = identities_of(ctx(), child())
    return save(
        form,
        lambda: write_identity(
            ctx(), child(), number=form.number.data or "", unverified=form.unverified.data
        ),
        title=_("Identity number"),
        done=_("The number is saved."),
        after=back(),
        trail=child_trail(),
        notices=[_("The child has a number already; this one is added to it.")] if known else [],
    )


@bp.route(f"{CHILD}/identities/<uuid:document_id>/edit", methods=["GET", "POST"])
@permission("children.edit")
def edit_identity(document_id: UUID) -> Any:
    """Replace an identity number by the right one."""
    document = identity_of(ctx(), child(), document_id)
    form = IdentityForm()
    if request.method == "GET" and can(ctx(), "children.identity", child()):
        form.number.data = document.number
    return save(
        form,
        lambda: correct_identity(
            ctx(),
            child(),
            document,
            number=form.number.data or "",
            unverified=form.unverified.data,
        ),
        title=_("Identity number"),
        done=_("The number is saved."),
        after=back(),
        trail=child_trail(),
        void_url=url_for("children.drop_identity", child_id=child().id, document_id=document_id),
        void_label=_("Take the number back"),
        void_question=_("The number is not the child's. It stays on record only. Take it back?"),
    )


@bp.post(f"{CHILD}/identities/<uuid:document_id>/void")
@permission("children.edit")
def drop_identity(document_id: UUID) -> Any:
    """Take back a number that is not the child's."""
    void_identity(ctx(), child(), identity_of(ctx(), child(), document_id))
    flash(_("The number is taken back."), "success")
    return redirect(back())


@bp.route(f"{CHILD}/declare", methods=["GET", "POST"])
@permission("children.edit")
def declare() -> Any:
    """Enter what a form says of the child."""
    form = DeclareForm()
    if request.method == "GET":
        form.as_of.data = ctx().today()
    return save(
        form,
        lambda: write_declaration(
            ctx(),
            child(),
            values={n: form[n].data for n in ("left_behind", "orphan", "hardship", "disability")},
            as_of=day_of(form.as_of),
            source=form.source.data or "",
        ),
        title=_("What a form says"),
        done=_("The answers are saved."),
        after=back(),
        trail=child_trail(),
        notices=[_("Facts that somebody has confirmed count more than what a form says.")],
    )


def class_choices(at: UUID, permission_name: str) -> list[tuple[str, str]]:
    """Return (id, name) of the classes of a school into which the actor may put a child."""
    today = ctx().today()
    rooms = ctx().session.execute(homerooms_query().where(Homeroom.school_id == at)).all()
    return [
        (str(room.id), class_title(ctx(), room, school.system))
        for room, school in rooms
        if in_school(room, school, today) and may_place(ctx(), permission_name, room)
    ]


@bp.route(f"{CHILD}/class", methods=["GET", "POST"])
@permission("children.edit")
def place() -> Any:
    """Put the child into another class, or take back one that had left."""
    here = child()
    form = PlaceForm()
    form.homeroom.choices = choices([_PLEASE, *class_choices(here.school_id, "children.edit")])
    if request.method == "GET":
        form.starts_on.data = ctx().today()

    def act() -> None:
        change = come_back if here.left_on else move_class
        change(ctx(), here, homeroom_id=UUID(form.homeroom.data), starts_on=day_of(form.starts_on))

    return save(
        form,
        act,
        title=_("Take back to school") if here.left_on else _("Change the class"),
        done=_("The class is changed."),
        after=back(),
        trail=child_trail(),
    )


@bp.route(f"{CHILD}/leave", methods=["GET", "POST"])
@permission("children.edit")
def leave() -> Any:
    """Write down that the child leaves school."""
    form = LeaveForm()
    if request.method == "GET":
        form.last_day.data = ctx().today()
    return save(
        form,
        lambda: leave_school(
            ctx(), child(), last_day=day_of(form.last_day), reason=form.reason.data
        ),
        title=_("The child leaves school"),
        done=_("It is written down. The file stays."),
        after=back(),
        trail=child_trail(),
        notices=[
            _("To another school of this centre? Use “Transfer”, so that the file goes along.")
        ],
    )


@bp.route(f"{SCHOOL}/children/new", methods=["GET", "POST"])
@permission("children.edit")
def add() -> Any:
    """Add a pupil by hand."""
    form = NewChildForm()
    rooms = homeroom_choices(ctx(), school_id())
    form.homeroom.choices = choices([_PLEASE, *rooms])
    if request.method == "GET":
        form.starts_on.data = ctx().today()
        form.homeroom.data = request.args.get("homeroom", "")
    same = same_name_and_birth(ctx(), form.name.data or "", form.birth_date.data)
    if not (form.is_submitted() and same):
        del form.another
    made: list[UUID] = []
    return save(
        form,
        lambda: made.append(_add(form)),
        title=_("Add a child"),
        done=_("The child is added. Now enter who looks after it."),
        after=url_for("children.school_list"),
        then=lambda: url_for("children.page", child_id=made[0]),
        trail=[(_("Children"), url_for("children.school_list"))],
        draft="child-new",
    )


def _add(form: NewChildForm) -> UUID:
    if "another" in form and not form.another.data:
        raise Refused(
            T("There is a child of this name already. Say whether it is another one."), "another"
        )
    names = ("name", "sex", "birth_date", "boarding", "pupil_number", "address")
    return add_child(
        ctx(),
        school_id=school_id(),
        homeroom_id=UUID(form.homeroom.data),
        starts_on=day_of(form.starts_on),
        values={name: form[name].data for name in names},
        number=form.number.data or "",
        unverified=form.unverified.data,
    ).id
