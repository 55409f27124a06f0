"""Pages of activation: slips for a child's guardians and for a class, and the family's own page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from flask import current_app, flash, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.secrets import demand_pin
from app.accounts.views import bp, enter_as
from app.children.activation.codes import (
    Candidate,
    FreshCode,
    candidates,
    carers,
    make_codes,
)
from app.children.activation.forms import ActivateForm
from app.children.activation.opening import open_account
from app.children.current import child
from app.children.models import Child, Placement
from app.children.permits import reaches_class, visible
from app.children.words import RELATIONS
from app.db.conditions import refers
from app.documents.slips import GuardianSlip, guardian_slips
from app.edge.areas import CHILD, SCHOOL
from app.edge.current import ctx, school_id, show
from app.edge.downloads import PDF, download
from app.edge.forms import put_error
from app.edge.marks import permission, public
from app.kernel.clock import CHINA
from app.kernel.errors import NotVisible, Refused
from app.tenancy.models import Homeroom, School
from app.tenancy.naming import class_title


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
            account = open_account(
                current_app.extensions,
                code=form.code.data or "",
                digits=form.digits.data or "",
                pin=form.pin.data or "",
                address=request.remote_addr or "",
            )
        except Refused as refused:
            put_error(form, refused)
        else:
            enter_as(account)
            flash(_("Welcome. From now on sign in with your phone number and this PIN."), "success")
            return redirect(url_for("front.index"))
    return show("activation/activate.html", form=form), 422 if form.errors else 200


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
