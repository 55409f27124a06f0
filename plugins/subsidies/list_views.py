"""The school's pages of a list: publishing it, objections, sending it to the centre."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from app.sdk import (
    PDF,
    XLSX,
    Child,
    NotVisible,
    Refused,
    audit,
    can,
    choices,
    class_options,
    ctx,
    download,
    module_settings,
    permission,
    put_error,
    unit_name,
)
from plugins.subsidies import lists, papers, queries
from plugins.subsidies.forms import AnswerForm, ObjectionForm, ReasonForm
from plugins.subsidies.manifest import MONEY, NAME, PHONE, PUBLISH, VIEW
from plugins.subsidies.models import Application, Objection, PublicList
from plugins.subsidies.views import bp, day_or_today, here, of_round, page


@bp.route("/rounds/<uuid:round_id>/publish", methods=["GET", "POST"])
@permission(PUBLISH)
def publish_page(round_id: UUID) -> Any:
    """Look at the list with its sums, then publish it."""
    round_ = queries.round_of(ctx(), round_id)
    error = ""
    if request.method == "POST":
        try:
            found = lists.publish(ctx(), round_, here())
        except Refused as refused:
            error = str(refused)
        else:
            flash(_("The list is public until %(day)s.", day=found.until_on), "success")
            return redirect(url_for(".list_page", list_id=found.id))
    rows = queries.cases(ctx(), PUBLISH, round_.id, states=("reviewed",))
    amounts: dict[UUID, int] = {}
    if rows:
        try:
            amounts = lists.priced(ctx(), round_, [case.row for case in rows])
        except Refused as refused:
            error = str(refused)
    waiting = queries.counts(ctx(), VIEW).get(round_.id, {})
    shown = page(
        "publish",
        round=round_,
        rows=rows,
        amounts=amounts,
        whole=sum(amounts.values()),
        waiting=waiting.get("proposed", 0) + waiting.get("checked", 0),
        error=error,
        rooms={option.id: option.name for option in class_options(ctx(), PUBLISH)},
        settings=module_settings(ctx(), here(), NAME),
        trail=of_round(round_, (_("Publish the list"), "")),
    )
    return shown, 422 if error and request.method == "POST" else 200


@bp.get("/lists/<uuid:list_id>")
@permission(VIEW)
def list_page(list_id: UUID) -> Any:
    """Show a list as everybody reads it, and what was objected."""
    return _list(queries.list_of(ctx(), list_id))


def _list(
    found: PublicList,
    objecting: ObjectionForm | None = None,
    answering: tuple[UUID, AnswerForm] | None = None,
    reason: ReasonForm | None = None,
) -> Any:
    rows = lists.on_list(ctx(), found)
    objecting = objecting or _objection_form(rows, fresh=True)
    errors = any(
        form is not None and form.errors
        for form in (objecting, reason, answering[1] if answering else None)
    )
    shown = page(
        "list",
        found=found,
        rows=rows,
        rooms={option.id: option.name for option in class_options(ctx(), VIEW)},
        objections=lists.objections(ctx(), found),
        names={child.id: child.name for _row, child in rows},
        objection_form=objecting,
        answer_form=answering[1] if answering else _answer_form(fresh=True),
        answering=answering[0] if answering else None,
        reason_form=reason or ReasonForm(formdata=None),
        may_publish=can(ctx(), PUBLISH),
        may_money=can(ctx(), MONEY),
        over=ctx().today() > found.until_on,
        trail=of_round(found.round, (_("List %(number)s", number=found.number), "")),
    )
    return shown, 422 if errors else 200


def _objection_form(
    rows: Sequence[tuple[Application, Child]], *, fresh: bool = False
) -> ObjectionForm:
    form = ObjectionForm(formdata=None) if fresh else ObjectionForm()
    children = [(str(child.id), child.name) for _row, child in rows]
    form.child.choices = choices([("", _("The list as a whole")), *children])
    if fresh:
        form.said_on.data = ctx().today()
    return form


def _answer_form(*, fresh: bool = False) -> AnswerForm:
    form = AnswerForm(formdata=None) if fresh else AnswerForm()
    form.upheld.choices = choices(
        [("no", _("It stays as published")), ("yes", _("Upheld: the child leaves the list"))]
    )
    return form


def _step(list_id: UUID, step: Callable[[PublicList], None], said: str) -> Any:
    """Take a step on a list, or show the list again with what stands against it."""
    found = queries.list_of(ctx(), list_id)
    try:
        step(found)
    except Refused as refused:
        flash(str(refused), "danger")
        return _list(found)[0], 422
    flash(said, "success")
    return redirect(url_for(".list_page", list_id=found.id))


@bp.post("/lists/<uuid:list_id>/submit")
@permission(PUBLISH)
def submit(list_id: UUID) -> Any:
    """Send a list to the centre."""
    return _step(list_id, lambda found: lists.submit(ctx(), found), _("The centre has the list."))


@bp.post("/lists/<uuid:list_id>/take-back")
@permission(PUBLISH)
def take_back(list_id: UUID) -> Any:
    """Take a published list back."""
    form = ReasonForm()
    if not form.validate_on_submit():
        return _list(queries.list_of(ctx(), list_id), reason=form)
    return _step(
        list_id,
        lambda found: lists.take_back(ctx(), found, reason=form.reason.data or ""),
        _("The list is taken back. Its children can be published anew."),
    )


@bp.post("/lists/<uuid:list_id>/objections")
@permission(PUBLISH)
def object_to(list_id: UUID) -> Any:
    """Write down an objection."""
    found = queries.list_of(ctx(), list_id)
    form = _objection_form(lists.on_list(ctx(), found))
    if form.validate_on_submit():
        try:
            lists.object_to(
                ctx(),
                found,
                text=form.text.data or "",
                said_by=form.said_by.data or "",
                said_on=day_or_today(form.said_on.data),
                child_id=UUID(form.child.data) if form.child.data else None,
            )
        except Refused as refused:
            put_error(form, refused)
        else:
            flash(_("The objection is written down. Answer it before you submit."), "success")
            return redirect(url_for(".list_page", list_id=found.id))
    return _list(found, objecting=form)


@bp.post("/lists/<uuid:list_id>/objections/<uuid:objection_id>")
@permission(PUBLISH)
def answer(list_id: UUID, objection_id: UUID) -> Any:
    """Answer an objection."""
    found = queries.list_of(ctx(), list_id)
    row = _objection(found, objection_id)
    form = _answer_form()
    if form.validate_on_submit():
        try:
            upheld = form.upheld.data == "yes"
            lists.answer(ctx(), found, row, text=form.answer.data or "", upheld=upheld)
        except Refused as refused:
            put_error(form, refused)
        else:
            flash(_("The objection is answered."), "success")
            return redirect(url_for(".list_page", list_id=found.id))
    return _list(found, answering=(row.id, form))


def _objection(found: PublicList, objection_id: UUID) -> Objection:
    for row in lists.objections(ctx(), found):
        if row.id == objection_id:
            return row
    raise NotVisible


def _public(found: PublicList) -> papers.Rows:
    rooms = {option.id: option.name for option in class_options(ctx(), VIEW)}
    return papers.public_rows(lists.on_list(ctx(), found), rooms)


@bp.get("/lists/<uuid:list_id>.pdf")
@permission(PUBLISH)
def list_pdf(list_id: UUID) -> Any:
    """Print the public list."""
    found = queries.list_of(ctx(), list_id)
    phone = str(module_settings(ctx(), found.school_id, NAME)[PHONE])
    body = papers.public_pdf(
        found, _public(found), unit_name(ctx(), found.school_id), phone=phone, on=ctx().today()
    )
    audit(ctx(), "subsidies.list.print", object_id=found.id, school_id=found.school_id)
    return download(body, f"{_('Publicity')}_{found.round.title}.pdf", PDF)


@bp.get("/lists/<uuid:list_id>.xlsx")
@permission(PUBLISH)
def list_sheet(list_id: UUID) -> Any:
    """Send the public list as a spreadsheet."""
    found = queries.list_of(ctx(), list_id)
    body = papers.public_sheet(found, _public(found), unit_name(ctx(), found.school_id))
    audit(ctx(), "subsidies.list.export", object_id=found.id, school_id=found.school_id)
    return download(body, f"{_('Publicity')}_{found.round.title}.xlsx", XLSX)
