"""The head's pages: who hands over what to whom, and how far it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from app.accounts.staff_views import found_staff
from app.audit.services import record as audit
from app.children.views.saving import day_of
from app.documents.register import register
from app.edge.areas import SCHOOL
from app.edge.current import ctx, school_id, show
from app.edge.downloads import PDF, download
from app.edge.forms import put_error
from app.edge.marks import permission
from app.handover import services
from app.handover.forms import BeginForm
from app.handover.holdings import held
from app.handover.models import HandOver
from app.handover.paper import list_of
from app.handover.queries import (
    REASONS,
    Group,
    duties_owed,
    groups,
    hand_over_here,
    previews,
    summaries,
)
from app.handover.views.bp import bp
from app.kernel.errors import Refused
from app.kernel.text import T
from app.tenancy.models import School

_LIST = f"{SCHOOL}/hand-overs"
_ONE = f"{_LIST}/<uuid:hand_over_id>"


def _page_of(row: HandOver) -> str:
    return url_for("handover.page", hand_over_id=row.id)


def _trail(*further: tuple[str, str]) -> list[tuple[object, str]]:
    return [(_("Hand-overs"), url_for("handover.list_page")), *further]


@bp.get(_LIST)
@permission("staff.view")
def list_page() -> Any:
    """List the hand-overs of the school."""
    return show(
        "handover/list.html",
        summaries=summaries(ctx(), school_id()),
        reasons=REASONS,
        trail=[(_("Hand-overs"), "")],
    )


@bp.route(f"{SCHOOL}/staff/<uuid:staff_id>/hand-over", methods=["GET", "POST"])
@permission("staff.manage")
def begin(staff_id: UUID) -> Any:
    """Show what somebody holds here, and begin to hand it over."""
    staff = found_staff(staff_id)
    under_way = services.open_hand_over(ctx(), staff.id, school_id())
    if under_way is not None:
        return redirect(_page_of(under_way))
    form = BeginForm()
    if form.validate_on_submit():
        try:
            row = services.begin(
                ctx(), staff, school_id=school_id(), reason=form.reason.data or "",
                last_day=day_of(form.last_day), note=form.note.data or "",
            )  # fmt: skip
        except Refused as refused:
            put_error(form, refused)
        else:
            flash(_("Now choose who takes over what."), "success")
            return redirect(_page_of(row))
    if not form.is_submitted():
        form.last_day.data = ctx().today()
    holdings = held(ctx(), staff.id, school_id())
    duties = duties_owed(ctx(), staff.id, school_id())
    page = show(
        "handover/begin.html",
        form=form,
        staff=staff,
        previews=previews(ctx(), holdings, duties),
        trail=_trail((staff.name, "")),
    )
    return page, 422 if form.errors else 200


@bp.get(_ONE)
@permission("staff.view")
def page(hand_over_id: UUID) -> Any:
    """Show one hand-over by class, with who is to take what and who has."""
    row = hand_over_here(ctx(), hand_over_id, school_id())
    found = groups(ctx(), row)
    lines = [line for group in found for line in group.lines]
    waiting = {
        line.item.successor
        for line in lines
        if line.waits and line.item.state == "proposed" and line.item.successor
    }
    return show(
        "handover/page.html",
        row=row,
        groups=found,
        left=sum(line.waits for line in lines),
        all=len(lines),
        unproposed=sum(line.waits and line.item.state != "proposed" for line in lines),
        people=services.successors(ctx(), row) if row.state == "open" else [],
        waiting=sorted(waiting, key=lambda person: person.name_pinyin),
        reasons=REASONS,
        trail=_trail((row.from_staff.name, "")),
    )


@bp.post(f"{_ONE}/propose")
@permission("staff.manage")
def propose(hand_over_id: UUID) -> Any:
    """Propose successors: for each thing its own, else the class's, else the one for all."""
    row = hand_over_here(ctx(), hand_over_id, school_id())
    return _act(row, lambda: _proposed(row, request.form))


def _proposed(row: HandOver, sent: Mapping[str, str]) -> str:
    chosen = _choices(groups(ctx(), row), sent)
    number = services.propose(ctx(), row, chosen)
    if not number:
        raise Refused(T("Choose who takes over."))
    said = ngettext("%(num)s thing is proposed.", "%(num)s things are proposed.", number)
    return str(said)


def _choices(found: Sequence[Group], sent: Mapping[str, str]) -> dict[UUID, UUID | None]:
    """Read the form; a box left as it was yields to the class's box, and that to the page's."""
    chosen: dict[UUID, UUID | None] = {}
    for group in found:
        general = sent.get(f"group-{group.homeroom_id}") or sent.get("all") or ""
        for line in group.lines:
            own = sent.get(f"item-{line.item.id}")
            if not line.waits or own is None:
                continue
            declined = line.item.state == "declined"
            now = "" if declined else str(line.item.successor_id or "")
            if own == now == "":
                own = general
            if own != now:
                chosen[line.item.id] = _person(own)
    return chosen


def _person(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return UUID(int=0)  # nobody has it, and the service says so


@bp.post(f"{_ONE}/items/<uuid:item_id>/drop")
@permission("staff.manage")
def drop(hand_over_id: UUID, item_id: UUID) -> Any:
    """Note that a thing need not be handed over."""
    row = hand_over_here(ctx(), hand_over_id, school_id())

    def dropped() -> str:
        services.drop(ctx(), row, item_id, reason=request.form.get("reason", ""))
        return str(_("Noted. It stays where it is."))

    return _act(row, dropped)


@bp.post(f"{_ONE}/accept-for")
@permission("staff.manage")
def accept_for(hand_over_id: UUID) -> Any:
    """Accept for somebody who has signed the paper and does not sign in."""
    row = hand_over_here(ctx(), hand_over_id, school_id())

    def accepted() -> str:
        person = _person(request.form.get("staff", ""))
        waiting = [
            line.item.id
            for group in groups(ctx(), row)
            for line in group.lines
            if line.waits and line.item.state == "proposed" and line.item.successor_id == person
        ]
        services.accept(ctx(), row, waiting, by=person)
        return str(_("Accepted."))

    return _act(row, accepted)


@bp.post(f"{_ONE}/cancel")
@permission("staff.manage")
def cancel(hand_over_id: UUID) -> Any:
    """Call a hand-over off."""
    row = hand_over_here(ctx(), hand_over_id, school_id())

    def cancelled() -> str:
        services.cancel(ctx(), row)
        return str(_("Called off. What was accepted before stays as it is."))

    return _act(row, cancelled)


@bp.get(f"{_ONE}/print")
@permission("staff.view")
def paper(hand_over_id: UUID) -> Any:
    """Print the list, to be signed."""
    row = hand_over_here(ctx(), hand_over_id, school_id())
    school = ctx().session.scalars(select(School).where(School.id == school_id())).one()
    sheet = list_of(row, groups(ctx(), row), unit=school.name, on=ctx().today())
    audit(ctx(), "hand_over.print", object_type="hand_over", object_id=row.id)
    return download(register(sheet), f"{sheet.title}.pdf", PDF, inline=True)


def _act(row: HandOver, act: Any) -> Any:
    """Do something and say so; a refusal is said and nothing written."""
    try:
        said = act()
    except Refused as refused:
        flash(str(refused), "danger")
        ctx().session.rollback()
        return page(row.id), 422
    flash(said, "success")
    return redirect(_page_of(row))
