"""Pages of activation: slips for a child's guardians and for a class, and the family's own page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from flask import current_app, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from sqlalchemy import select
from wtforms import PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired, Length, Regexp

from app.accounts.secrets import demand_pin
from app.accounts.sign_in import note_try, slow_down
from app.accounts.views import bp, enter_as
from app.children.activation.codes import (
    Candidate,
    FreshCode,
    candidates,
    carers,
    code_index,
    make_codes,
)
from app.children.activation.use import (
    accounts_to_join,
    claim,
    complete,
    count_failure,
    find_code,
)
from app.children.current import child
from app.children.models import Child, Placement
from app.children.permits import reaches_class, visible
from app.children.words import RELATIONS
from app.db.conditions import refers
from app.db.scope import Scope
from app.db.session import db, scoped
from app.documents.slips import GuardianSlip, guardian_slips
from app.edge.areas import CHILD, SCHOOL
from app.edge.current import ctx, school_id, show
from app.edge.downloads import PDF, download
from app.edge.forms import put_error
from app.edge.marks import permission, public
from app.host.work import at_work
from app.kernel.access import Actor
from app.kernel.clock import CHINA, Clock
from app.kernel.errors import NotVisible, Refused
from app.kernel.text import T
from app.tenancy.models import Homeroom, School
from app.tenancy.naming import class_title

_DOES_NOT_FIT = T(
    "Code and digits do not fit together, or the code is used up or too old. Check both; if it "
    "goes on, ask the class teacher for a new slip."
)


class ActivateForm(FlaskForm):  # type: ignore[misc]
    """What a guardian types."""

    code = StringField(
        lazy_gettext("Activation code on the slip"),
        [InputRequired(lazy_gettext("Fill this in.")), Length(max=20)],
        render_kw={"autocomplete": "off", "autocapitalize": "characters"},
    )
    digits = StringField(
        lazy_gettext("Last four digits of your phone number"),
        [
            InputRequired(lazy_gettext("Fill this in.")),
            Regexp(r"\d{4}$", message=lazy_gettext("Four digits, please.")),
        ],
        render_kw={"autocomplete": "off", "inputmode": "numeric", "maxlength": "4"},
    )
    pin = PasswordField(
        lazy_gettext("Choose a PIN (six digits)"),
        [InputRequired(lazy_gettext("Fill this in.")), Length(max=12)],
        render_kw={"autocomplete": "new-password", "inputmode": "numeric"},
    )
    again = PasswordField(
        lazy_gettext("The PIN again"),
        [
            InputRequired(lazy_gettext("Fill this in.")),
            EqualTo("pin", lazy_gettext("The two do not match.")),
        ],
        render_kw={"autocomplete": "new-password", "inputmode": "numeric"},
    )


@bp.route(f"{CHILD}/activation", methods=["GET", "POST"])
@permission("guardians.activate")
def activation_slips() -> Any:
    """Choose among a child's guardians; print their slips."""
    rows = candidates(ctx(), [child()])
    if request.method == "POST":
        ticked = request.form.getlist("guardian")
        chosen = [row for row in rows if str(row.guardian.id) in ticked]
        answer = _slips_of(chosen, _("Activation slip") + child().name)
        if answer is not None:
            return answer
    page = show(
        "activation/child.html",
        trail=_child_trail(),
        child=child(),
        rows=rows,
        relations=RELATIONS,
    )
    return page, 422 if request.method == "POST" else 200


@bp.get(f"{SCHOOL}/activation")
@permission("guardians.activate")
def activation_classes() -> Any:
    """List the classes for which the reader may print slips."""
    reached = visible(ctx(), "guardians.activate", select(Child.id)).where(
        Child.voided_at.is_(None)
    )
    rows = ctx().session.execute(
        select(Homeroom, School.system)
        .join(Homeroom.school)
        .where(
            Homeroom.closed_on.is_(None),
            Homeroom.id.in_(
                select(Placement.homeroom_id).where(
                    Placement.ends_on.is_(None), Placement.child_id.in_(reached)
                )
            ),
        )
        .order_by(Homeroom.stage.desc(), Homeroom.intake_year.desc(), Homeroom.number)
    )
    classes = [(room.id, class_title(ctx(), room, system)) for room, system in rows]
    trail = [(_("Guardians' sign-in"), "")]
    log = ctx().actor.holds("school.manage")
    return show("activation/classes.html", trail=trail, classes=classes, log=log)


@bp.route(f"{SCHOOL}/activation/<uuid:homeroom_id>", methods=["GET", "POST"])
@permission("guardians.activate")
def class_activation(homeroom_id: UUID) -> Any:
    """Show who of a class's families can sign in; print slips for the rest."""
    title, children = _class(homeroom_id)
    rows = candidates(ctx(), children)
    chosen = carers(rows)
    if request.method == "POST":
        if request.form.get("who") == "all":
            chosen = [r for r in rows if r.obstacle is None and not r.opened]
        answer = _slips_of(chosen, _("Activation slips") + title)
        if answer is not None:
            return answer
    trail = [(_("Guardians' sign-in"), url_for("accounts.activation_classes")), (title, "")]
    page = show(
        "activation/class.html",
        trail=trail,
        title=title,
        homeroom_id=homeroom_id,
        rows=rows,
        children=children,
        chosen=chosen,
        relations=RELATIONS,
    )
    return page, 422 if request.method == "POST" else 200


@bp.route("/family/activate", methods=["GET", "POST"])
@public("a guardian without an account holds nothing but the code")
def activate() -> Any:
    """Let a guardian open the account and go straight on to the child's page."""
    form = ActivateForm(code=request.args.get("code", ""))
    if form.validate_on_submit():
        try:
            demand_pin(form.pin.data or "")
            account = _activate(form.code.data or "", form.digits.data or "", form.pin.data or "")
        except Refused as refused:
            put_error(form, refused)
        else:
            enter_as(account)
            flash(_("Welcome. From now on sign in with your phone number and this PIN."), "success")
            return redirect(url_for("front.index"))
    return show("activation/activate.html", form=form), 422 if form.errors else 200


def _activate(code: str, digits: str, pin: str) -> UUID:
    """Return the account; every failure is counted before it is told."""
    index, now, address = code_index(code), Clock().now(), request.remote_addr or ""
    with scoped(None):
        slow_down(db.session(), index, address, now)
        found = find_code(db.session(), index)
    account: UUID | None = None
    refusal = Refused(_DOES_NOT_FIT)
    if found is not None:
        try:
            account = _use(*found, digits, pin)
        except Refused as refused:
            refusal = refused
    with scoped(None):
        note_try(db.session(), index, address, now, "ok" if account else "wrong", account)
        db.session.commit()
    if account is None:
        raise refusal
    return account


def _use(center_id: UUID, activation_id: UUID, digits: str, pin: str) -> UUID | None:
    actor = Actor("guardian", address=request.remote_addr)
    work = partial(at_work, current_app.extensions, Scope.center(center_id), actor)
    with work() as own:
        found = claim(own, activation_id, digits=digits)
    if found is None:
        return None
    try:
        with scoped(None):
            join = accounts_to_join(db.session(), found, pin=pin)
    except Refused:
        with work() as own:
            count_failure(own, activation_id)
        raise
    with work() as own:
        return complete(own, activation_id, found, pin=pin, join=join)


def _class(homeroom_id: UUID) -> tuple[str, Sequence[Child]]:
    row = (
        ctx()
        .session.execute(
            select(Homeroom, School.system)
            .join(Homeroom.school)
            .where(Homeroom.id == homeroom_id, Homeroom.school_id == school_id())
        )
        .one_or_none()
    )
    if row is None:
        raise NotVisible
    placed = select(Placement.child_id).where(
        Placement.homeroom_id == homeroom_id, Placement.ends_on.is_(None)
    )
    wanted = visible(ctx(), "guardians.activate", select(Child)).where(
        Child.id.in_(placed), Child.voided_at.is_(None)
    )
    children = ctx().session.scalars(wanted.order_by(Child.name_pinyin, Child.id)).all()
    if not children and not reaches_class(ctx(), "guardians.activate", row[0]):
        raise NotVisible
    return class_title(ctx(), row[0], row[1]), children


def _slips_of(chosen: Sequence[Candidate], name: str) -> Any:
    """Return the printed slips; None, with a word on the page, when there can be none."""
    try:
        fresh = make_codes(ctx(), chosen)
    except Refused as refused:
        flash(str(refused), "danger")
        return None
    places = _places([one.candidate.child.id for one in fresh])
    slips = [_slip(one, *places.get(one.candidate.child.id, ("", ""))) for one in fresh]
    return download(guardian_slips(slips, on=ctx().today()), name + ".pdf", PDF)


def _slip(fresh: FreshCode, school: str, homeroom: str) -> GuardianSlip:
    row = fresh.candidate
    address = url_for("accounts.activate", _external=True)
    return GuardianSlip(
        child=row.child.name,
        guardian=row.guardian.name or "",
        phone=row.phone or "",
        code=fresh.code,
        url=f"{address}?code={fresh.code}",
        address=address.split("://", 1)[1],
        valid_until=fresh.expires_at.astimezone(CHINA).date(),
        school=school,
        homeroom=homeroom,
    )


def _places(children: Sequence[UUID]) -> dict[UUID, tuple[str, str]]:
    rows: Iterable[tuple[UUID, School, Homeroom | None]] = ctx().session.execute(
        select(Child.id, School, Homeroom)
        .join(Child.school)
        .outerjoin(
            Placement,
            refers(Placement.child_id, Child) & Placement.ends_on.is_(None),
        )
        .outerjoin(Placement.homeroom)
        .where(Child.id.in_(children))
    )
    return {
        child_id: (
            school.name,
            class_title(ctx(), room, school.system) if room is not None else "",
        )
        for child_id, school, room in rows
    }


def _child_trail() -> list[tuple[object, str]]:
    url = url_for("children.page", child_id=child().id)
    return [(child().name, url), (_("Guardians' sign-in"), "")]
