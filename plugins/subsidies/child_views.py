"""A child's page of the module: what it got, what waits, an application, the bank account."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.sdk import (
    Ctx,
    NotVisible,
    Refused,
    audit,
    can,
    child,
    ctx,
    families,
    permission,
    put_error,
    refers,
)
from plugins.subsidies import queries
from plugins.subsidies.accounts import accounts_of, set_account, show_number
from plugins.subsidies.awards import STANDINGS, AwardLine, last_payments, line_of
from plugins.subsidies.eligible import pupils
from plugins.subsidies.evidence import evidence, sent_files
from plugins.subsidies.forms import AccountForm, AmountForm, ApplyForm, ReasonForm
from plugins.subsidies.kinds import CHECKS, EACH
from plugins.subsidies.manifest import ACCOUNTS, APPLY, MONEY, VIEW
from plugins.subsidies.models import Application, SubsidyRound
from plugins.subsidies.money import fen
from plugins.subsidies.pay_models import Award
from plugins.subsidies.services import apply, set_amount, withdraw
from plugins.subsidies.views import page as show_page

bp = Blueprint("subsidies_of_child", __name__, template_folder="templates")


def _trail(*more: tuple[object, str]) -> list[tuple[object, str]]:
    file = url_for("children.page", child_id=child().id)
    return [(child().name, file), (_("Subsidies"), url_for(".page")), *more]


def applications(ctx: Ctx, child_id: UUID) -> Sequence[tuple[Application, SubsidyRound]]:
    """Return the applications of a child with their rounds, the newest first: one query."""
    rows = ctx.session.execute(
        select(Application, SubsidyRound)
        .join(SubsidyRound, refers(Application.round_id, SubsidyRound))
        .options(joinedload(SubsidyRound.scheme))
        .where(Application.child_id == child_id)
        .order_by(Application.proposed_at.desc())
    )
    return [(row, round_) for row, round_ in rows]


def awards_of(ctx: Ctx, child_id: UUID) -> list[AwardLine]:
    """Return the awards of a child that the reader's scope holds: two queries."""
    rows = ctx.session.execute(
        select(Award, SubsidyRound)
        .join(SubsidyRound, refers(Award.round_id, SubsidyRound))
        .where(Award.child_id == child_id)
        .order_by(Award.awarded_at.desc())
    ).all()
    last = last_payments(ctx, [row.Award.id for row in rows])
    return [line_of(row.Award, row.SubsidyRound, None, last.get(row.Award.id), {}) for row in rows]


@bp.get("")
@permission(VIEW)
def page() -> Any:
    """Show a child's applications, awards and account."""
    mine = applications(ctx(), child().id)
    sees_money = can(ctx(), MONEY, child())
    account = accounts_of(ctx(), [child().id]).get(child().id) if sees_money else None
    taken = {round_.id for row, round_ in mine if row.closed_at is None}
    may_apply = can(ctx(), APPLY, child())
    audit(ctx(), "subsidies.application.read", child_id=child().id)
    return show_page(
        "child",
        child=child(),
        applications=mine,
        papers=evidence(ctx(), [row for row, _round in mine]),
        checks=CHECKS,
        awards=awards_of(ctx(), child().id) if sees_money else [],
        standings=STANDINGS,
        account=account,
        sees_money=sees_money,
        may_account=can(ctx(), ACCOUNTS, child()),
        may_apply=may_apply,
        offered=[r for r in queries.rounds(ctx()) if r.id not in taken] if may_apply else [],
        each=EACH,
        trail=_trail(),
    )


def _own(application_id: UUID) -> tuple[Application, SubsidyRound]:
    for row, round_ in applications(ctx(), child().id):
        if row.id == application_id:
            return row, round_
    raise NotVisible


@bp.route("/apply/<uuid:round_id>", methods=["GET", "POST"])
@permission(APPLY)
def apply_page(round_id: UUID) -> Any:
    """Take in the application of a family."""
    round_ = queries.round_of(ctx(), round_id)
    form = ApplyForm()
    each = round_.scheme.amount_by == EACH
    if not each:
        del form.amount
    if not each or not round_.scheme.goods:
        del form.goods
    found = pupils(
        ctx(), APPLY, round_.scheme, verdicts=("yes", "no", "unknown"), children=[child().id]
    )
    if not found:
        raise NotVisible
    if form.validate_on_submit():
        try:
            typed = form.amount.data if each else ""
            apply(
                ctx(),
                round_,
                found[0],
                text=form.text.data or "",
                amount=fen(typed, "amount") if typed else None,
                goods=(form.goods.data or "") if "goods" in form else "",
                files=sent_files(),
            )
        except Refused as refused:
            put_error(form, refused)
        else:
            flash(_("The application is written down. Check it next."), "success")
            return redirect(url_for(".page"))
    shown = show_page(
        "apply", child=child(), round=round_, pupil=found[0], form=form,
        trail=_trail((_("Application"), "")),
    )  # fmt: skip
    return shown, 422 if form.errors else 200


@bp.route("/applications/<uuid:application_id>/amount", methods=["GET", "POST"])
@permission(APPLY)
def amount_page(application_id: UUID) -> Any:
    """Set what a child is to get, where that is decided for each."""
    row, round_ = _own(application_id)
    if round_.scheme.amount_by != EACH:
        raise NotVisible
    form = AmountForm(goods=row.goods or "")
    if not round_.scheme.goods:
        del form.goods
    if form.validate_on_submit():
        try:
            set_amount(
                ctx(), row, round_, amount=fen(form.amount.data or "", "amount"),
                goods=(form.goods.data or "") if "goods" in form else "",
            )  # fmt: skip
        except Refused as refused:
            put_error(form, refused)
        else:
            flash(_("The sum is written down."), "success")
            return redirect(url_for(".page"))
    return _form(form, _("Sum of money"), round_.title)


@bp.route("/applications/<uuid:application_id>/withdraw", methods=["GET", "POST"])
@permission(APPLY)
def withdraw_page(application_id: UUID) -> Any:
    """Take a proposal back, with a reason."""
    row, round_ = _own(application_id)
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            withdraw(ctx(), row, reason=form.reason.data or "")
        except Refused as refused:
            put_error(form, refused)
        else:
            flash(_("The proposal is taken back."), "success")
            return redirect(url_for(".page"))
    return _form(form, _("Take the proposal back"), round_.title)


@bp.route("/account", methods=["GET", "POST"])
@permission(ACCOUNTS)
def account_page() -> Any:
    """Write down a child's bank account."""
    adults = [a for a in families(ctx(), [child().id]).get(child().id, []) if not a.bond.barred]
    form = AccountForm()
    if request.method == "GET" and adults:
        form.holder.data = adults[0].guardian.name
    if form.validate_on_submit():
        holder = (form.holder.data or "").strip()
        owner = next((a.guardian.id for a in adults if a.guardian.name == holder), None)
        try:
            set_account(
                ctx(), child(), holder=holder, bank=form.bank.data or "",
                number=form.number.data or "", guardian_id=owner,
            )  # fmt: skip
        except Refused as refused:
            put_error(form, refused)
        else:
            flash(_("The account is written down."), "success")
            return redirect(url_for(".page"))
    return _form(form, _("Bank account"), "")


@bp.post("/account/show")
@permission(ACCOUNTS)
def account_shown() -> Any:
    """Show the whole number; the log keeps who looked."""
    account = accounts_of(ctx(), [child().id]).get(child().id)
    if account is None:
        raise NotVisible
    number = show_number(ctx(), account)
    return show_page("account_shown", number=number, child=child(), trail=_trail())


def _form(form: Any, title: str, note: str) -> Any:
    shown = show_page(
        "form", form=form, title=title, note=note, after=url_for(".page"),
        trail=_trail((title, "")),
    )  # fmt: skip
    return shown, 422 if form.errors else 200
