"""The centre's schemes, local rates and budget: writing them, with their rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from app.sdk import Ctx, Refused
from plugins.subsidies.guards import demand_center, demand_text, note
from plugins.subsidies.kinds import (
    AMOUNT_BY,
    BOARDING,
    NEEDS,
    RATE,
    STAGES,
    UNITS,
    USUAL,
)
from plugins.subsidies.manifest import MANAGE
from plugins.subsidies.models import Budget, Rate, Scheme, SubsidyRound
from plugins.subsidies.money import yuan
from plugins.subsidies.rates import (
    LOCAL,
    RateRow,
    national_rates,
    rate_on,
)
from plugins.subsidies.words import T

_NATIONAL_OF = {"de_facto": "orphan"}
"""民发〔2019〕62号: at the local rate for orphans."""


def adopt(ctx: Ctx, code: str) -> Scheme:
    """Take over a usual scheme from the first day of this year on; taken over before, return it."""
    demand_center(ctx, MANAGE)
    usual = USUAL[code]
    found = ctx.session.scalar(select(Scheme).where(Scheme.code == code))
    if found is not None:
        return found
    row = Scheme(
        code=code,
        title=str(usual.title),
        basis=str(usual.basis),
        needs=list(usual.needs),
        stages=list(usual.stages),
        boarding=usual.boarding or None,
        amount_by=usual.amount_by,
        unit=usual.unit,
        goods=usual.goods,
        excludes=str(usual.excludes) if usual.excludes else None,
        starts_on=ctx.today().replace(month=1, day=1),
    )
    ctx.session.add(row)
    ctx.session.flush()
    note(ctx, "add", row)
    return row


@dataclass(frozen=True)
class SchemeSaid:
    """What somebody writes of a scheme of the centre's own."""

    title: str
    basis: str
    needs: Sequence[str]
    stages: Sequence[str]
    boarding: str
    amount_by: str
    unit: str
    goods: bool
    excludes: str
    starts_on: date
    ends_on: date | None = None


def save_scheme(ctx: Ctx, said: SchemeSaid, row: Scheme | None = None) -> Scheme:
    """Write a new scheme, or change one that no round has used yet but in name and end.

    Raises :class:`Refused` naming the field.
    """
    demand_center(ctx, MANAGE)
    _demand_scheme(said)
    if row is None:
        count = len(ctx.session.scalars(select(Scheme.id)).all())
        row = Scheme(code=f"own_{count + 1}")
        ctx.session.add(row)
        _put(row, said)
    elif ctx.session.scalars(
        select(SubsidyRound.id).where(SubsidyRound.scheme_id == row.id).limit(1)
    ).first():
        # Rounds were opened by its rules: only what it is called and its end may change.
        row.title, row.basis, row.ends_on = said.title.strip(), said.basis.strip(), said.ends_on
    else:
        _put(row, said)
    ctx.session.flush()
    note(ctx, "change", row)
    return row


def _put(row: Scheme, said: SchemeSaid) -> None:
    row.title, row.basis = said.title.strip(), said.basis.strip() or None
    row.needs, row.stages = list(said.needs), list(said.stages)
    row.boarding, row.excludes = said.boarding or None, said.excludes.strip() or None
    row.amount_by, row.unit, row.goods = said.amount_by, said.unit, said.goods
    row.starts_on, row.ends_on = said.starts_on, said.ends_on


def _demand_scheme(said: SchemeSaid) -> None:
    if not said.title.strip():
        raise Refused(T("Give it a name."), "title")
    known = (
        ("needs", said.needs, NEEDS),
        ("stages", said.stages, STAGES),
        ("boarding", [said.boarding] if said.boarding else [], BOARDING),
        ("amount_by", [said.amount_by], AMOUNT_BY),
        ("unit", [said.unit], UNITS),
    )
    for field, values, words in known:
        if any(value not in words for value in values):
            raise Refused(T("Choose one of the answers."), field)
    if said.ends_on is not None and said.ends_on < said.starts_on:
        raise Refused(T("It cannot end before it begins."), "ends_on")


def add_rate(
    ctx: Ctx,
    scheme: Scheme,
    *,
    stage: str,
    boarding: str,
    amount: int,
    starts_on: date,
    source: str,
) -> Rate:
    """Set a local rate from a day on, in fen per unit, with the document it comes from.

    Raises :class:`Refused` when it is below the national base of that day.
    """
    demand_center(ctx, MANAGE)
    if amount <= 0:
        raise Refused(T("A rate is more than nothing."), "amount")
    if (stage and stage not in STAGES) or (boarding and boarding not in BOARDING):
        raise Refused(T("Choose one of the answers."), "stage")
    if not source.strip():
        raise Refused(T("Name the document that sets this rate."), "source")
    for one in [stage] if stage else scheme.stages or list(STAGES):
        base = rate_on(_national(scheme), one, boarding or scheme.boarding, starts_on)
        if base is not None and base.amount > amount:
            raise Refused(
                T("The national base is {base} yuan; a local rate may only be higher.",
                  base=yuan(base.amount)),
                "amount",
            )  # fmt: skip
    row = Rate(
        scheme_id=scheme.id,
        stage=stage or None,
        boarding=boarding or None,
        amount_fen=amount,
        starts_on=starts_on,
        source=source.strip(),
        recorded_at=ctx.now(),
        recorded_by_id=ctx.actor.staff_id,
    )
    ctx.session.add(row)
    ctx.session.flush()
    note(ctx, "add", row, amount_fen=amount)
    return row


def void_rate(ctx: Ctx, row: Rate) -> None:
    """Take a local rate back; what was computed with it stays as it was."""
    demand_center(ctx, MANAGE)
    if row.voided_at is None:
        row.voided_at, row.voided_by_id = ctx.now(), ctx.actor.staff_id
        ctx.session.flush()
        note(ctx, "void", row)


def _national(scheme: Scheme) -> list[RateRow]:
    code = _NATIONAL_OF.get(scheme.code, scheme.code)
    return [row for row in national_rates() if row.scheme == code and row.unit == scheme.unit]


def rates_of(ctx: Ctx, scheme: Scheme) -> list[RateRow]:
    """Return all rates of a scheme, national and local, the newest first: one query."""
    rows = ctx.session.scalars(
        select(Rate).where(Rate.scheme_id == scheme.id, Rate.voided_at.is_(None))
    )
    local = [
        RateRow(
            scheme.code,
            row.stage or "",
            row.boarding or "",
            scheme.unit,
            row.amount_fen,
            row.starts_on,
            row.source,
            LOCAL,
        )
        for row in rows
    ]
    return sorted([*local, *_national(scheme)], key=lambda r: r.starts_on, reverse=True)


def add_budget(
    ctx: Ctx,
    scheme: Scheme,
    *,
    school_year: int,
    amount: int,
    source: str,
    donor: str = "",
    day: date | None = None,
) -> Budget:
    """Write down money that came for a scheme, in fen; below zero when it was taken back.

    Raises :class:`Refused` naming the field.
    """
    demand_center(ctx, MANAGE)
    if amount == 0:
        raise Refused(T("Write how much it is."), "amount")
    if day is not None and day > ctx.today():
        raise Refused(T("The day lies in the future."), "day")
    row = Budget(
        scheme_id=scheme.id,
        school_year=school_year,
        amount_fen=amount,
        source=demand_text(source, "source"),
        donor=donor.strip() or None,
        day=day or ctx.today(),
        recorded_at=ctx.now(),
        recorded_by_id=ctx.actor.staff_id,
    )
    ctx.session.add(row)
    ctx.session.flush()
    note(ctx, "add", row, amount_fen=amount)
    return row


def uses_rates(scheme: Scheme) -> bool:
    """Tell whether the sum comes from the rate tables."""
    return scheme.amount_by == RATE


def schemes_of(ctx: Ctx) -> Sequence[Scheme]:
    """Return all schemes of the centre, by name of kind: one query."""
    return ctx.session.scalars(select(Scheme).order_by(Scheme.starts_on, Scheme.code)).all()


def scheme_of(ctx: Ctx, scheme_id: UUID) -> Scheme | None:
    """Return one scheme, or None."""
    return ctx.session.scalar(select(Scheme).where(Scheme.id == scheme_id))
