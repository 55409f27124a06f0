"""The centre's pages of schemes: which there are, their rates, budget, and opening a round."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from app.sdk import (
    NotVisible,
    Refused,
    Term,
    can,
    choices,
    ctx,
    permission,
    put_error,
    school_year,
    term_name,
)
from plugins.subsidies import queries
from plugins.subsidies.center_views import bp, trail
from plugins.subsidies.forms import BudgetForm, RateForm, RoundForm, SchemeForm, words
from plugins.subsidies.kinds import AMOUNT_BY, BOARDING, MONTH, NEEDS, ONCE, STAGES, UNITS, USUAL
from plugins.subsidies.kinds import YEAR as YEARLY
from plugins.subsidies.manifest import MANAGE, MONEY
from plugins.subsidies.models import Budget, Rate, Scheme
from plugins.subsidies.money import fen
from plugins.subsidies.rounds import Span, open_round
from plugins.subsidies.schemes import (
    SchemeSaid,
    add_budget,
    add_rate,
    adopt,
    rates_of,
    save_scheme,
    schemes_of,
    void_rate,
)
from plugins.subsidies.views import day_or_today, page


@bp.get("/schemes")
@permission(MONEY)
def schemes() -> Any:
    """List the schemes, and the usual ones that are not taken over yet."""
    found = schemes_of(ctx())
    taken = {scheme.code for scheme in found}
    return page(
        "schemes",
        schemes=found,
        usual=[usual for usual in USUAL.values() if usual.code not in taken],
        units=UNITS,
        needs=NEEDS,
        may_manage=can(ctx(), MANAGE),
        trail=trail((_("Schemes and rates"), "")),
    )


@bp.post("/schemes/adopt")
@permission(MANAGE)
def adopt_usual() -> Any:
    """Take usual schemes over."""
    codes = [code for code in request.form.getlist("code") if code in USUAL]
    for code in codes:
        adopt(ctx(), code)
    flash(_("%(count)s schemes are taken over.", count=len(codes)), "success")
    return redirect(url_for(".schemes"))


@bp.route("/schemes/new", methods=["GET", "POST"])
@permission(MANAGE)
def new_scheme() -> Any:
    """Add a scheme of the centre's own."""
    return _edit(None)


@bp.route("/schemes/<uuid:scheme_id>/edit", methods=["GET", "POST"])
@permission(MANAGE)
def edit_scheme(scheme_id: UUID) -> Any:
    """Change a scheme."""
    return _edit(queries.scheme_of(ctx(), scheme_id))


def _edit(row: Scheme | None) -> Any:
    form = SchemeForm(obj=row) if row else SchemeForm()
    form.needs.choices = choices(words(NEEDS))
    form.stages.choices = choices(words(STAGES))
    form.boarding.choices = choices([("", _("Boarders and day pupils")), *words(BOARDING)])
    form.amount_by.choices = choices(words(AMOUNT_BY))
    form.unit.choices = choices(words(UNITS))
    if request.method == "GET":
        form.boarding.data = form.boarding.data or ""
        form.starts_on.data = form.starts_on.data or ctx().today()
    if form.validate_on_submit():
        try:
            found = save_scheme(ctx(), _said(form), row)
        except Refused as refused:
            put_error(form, refused)
        else:
            flash(_("The scheme is saved."), "success")
            return redirect(url_for(".scheme_page", scheme_id=found.id))
    shown = page(
        "form", form=form, title=row.title if row else _("New scheme"), note="",
        after=url_for(".schemes"),
        trail=trail((_("Schemes and rates"), url_for(".schemes")), (_("Scheme"), "")),
    )  # fmt: skip
    return shown, 422 if form.errors else 200


def _said(form: SchemeForm) -> SchemeSaid:
    return SchemeSaid(
        title=form.title.data or "",
        basis=form.basis.data or "",
        needs=form.needs.data or [],
        stages=form.stages.data or [],
        boarding=form.boarding.data or "",
        amount_by=form.amount_by.data or "",
        unit=form.unit.data or "",
        goods=bool(form.goods.data),
        excludes=form.excludes.data or "",
        starts_on=day_or_today(form.starts_on.data),
        ends_on=form.ends_on.data,
    )


@bp.get("/schemes/<uuid:scheme_id>")
@permission(MONEY)
def scheme_page(scheme_id: UUID) -> Any:
    """Show a scheme's rates with their sources, and its budget."""
    return _scheme(queries.scheme_of(ctx(), scheme_id))


def _scheme(
    row: Scheme, rate_form: RateForm | None = None, budget_form: BudgetForm | None = None
) -> Any:
    local = ctx().session.scalars(
        select(Rate)
        .where(Rate.scheme_id == row.id, Rate.voided_at.is_(None))
        .order_by(Rate.starts_on.desc(), Rate.id)
    )
    budget = ctx().session.scalars(
        select(Budget).where(Budget.scheme_id == row.id).order_by(Budget.day.desc(), Budget.id)
    )
    errors = any(form is not None and form.errors for form in (rate_form, budget_form))
    shown = page(
        "scheme",
        scheme=row,
        rates=[rate for rate in rates_of(ctx(), row) if rate.level == "national"],
        local=local.all(),
        budget=budget.all(),
        units=UNITS,
        needs=NEEDS,
        amount_by=AMOUNT_BY,
        rate_form=rate_form or _rate_form(row, fresh=True),
        budget_form=budget_form or _budget_form(fresh=True),
        may_manage=can(ctx(), MANAGE),
        trail=trail((_("Schemes and rates"), url_for(".schemes")), (row.title, "")),
    )
    return shown, 422 if errors else 200


def _rate_form(row: Scheme, *, fresh: bool = False) -> RateForm:
    form = RateForm(formdata=None) if fresh else RateForm()
    stages = [(key, title) for key, title in words(STAGES) if not row.stages or key in row.stages]
    form.stage.choices = choices([("", _("All stages")), *stages])
    form.boarding.choices = choices([("", _("Boarders and day pupils")), *words(BOARDING)])
    if fresh:
        form.starts_on.data = ctx().today()
    return form


def _budget_form(*, fresh: bool = False) -> BudgetForm:
    form = BudgetForm(formdata=None) if fresh else BudgetForm()
    now = school_year(ctx().today())
    form.year.choices = choices([(str(y), f"{y}-{y + 1}") for y in (now, now + 1, now - 1)])
    if fresh:
        form.day.data = ctx().today()
    return form


@bp.post("/schemes/<uuid:scheme_id>/rates")
@permission(MANAGE)
def new_rate(scheme_id: UUID) -> Any:
    """Set a local rate."""
    row = queries.scheme_of(ctx(), scheme_id)
    form = _rate_form(row)
    if form.validate_on_submit():
        try:
            add_rate(
                ctx(),
                row,
                stage=form.stage.data or "",
                boarding=form.boarding.data or "",
                amount=fen(form.amount.data or "", "amount"),
                starts_on=day_or_today(form.starts_on.data),
                source=form.source.data or "",
            )
        except Refused as refused:
            put_error(form, refused)
        else:
            flash(_("The rate is saved."), "success")
            return redirect(url_for(".scheme_page", scheme_id=row.id))
    return _scheme(row, rate_form=form)


@bp.post("/schemes/<uuid:scheme_id>/rates/<uuid:rate_id>/void")
@permission(MANAGE)
def take_rate_back(scheme_id: UUID, rate_id: UUID) -> Any:
    """Take a local rate back."""
    rate = ctx().session.scalar(select(Rate).where(Rate.id == rate_id, Rate.scheme_id == scheme_id))
    if rate is None:
        raise NotVisible
    void_rate(ctx(), rate)
    flash(_("The rate is taken back."), "success")
    return redirect(url_for(".scheme_page", scheme_id=scheme_id))


@bp.post("/schemes/<uuid:scheme_id>/budget")
@permission(MANAGE)
def new_budget(scheme_id: UUID) -> Any:
    """Write down money that came, or was taken back."""
    row = queries.scheme_of(ctx(), scheme_id)
    form = _budget_form()
    if form.validate_on_submit():
        try:
            amount = fen(form.amount.data or "", "amount")
            add_budget(
                ctx(),
                row,
                school_year=int(form.year.data),
                amount=-amount if form.back.data else amount,
                source=form.source.data or "",
                donor=form.donor.data or "",
                day=day_or_today(form.day.data),
            )
        except Refused as refused:
            put_error(form, refused)
        else:
            flash(_("The money is written down."), "success")
            return redirect(url_for(".scheme_page", scheme_id=row.id))
    return _scheme(row, budget_form=form)


@bp.route("/schemes/<uuid:scheme_id>/open", methods=["GET", "POST"])
@permission(MANAGE)
def open_page(scheme_id: UUID) -> Any:
    """Open a round of a scheme for all schools."""
    row = queries.scheme_of(ctx(), scheme_id)
    form, terms = RoundForm(), _terms()
    form.term.choices = choices([(str(t.id), term_name(t.school_year, t.number)) for t in terms])
    unasked = {
        "whole_year": row.unit != YEARLY,
        "first_month": row.unit != MONTH,
        "months": row.unit != MONTH,
        "occasion": row.unit != ONCE,
    }
    for name, absent in unasked.items():
        if absent:
            del form[name]
    if request.method == "GET" and terms:
        now = [t for t in terms if t.starts_on <= ctx().today() <= t.ends_on]
        form.term.data = str((now or terms)[0].id)
    if form.validate_on_submit():
        try:
            found = open_round(ctx(), row, _span(form, terms))
        except Refused as refused:
            put_error(form, refused)
        else:
            flash(_("The round is open: every school sees who is eligible."), "success")
            return redirect(url_for(".round_page", round_id=found.id))
    shown = page(
        "form", form=form, title=_("Open a round: %(scheme)s", scheme=row.title), note="",
        after=url_for(".scheme_page", scheme_id=row.id),
        trail=trail((_("Schemes and rates"), url_for(".schemes")), (_("Open a round"), "")),
    )  # fmt: skip
    return shown, 422 if form.errors else 200


def _terms() -> list[Term]:
    return list(ctx().session.scalars(select(Term).order_by(Term.starts_on.desc())))


def _span(form: RoundForm, terms: list[Term]) -> Span:
    term = next(t for t in terms if str(t.id) == form.term.data)
    return Span(
        term,
        whole_year=bool(form.whole_year.data) if "whole_year" in form else False,
        months=(form.months.data or 0) if "months" in form else 0,
        first_month=_month(form.first_month.data or "") if "first_month" in form else None,
        occasion=(form.occasion.data or "") if "occasion" in form else "",
    )


def _month(typed: str) -> date | None:
    try:
        return date.fromisoformat(f"{typed.strip()}-01")
    except ValueError:
        return None
