"""Rounds: for what time a scheme pays, and what a child gets in one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from app.sdk import Ctx, Refused, Term, term_name
from plugins.subsidies.guards import demand_center, note
from plugins.subsidies.kinds import DAY, MONTH, ONCE, YEAR
from plugins.subsidies.manifest import MANAGE
from plugins.subsidies.models import Scheme, SubsidyRound
from plugins.subsidies.money import share
from plugins.subsidies.rates import DAYS_OF_MEALS, RateRow, rate_on
from plugins.subsidies.words import T

_TERMS = 2


@dataclass(frozen=True)
class Span:
    """For what time a round pays: a term, the whole school year, some months, or an occasion."""

    term: Term
    whole_year: bool = False
    months: int = 0
    first_month: date | None = None
    occasion: str = ""


def open_round(ctx: Ctx, scheme: Scheme, span: Span) -> SubsidyRound:
    """Open a round of a scheme for all schools; raises :class:`Refused`.

    A yearly rate is paid in two shares, one a term, unless the whole year is paid at once. Rounds
    of a scheme never overlap, but occasions may.
    """
    demand_center(ctx, MANAGE)
    row = _round(ctx, scheme, span)
    if scheme.unit != ONCE:
        _demand_free(ctx, scheme, row)
    ctx.session.add(row)
    ctx.session.flush()
    note(ctx, "begin", row)
    return row


def _round(ctx: Ctx, scheme: Scheme, span: Span) -> SubsidyRound:
    term = span.term
    name = term_name(term.school_year, term.number)
    starts, ends, period, units, part, parts = term.starts_on, term.ends_on, term.code, 1, 1, 1
    title = f"{name} {scheme.title}"
    if scheme.unit == YEAR and not span.whole_year:
        part, parts = term.number, _TERMS
    elif scheme.unit == YEAR:
        period = f"{term.school_year}-{term.school_year + 1}"
        ends = date(term.school_year + 1, 8, 31)
        title = str(T("School year {year} {scheme}", year=period, scheme=scheme.title))
    elif scheme.unit == DAY:
        units = DAYS_OF_MEALS // _TERMS
    elif scheme.unit == MONTH:
        starts, ends, units = _months(span)
        period = f"{starts:%Y-%m}..{ends:%Y-%m}"
        title = str(T("{first} to {last} {scheme}", first=f"{starts:%Y-%m}", last=f"{ends:%Y-%m}",
                      scheme=scheme.title))  # fmt: skip
    else:
        occasion = span.occasion.strip()
        if not occasion:
            raise Refused(T("Name the occasion, such as Spring Festival."), "occasion")
        period, title = f"{term.code} {occasion}", f"{name} {scheme.title}（{occasion}）"
        if ctx.session.scalar(
            select(SubsidyRound.id).where(
                SubsidyRound.scheme_id == scheme.id, SubsidyRound.period == period
            )
        ):
            raise Refused(T("There is a round of this occasion already."), "occasion")
    return SubsidyRound(
        scheme_id=scheme.id, scheme=scheme, title=title, period=period,
        school_year=term.school_year, starts_on=starts, ends_on=ends,
        part=part, parts=parts, units=units,
        opened_at=ctx.now(), opened_by_id=ctx.actor.staff_id,
    )  # fmt: skip


def _months(span: Span) -> tuple[date, date, int]:
    if span.first_month is None or not 1 <= span.months <= 12:
        raise Refused(T("Choose the first month and from 1 to 12 months."), "months")
    first = span.first_month.replace(day=1)
    past = first.month - 1 + span.months
    after = date(first.year + past // 12, past % 12 + 1, 1)
    return first, date.fromordinal(after.toordinal() - 1), span.months


def _demand_free(ctx: Ctx, scheme: Scheme, row: SubsidyRound) -> None:
    before = ctx.session.scalars(
        select(SubsidyRound).where(
            SubsidyRound.scheme_id == scheme.id,
            SubsidyRound.starts_on <= row.ends_on,
            SubsidyRound.ends_on >= row.starts_on,
        )
    ).first()
    if before is not None:
        raise Refused(
            T("“{round}” already pays for a part of this time.", round=before.title), "term"
        )


def close_round(ctx: Ctx, row: SubsidyRound) -> None:
    """Close a round: nothing new is proposed in it; what is under way goes on."""
    demand_center(ctx, MANAGE)
    if row.closed_at is None:
        row.closed_at = ctx.now()
        ctx.session.flush()
        note(ctx, "close", row)


def amount_of(
    round_: SubsidyRound, rates: Iterable[RateRow], stage: str, boarding: str | None
) -> int | None:
    """Return what a child gets in a round by the rate in force when it begins, in fen.

    None without a rate.
    """
    rate = rate_on(rates, stage, boarding, round_.starts_on)
    if rate is None:
        return None
    return share(rate.amount * round_.units, round_.part, round_.parts)
