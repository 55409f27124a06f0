"""The school's pages of checking proposals and of class reviews."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from app.sdk import Refused, choices, class_options, ctx, permission, put_error
from plugins.subsidies import queries
from plugins.subsidies.evidence import evidence, sent_files
from plugins.subsidies.forms import CheckForm, ReviewForm, words
from plugins.subsidies.kinds import CHECKS, EACH
from plugins.subsidies.manifest import APPLY, REVIEW
from plugins.subsidies.models import SubsidyRound
from plugins.subsidies.money import fen
from plugins.subsidies.queries import Case
from plugins.subsidies.services import Opinion, check, review, set_amount
from plugins.subsidies.views import bp, day_or_today, ids, of_round, page


def _rooms(permission_: str) -> dict[UUID, str]:
    return {option.id: option.name for option in class_options(ctx(), permission_)}


@bp.route("/rounds/<uuid:round_id>/check", methods=["GET", "POST"])
@permission(APPLY)
def check_page(round_id: UUID) -> Any:
    """Write down how proposals were checked, many at once."""
    round_ = queries.round_of(ctx(), round_id)
    form = CheckForm()
    form.kind.choices = choices(words(CHECKS))
    if request.method == "GET":
        form.on.data = ctx().today()
    found = queries.cases(ctx(), APPLY, round_.id, states=("proposed", "checked"))
    if form.validate_on_submit():
        ticked = set(ids(request.form, "case"))
        every = bool(request.form.get("all"))
        rows = [
            (case.row, case.child)
            for case in found
            if case.row.id in ticked or (every and case.row.state == "proposed")
        ]
        try:
            check(ctx(), round_, rows, kind=form.kind.data, on=day_or_today(form.on.data),
                  text=form.text.data or "", files=sent_files())  # fmt: skip
        except Refused as refused:
            put_error(form, refused)
        else:
            flash(_("%(count)s are checked.", count=len(rows)), "success")
            return redirect(url_for(".check_page", round_id=round_.id))
    shown = page(
        "check",
        round=round_,
        form=form,
        found=[case for case in found if case.row.state == "proposed"],
        done=[case for case in found if case.row.state == "checked"],
        ticked={str(one) for one in ids(request.form, "case")},
        rooms=_rooms(APPLY),
        trail=of_round(round_, (_("Check proposals"), "")),
    )
    return shown, 422 if form.errors else 200


@bp.route("/rounds/<uuid:round_id>/review", methods=["GET", "POST"])
@permission(REVIEW)
def review_page(round_id: UUID) -> Any:
    """Write down a class review: yes or no with a reason for each child."""
    round_ = queries.round_of(ctx(), round_id)
    form = ReviewForm()
    if request.method == "GET":
        form.on.data = ctx().today()
    every = queries.cases(ctx(), REVIEW, round_.id, states=("checked",))
    me = ctx().actor.staff_id
    found = [case for case in every if me is None or case.row.proposed_by_id != me]
    if form.validate_on_submit():
        try:
            said = _opinions(round_, found)
            review(ctx(), round_, said, on=day_or_today(form.on.data),
                   members=form.members.data or "")  # fmt: skip
        except Refused as refused:
            put_error(form, refused)
        else:
            flash(
                _("The review of %(count)s children is written down.", count=len(said)), "success"
            )
            return redirect(url_for(".round_page", round_id=round_.id))
    shown = page(
        "review",
        round=round_,
        form=form,
        found=found,
        mine=len(every) - len(found),
        papers=evidence(ctx(), [case.row for case in found]),
        said=request.form,
        each=round_.scheme.amount_by == EACH,
        rooms=_rooms(REVIEW),
        trail=of_round(round_, (_("Class review"), "")),
    )
    return shown, 422 if form.errors else 200


def _opinions(round_: SubsidyRound, found: list[Case]) -> list[Opinion]:
    """Return what the form says of each child; who is left open waits for the next review."""
    said = []
    for case in found:
        answer = request.form.get(f"passes-{case.row.id}", "")
        if answer not in ("yes", "no"):
            continue
        typed = request.form.get(f"amount-{case.row.id}", "").strip()
        if round_.scheme.amount_by == EACH and answer == "yes" and typed:
            goods = request.form.get(f"goods-{case.row.id}", "")
            set_amount(ctx(), case.row, round_, amount=fen(typed, "amount"), goods=goods)
        reason = request.form.get(f"reason-{case.row.id}", "")
        said.append(Opinion(case.row, case.child, answer == "yes", reason))
    return said
