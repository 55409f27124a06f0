"""Moving a child between two schools of the centre."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from app.children.current import child
from app.children.forms import DeclineForm, PlaceForm, TransferForm
from app.children.models import Transfer
from app.children.page import child_page
from app.children.services.transfers import (
    accept_transfer,
    decline_transfer,
    waiting_transfer,
)
from app.children.services.transfers import (
    request_transfer as write_request,
)
from app.children.services.transfers import (
    withdraw_transfer as write_withdrawal,
)
from app.children.views.bp import bp
from app.children.views.edit import class_choices
from app.children.views.page import back, child_trail
from app.children.views.saving import day_of, save
from app.children.words import SEXES
from app.edge.areas import CENTER, CHILD, SCHOOL
from app.edge.current import ctx, school_id, show
from app.edge.forms import choices
from app.edge.marks import permission
from app.edge.paging import paginate
from app.kernel.errors import NotVisible
from app.kernel.text import T, Text
from app.tenancy.models import School

STATES: dict[str, Text] = {
    "requested": T("Waiting for an answer"),
    "accepted": T("Accepted"),
    "declined": T("Declined"),
    "withdrawn": T("Withdrawn"),
}
_LOOKS = {"requested": "warn", "accepted": "ok", "declined": "danger", "withdrawn": "neutral"}


def _query() -> Any:
    return (
        select(Transfer)
        .options(joinedload(Transfer.from_school), joinedload(Transfer.to_school))
        .order_by((Transfer.state != "requested"), Transfer.requested_at.desc(), Transfer.id)
    )


def _page(statement: Any, endpoint: str, here: UUID | None = None) -> str:
    found = paginate(ctx().session, statement, request.args.get("page", 1, type=int))
    return show(
        "children/transfers.html",
        found=found,
        here=here,
        states=STATES,
        looks=_LOOKS,
        sexes=SEXES,
        page_url=lambda number: url_for(endpoint, page=number),
        trail=[(_("Transfers"), "")],
    )


@bp.get(f"{CENTER}/transfers")
@permission("children.transfer")
def center_transfers() -> Any:
    """List the transfers between the schools, those that wait first."""
    return _page(_query(), "children.center_transfers")


@bp.get(f"{SCHOOL}/transfers")
@permission("children.transfer")
def school_transfers() -> Any:
    """List the transfers to and from the school, those that wait first."""
    here = school_id()
    mine = _query().where(or_(Transfer.to_school_id == here, Transfer.from_school_id == here))
    return _page(mine, "children.school_transfers", here)


@bp.route(f"{CHILD}/transfer", methods=["GET", "POST"])
@permission("children.transfer")
def request_transfer() -> Any:
    """Ask another school to take the child."""
    form = TransferForm()
    schools = ctx().session.execute(
        select(School.id, School.name)
        .where(School.closed_on.is_(None), School.id != child().school_id)
        .order_by(School.position)
    )
    form.school.choices = choices([("", "—"), *((str(s.id), s.name) for s in schools)])
    if request.method == "GET":
        form.effective_on.data = ctx().today()
    return save(
        form,
        lambda: write_request(
            ctx(),
            child(),
            to_school_id=UUID(form.school.data),
            class_name=child_page(ctx(), child()).class_name,
            reason=form.reason.data or "",
            effective_on=day_of(form.effective_on),
        ),
        title=_("Transfer"),
        done=_("The other school is asked. Until it accepts, the child stays here."),
        after=back(),
        trail=child_trail(),
        notices=[
            _("When the other school accepts, the file goes there and is no longer seen here.")
        ],
        save_label=_("Ask the school"),
    )


@bp.post(f"{CHILD}/transfer/<uuid:transfer_id>/withdraw")
@permission("children.transfer")
def withdraw_transfer(transfer_id: UUID) -> Any:
    """Take the request back."""
    row = waiting_transfer(ctx(), transfer_id)
    if row.child_id != child().id or row.from_school_id != child().school_id:
        raise NotVisible
    write_withdrawal(ctx(), row)
    flash(_("The transfer is withdrawn."), "success")
    return redirect(back())


def _decision_trail() -> list[tuple[object, str]]:
    return [(_("Transfers"), url_for("children.school_transfers"))]


def _who_comes(row: Transfer) -> str:
    """Say whom the form is about, from where and why."""
    facts = (row.from_school.name, row.from_class, SEXES[row.child_sex], row.child_birth)
    who = "，".join(str(fact) for fact in facts if fact)
    reason = _("Reason: %(reason)s", reason=row.reason) if row.reason else ""
    return f"{who}。{reason}"


@bp.route(f"{SCHOOL}/transfers/<uuid:transfer_id>/accept", methods=["GET", "POST"])
@permission("children.transfer")
def accept(transfer_id: UUID) -> Any:
    """Take a child from another school into a class."""
    row = waiting_transfer(ctx(), transfer_id, to=school_id())
    form = PlaceForm()
    rooms = class_choices(school_id(), "children.transfer")
    form.homeroom.choices = choices([("", "—"), *rooms])
    if request.method == "GET":
        form.starts_on.data = min(row.effective_on or ctx().today(), ctx().today())
    taken: list[UUID] = []

    def act() -> None:
        room = UUID(form.homeroom.data)
        child = accept_transfer(ctx(), row, homeroom_id=room, starts_on=day_of(form.starts_on))
        taken.append(child.id)

    return save(
        form,
        act,
        title=_("Accept %(name)s", name=row.child_name),
        done=_("The child is at your school now, with its whole file."),
        after=url_for("children.school_transfers"),
        then=lambda: url_for("children.page", child_id=taken[0]),
        trail=_decision_trail(),
        notices=[_who_comes(row)],
        save_label=_("Accept into this class"),
    )


@bp.route(f"{SCHOOL}/transfers/<uuid:transfer_id>/decline", methods=["GET", "POST"])
@permission("children.transfer")
def decline(transfer_id: UUID) -> Any:
    """Refuse to take a child, with a reason."""
    row = waiting_transfer(ctx(), transfer_id, to=school_id())
    form = DeclineForm()
    return save(
        form,
        lambda: decline_transfer(ctx(), row, answer=form.answer.data or ""),
        title=_("Decline %(name)s", name=row.child_name),
        notices=[_who_comes(row)],
        done=_("The other school has your answer."),
        after=url_for("children.school_transfers"),
        trail=_decision_trail(),
        save_label=_("Decline"),
    )
