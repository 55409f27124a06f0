"""The centre's pages: what waits, rounds reconciled, lists to decide on, reversals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from app.sdk import (
    PDF,
    XLSX,
    NotVisible,
    Refused,
    audit,
    can,
    ctx,
    download,
    list_sheet,
    listed,
    permission,
    put_error,
    unit_name,
)
from plugins.subsidies import deciding, lists, queries, reconcile_papers
from plugins.subsidies import gaps as finding
from plugins.subsidies.awards import CENTER_AWARDS, STANDINGS
from plugins.subsidies.evidence import evidence
from plugins.subsidies.forms import BatchForm, ReasonForm
from plugins.subsidies.kinds import CHECKS, WAYS
from plugins.subsidies.manifest import APPROVE, MANAGE, MONEY, PAY
from plugins.subsidies.models import PublicList, SubsidyRound
from plugins.subsidies.money_views import ledger
from plugins.subsidies.pay_models import Award
from plugins.subsidies.receipts import (
    end_award,
    reversals,
)
from plugins.subsidies.reconcile import by, merged, total
from plugins.subsidies.rounds import close_round
from plugins.subsidies.views import page, plain

bp = Blueprint("subsidies_of_center", __name__, template_folder="templates")


def trail(*more: tuple[object, str]) -> list[tuple[object, str]]:
    """Return the way to a page of the centre."""
    return [(_("Subsidies"), url_for("subsidies_center.home")), *more]


def of_round(round_: SubsidyRound, *more: tuple[object, str]) -> list[tuple[object, str]]:
    """Return the way to a page of a round."""
    return trail((round_.title, url_for("subsidies_center.round_page", round_id=round_.id)), *more)


@bp.get("")
@permission(MONEY)
def home() -> Any:
    """Show what waits for the centre, and budget, approved and paid by scheme and year."""
    every = queries.rounds(ctx(), closed=True)
    groups = queries.money(ctx())
    keys = {r.id: (r.scheme_id, r.school_year) for r in every}
    shown = every if request.args.get("closed") == "1" else [r for r in every if not r.closed_at]
    return page(
        "center_home",
        rounds=shown,
        hidden=len(every) - len(shown),
        sums=by(groups, lambda group: group.round_id),
        purses=queries.purses(ctx()),
        used=by(groups, lambda group: keys[group.round_id]),
        waiting=queries.lists(ctx(), states=("submitted",)),
        batches=queries.batches(ctx(), open_only=True),
        asked=reversals(ctx(), waiting=True),
        may_manage=can(ctx(), MANAGE),
        trail=trail(),
    )


@bp.get("/rounds/<uuid:round_id>")
@permission(MONEY)
def round_page(round_id: UUID) -> Any:
    """Show a round school by school, its reconciliation, its lists and batches."""
    round_ = queries.round_of(ctx(), round_id)
    groups = queries.money(ctx(), [round_.id])
    form = BatchForm(formdata=None)
    every = queries.schools(ctx())
    form.way.choices = [(key, str(title)) for key, title in WAYS.items()]
    if round_.scheme.goods:
        form.way.data = "hand"
    found = by(groups, lambda group: group.school_id)
    form.schools.choices = [(str(s.id), s.short_name) for s in every if s.id in found]
    return page(
        "center_round",
        round=round_,
        schools=every,
        sums=found,
        whole=total(groups),
        kinds=merged(groups),
        lists=queries.lists(ctx(), round_.id),
        batches=queries.batches(ctx(), round_.id),
        given=deciding.given(ctx(), round_),
        used=deciding.committed(ctx(), round_),
        form=form,
        may_pay=can(ctx(), PAY),
        may_manage=can(ctx(), MANAGE),
        trail=of_round(round_),
    )


@bp.get("/rounds/<uuid:round_id>.xlsx")
@permission(MONEY)
def round_sheet(round_id: UUID) -> Any:
    """Send the reconciliation as a spreadsheet."""
    round_ = queries.round_of(ctx(), round_id)
    body = reconcile_papers.reconciliation_sheet(
        round_, queries.money(ctx(), [round_.id]), queries.schools(ctx()), on=ctx().today()
    )
    audit(ctx(), "subsidies.round.export", object_id=round_.id)
    return download(body, f"{_('Reconciliation')}_{round_.title}.xlsx", XLSX)


@bp.get("/rounds/<uuid:round_id>.pdf")
@permission(MONEY)
def round_pdf(round_id: UUID) -> Any:
    """Print the reconciliation."""
    round_ = queries.round_of(ctx(), round_id)
    money = deciding.given(ctx(), round_)
    body = reconcile_papers.reconciliation_pdf(
        round_,
        queries.money(ctx(), [round_.id]),
        queries.schools(ctx()),
        unit=unit_name(ctx(), None),
        budget=None if money is None else (money, deciding.committed(ctx(), round_)),
        on=ctx().today(),
    )
    audit(ctx(), "subsidies.round.print", object_id=round_.id)
    return download(body, f"{_('Reconciliation')}_{round_.title}.pdf", PDF)


@bp.post("/rounds/<uuid:round_id>/close")
@permission(MANAGE)
def close(round_id: UUID) -> Any:
    """Close a round to new proposals."""
    round_ = queries.round_of(ctx(), round_id)
    close_round(ctx(), round_)
    flash(_("The round is closed. What is under way goes on."), "success")
    return redirect(url_for(".round_page", round_id=round_.id))


@bp.get("/rounds/<uuid:round_id>/gaps")
@permission(MONEY)
def gaps(round_id: UUID) -> Any:
    """Show who is eligible without help, helped twice, helped though the facts say no."""
    round_ = queries.round_of(ctx(), round_id)
    return page(
        "gaps",
        round=round_,
        found=finding.gaps(ctx(), MONEY, round_),
        most=finding.MOST,
        several=True,
        trail=of_round(round_, (_("What does not fit"), "")),
    )


@bp.get("/awards")
@permission(MONEY)
def awards() -> Any:
    """List what was approved and what became of the money, of all schools."""
    return page(
        "awards",
        shown=listed(CENTER_AWARDS, sheet="subsidies_center.awards_sheet"),
        standings=STANDINGS,
        paper_url=url_for(".awards_pdf", **plain(request.args)),
        trail=trail((_("Ledger of subsidies"), "")),
    )


@bp.get("/awards.xlsx")
@permission(MONEY)
def awards_sheet() -> Any:
    """Send the ledger as a spreadsheet."""
    return list_sheet(CENTER_AWARDS, page="subsidies_center.awards")


@bp.get("/awards.pdf")
@permission(MONEY)
def awards_pdf() -> Any:
    """Print the ledger as it is narrowed."""
    return ledger(CENTER_AWARDS, ".awards")


@bp.route("/awards/<uuid:award_id>/end", methods=["GET", "POST"])
@permission(APPROVE)
def end(award_id: UUID) -> Any:
    """End an award of which nothing has been paid."""
    award = ctx().session.scalar(select(Award).where(Award.id == award_id))
    if award is None:
        raise NotVisible
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            end_award(ctx(), award, reason=form.reason.data or "")
        except Refused as refused:
            put_error(form, refused)
        else:
            flash(_("The award of %(name)s has ended.", name=award.name), "success")
            return redirect(url_for(".awards"))
    shown = page(
        "form", form=form, title=_("End the award of %(name)s", name=award.name), note="",
        after=url_for(".awards"), trail=trail((_("End an award"), "")),
    )  # fmt: skip
    return shown, 422 if form.errors else 200


@bp.get("/lists/<uuid:list_id>")
@permission(MONEY)
def list_page(list_id: UUID) -> Any:
    """Show a school's list with facts, checks and objections, to decide on it."""
    return _list(queries.list_of(ctx(), list_id))


def _list(found: PublicList, form: ReasonForm | None = None) -> Any:
    rows = lists.on_list(ctx(), found)
    staff = [getattr(row, name) for row, _child in rows
             for name in ("proposed_by_id", "checked_by_id", "reviewed_by_id")]  # fmt: skip
    school = next(s for s in queries.schools(ctx()) if s.id == found.school_id)
    amount = sum(row.amount_fen or 0 for row, _child in rows)
    money = deciding.given(ctx(), found.round)
    shown = page(
        "center_list",
        found=found,
        school=school,
        rows=rows,
        amount=amount,
        checks=CHECKS,
        papers=evidence(ctx(), [row for row, _child in rows]),
        objections=lists.objections(ctx(), found),
        children={child.id: child.name for _row, child in rows},
        names=queries.names_of(ctx(), [*staff, found.published_by_id, found.submitted_by_id,
                                       found.decided_by_id]),
        left=None if money is None else money - deciding.committed(ctx(), found.round),
        form=form or ReasonForm(formdata=None),
        may_approve=can(ctx(), APPROVE),
        trail=of_round(found.round, (school.short_name, "")),
    )  # fmt: skip
    return shown, 422 if form and form.errors else 200


@bp.post("/lists/<uuid:list_id>/approve")
@permission(APPROVE)
def approve(list_id: UUID) -> Any:
    """Award everybody on the list."""
    found = queries.list_of(ctx(), list_id)
    return _decide(found, lambda: deciding.approve(ctx(), found), _("The list is approved."))


@bp.post("/lists/<uuid:list_id>/return")
@permission(APPROVE)
def send_back(list_id: UUID) -> Any:
    """Send the list back with what is to be put right."""
    found, form = queries.list_of(ctx(), list_id), ReasonForm()
    if not form.validate_on_submit():
        return _list(found, form)
    reason = form.reason.data or ""
    return _decide(
        found,
        lambda: deciding.send_back(ctx(), found, reason=reason),
        _("The school has the list back."),
    )


def _decide(found: PublicList, step: Callable[[], object], said: str) -> Any:
    try:
        step()
    except Refused as refused:
        flash(str(refused), "danger")
        return _list(found)[0], 422
    flash(said, "success")
    return redirect(url_for(".list_page", list_id=found.id))
