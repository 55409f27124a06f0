"""Pages of concerns: raising one, answering it, and the lists of those that are late."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.models import Staff
from app.children.current import child
from app.children.permits import can
from app.duties.acts import kinds_at_school, period
from app.duties.boards import class_names
from app.duties.concern_rules import climb_days, concern_rule, concern_titles, concerns_at
from app.duties.concerns import answers_to, concern_of, late_concerns, open_concerns
from app.duties.forms import CloseForm, ConcernForm, WithdrawForm
from app.duties.models import Concern
from app.duties.raising import close_concern, raise_concern, withdraw_concern
from app.duties.todo import Item
from app.duties.views.bp import bp
from app.duties.views.recording import RECORD
from app.duties.views.todo import Act, act_url, short
from app.edge.areas import CENTER, CHILD, SCHOOL
from app.edge.current import ctx, show
from app.edge.forms import choices, put_error
from app.edge.marks import permission
from app.kernel.errors import Forbidden, Refused
from app.tenancy.models import School

VIEW, MANAGE = "ledger.view", "duties.manage"


def _usual() -> tuple[str, ...]:
    """Offered where no rule says how: meetings that a family is asked about, and the note."""
    kinds = ctx().registry.entry_kinds.values()
    return (*(kind.name for kind in kinds if kind.asks_family and kind.form), "note")


def _trail(title: str) -> list[tuple[object, str]]:
    return [(child().name, url_for("children.page")), (title, "")]


@bp.route(f"{CHILD}/concerns/new", methods=["GET", "POST"])
@permission(RECORD)
def raise_one() -> Any:
    """Raise a concern about the child."""
    form = ConcernForm()
    titles = concerns_at(ctx(), child().school_id)
    form.kind.choices = choices(list(titles.items()))
    if form.validate_on_submit():
        try:
            row = raise_concern(ctx(), child(), form.kind.data, note=form.note.data)
        except Refused as refused:
            put_error(form, refused)
        else:
            flash(
                _("The concern is raised; a visit is due by %(day)s.", day=short(row.due_on)),
                "success",
            )
            return redirect(url_for(".concern", concern_id=row.id))
    page = show("duties/raise.html", form=form, child=child(), trail=_trail(_("Raise a concern")))
    return page, 422 if form.errors else 200


@bp.route(f"{CHILD}/concerns/<uuid:concern_id>", methods=["GET", "POST"])
@permission(VIEW)
def concern(concern_id: UUID) -> Any:
    """Show a concern; whoever may record closes it by a visit."""
    row = concern_of(ctx(), child(), concern_id)
    if request.method == "POST" and not can(ctx(), RECORD, child()):
        raise Forbidden(RECORD)
    form = CloseForm()
    found = answers_to(ctx(), child(), row)
    form.entry.choices = choices(
        [(str(e.id), f"{e.happened_on.isoformat()} {e.title}") for e in found]
    )
    if request.method == "GET" and found:
        form.entry.data = str(found[0].id)
    if form.validate_on_submit():
        try:
            chosen = UUID(form.entry.data) if form.entry.data else None
            close_concern(ctx(), child(), row, entry_id=chosen, outcome=form.outcome.data or "")
        except Refused as refused:
            put_error(form, refused)
        else:
            flash(_("The concern is closed."), "success")
            return redirect(url_for(".todo"))
    return _concern_page(row, form), 422 if form.errors else 200


def _concern_page(row: Concern, form: CloseForm) -> str:
    answering = [o.staff for o in open_concerns(ctx(), child_id=child().id) if o.concern is row]
    people = [
        *(answering[0] if answering else ()),
        *([row.raised_by_id] if row.raised_by_id else ()),
    ]
    names = dict(
        ctx().session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(people))).all()
    )
    return show(
        "duties/concern.html",
        row=row,
        form=form,
        child=child(),
        title=concern_titles(ctx()).get(row.kind, row.kind),
        raised_by=names.get(row.raised_by_id) if row.raised_by_id else None,
        answering=[names[staff] for staff in (answering[0] if answering else ())],
        acts=_acts(row),
        today=ctx().today(),
        period=period,
        may_record=can(ctx(), RECORD, child()),
        may_withdraw=can(ctx(), MANAGE, child()),
        withdraw=WithdrawForm(),
        trail=_trail(_("Concern")),
    )


def _acts(row: Concern) -> list[Act]:
    """Return the buttons by which a visit that answers is written down."""
    here = child()
    names = concern_rule(ctx(), row.kind, here.school_id).kinds or _usual()
    code = ctx().session.scalars(select(School.code).where(School.id == here.school_id)).one()
    item = Item("child", here.id, here.school_id)
    back = url_for(".concern", concern_id=row.id)
    found = []
    for kind in kinds_at_school(ctx(), names, here.school_id):
        url = act_url(kind, item, here, code, back)
        if url:
            found.append(Act(str(kind.title), kind.icon, url))
    return found


@bp.post(f"{CHILD}/concerns/<uuid:concern_id>/withdraw")
@permission(MANAGE)
def withdraw(concern_id: UUID) -> Any:
    """Take a concern back that was a mistake."""
    row = concern_of(ctx(), child(), concern_id)
    form = WithdrawForm()
    try:
        withdraw_concern(ctx(), row, reason=form.reason.data or "")
    except Refused as refused:
        flash(str(refused), "danger")
        return redirect(url_for(".concern", concern_id=row.id))
    flash(_("The concern is withdrawn."), "success")
    return redirect(url_for("children.page"))


def _list(endpoint: str) -> Any:
    """Show all open concerns, or those that have climbed to this place."""
    late_only = request.args.get("late") == "1"
    found = late_concerns(ctx()) if late_only else open_concerns(ctx())
    people = {staff for open_ in found for staff in open_.staff}
    names = dict(
        ctx().session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(people))).all()
    )
    schools = dict(ctx().session.execute(select(School.id, School.short_name)).all())
    return show(
        "duties/concerns.html",
        found=found,
        names=names,
        schools=schools,
        several=len({open_.concern.school_id for open_ in found}) > 1,
        rooms=class_names(ctx(), {o.homeroom_id for o in found if o.homeroom_id}),
        titles=concern_titles(ctx()),
        late_only=late_only,
        climb=climb_days(ctx()),
        of_center=endpoint == "duties.center_concerns",
        list_url=url_for(endpoint),
        late_url=url_for(endpoint, late=1),
        today=ctx().today(),
        trail=[(_("Concerns"), "")],
    )


@bp.get(f"{CENTER}/concerns")
@permission(VIEW)
def center_concerns() -> Any:
    """List the open concerns of the centre; late ones that climbed so far stand out."""
    return _list("duties.center_concerns")


@bp.get(f"{SCHOOL}/concerns")
@permission(VIEW)
def school_concerns() -> Any:
    """List the open concerns of the school."""
    return _list("duties.school_concerns")


def _count(endpoint: str) -> Any:
    found = len(late_concerns(ctx()))
    url = url_for(endpoint, late=1)
    if request.headers.get("HX-Request"):
        return render_template("duties/_late.html", count=found, url=url)
    return redirect(url)


@bp.get(f"{CENTER}/concerns/late")
@permission("center.view")
def center_late() -> Any:
    """Count the concerns that have climbed to the centre, for its first page."""
    return _count("duties.center_concerns")


@bp.get(f"{SCHOOL}/concerns/late")
@permission(MANAGE)
def school_late() -> Any:
    """Count the late concerns of the school, for its first page."""
    return _count("duties.school_concerns")
