"""Reading rounds, lists and money; every number with a fixed count of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import defer, joinedload

from app.sdk import Child, Ctx, NotVisible, School, Staff, refers, visible
from plugins.subsidies.models import (
    Application,
    Budget,
    PublicList,
    Scheme,
    SubsidyRound,
)
from plugins.subsidies.pay_models import Award, Batch, Payment, Reversal, Settlement
from plugins.subsidies.payments import CANCELLED, PAID_, RETURNED
from plugins.subsidies.receipts import CONFIRMED
from plugins.subsidies.reconcile import Group

Found = TypeVar("Found")


def rounds(ctx: Ctx, *, closed: bool = False) -> Sequence[SubsidyRound]:
    """Return the open rounds with their schemes, the newest first; all with ``closed``."""
    wanted = (
        select(SubsidyRound)
        .options(joinedload(SubsidyRound.scheme))
        .order_by(SubsidyRound.closed_at.is_not(None), SubsidyRound.starts_on.desc(),
                  SubsidyRound.id)
    )  # fmt: skip
    if not closed:
        wanted = wanted.where(SubsidyRound.closed_at.is_(None))
    return ctx.session.scalars(wanted).all()


def round_of(ctx: Ctx, round_id: UUID) -> SubsidyRound:
    """Return a round with its scheme; raises :class:`NotVisible`."""
    found = ctx.session.scalar(
        select(SubsidyRound)
        .options(joinedload(SubsidyRound.scheme))
        .where(SubsidyRound.id == round_id)
    )
    return _demand(found)


def scheme_of(ctx: Ctx, scheme_id: UUID) -> Scheme:
    """Return a scheme; raises :class:`NotVisible`."""
    return _demand(ctx.session.scalar(select(Scheme).where(Scheme.id == scheme_id)))


def list_of(ctx: Ctx, list_id: UUID) -> PublicList:
    """Return a list with its round and scheme; raises :class:`NotVisible`."""
    wanted = (
        select(PublicList)
        .options(joinedload(PublicList.round).joinedload(SubsidyRound.scheme))
        .where(PublicList.id == list_id)
    )
    return _demand(ctx.session.scalar(wanted))


def batch_of(ctx: Ctx, batch_id: UUID) -> Batch:
    """Return a batch with its round and scheme; raises :class:`NotVisible`."""
    wanted = (
        select(Batch)
        .options(joinedload(Batch.round).joinedload(SubsidyRound.scheme))
        .where(Batch.id == batch_id)
    )
    return _demand(ctx.session.scalar(wanted))


def _demand(found: Found | None) -> Found:
    if found is None:
        raise NotVisible
    return found


@dataclass(frozen=True)
class Case:
    """A child's application in a round."""

    row: Application
    child: Child


def cases(
    ctx: Ctx,
    permission: str,
    round_id: UUID,
    *,
    states: Iterable[str] = (),
    ids: Iterable[UUID] | None = None,
    closed: bool = False,
) -> list[Case]:
    """Return the applications of a round that ``permission`` reaches, by class and name.

    Of some states or all; ``ids`` are applications; ``closed`` takes closed ones along.
    """
    wanted: Any = (
        select(Application, Child)
        .join(Child, refers(Application.child_id, Child))
        .options(defer(Child.address), defer(Child.registered_residence))
        .where(
            Application.round_id == round_id,
            Application.at_school_id == Application.school_id,
            Child.voided_at.is_(None),
        )
        .order_by(Application.homeroom_id, Child.name_pinyin, Child.id)
    )
    if not closed:
        wanted = wanted.where(Application.closed_at.is_(None))
    if states:
        wanted = wanted.where(Application.state.in_(list(states)))
    if ids is not None:
        wanted = wanted.where(Application.id.in_(list(ids)))
    return [
        Case(row, child) for row, child in ctx.session.execute(visible(ctx, permission, wanted))
    ]


def cases_of(ctx: Ctx, round_id: UUID, school_id: UUID) -> list[Case]:
    """Return the open applications of a school in a round, for work that nobody signed in does."""
    wanted = (
        select(Application, Child)
        .join(Child, refers(Application.child_id, Child))
        .where(
            Application.round_id == round_id,
            Application.at_school_id == school_id,
            Application.closed_at.is_(None),
        )
        .order_by(Application.homeroom_id, Child.name_pinyin, Child.id)
    )
    return [Case(row, child) for row, child in ctx.session.execute(wanted)]


def counts(ctx: Ctx, permission: str) -> Mapping[UUID, Mapping[str, int]]:
    """Return how many applications of each round stand in each state: one query."""
    wanted: Any = (
        select(Application.round_id, Application.state, func.count())
        .join(Child, refers(Application.child_id, Child))
        .where(Child.voided_at.is_(None), Application.at_school_id == Application.school_id)
        .group_by(Application.round_id, Application.state)
    )
    found: dict[UUID, dict[str, int]] = defaultdict(dict)
    for round_id, state, count in ctx.session.execute(visible(ctx, permission, wanted)):
        found[round_id][state] = count
    return found


def lists(
    ctx: Ctx, round_id: UUID | None = None, *, states: Iterable[str] = ()
) -> Sequence[tuple[PublicList, School]]:
    """Return the lists in reach with their schools, the newest first: one query."""
    wanted = (
        select(PublicList, School)
        .join(School, refers(PublicList.school_id, School))
        .options(joinedload(PublicList.round))
        .order_by(PublicList.published_on.desc(), School.position, PublicList.number.desc())
    )
    if round_id is not None:
        wanted = wanted.where(PublicList.round_id == round_id)
    if states:
        wanted = wanted.where(PublicList.state.in_(list(states)))
    return [(row, school) for row, school in ctx.session.execute(wanted)]


def batches(ctx: Ctx, round_id: UUID | None = None, *, open_only: bool = False) -> Sequence[Batch]:
    """Return the batches, the newest first, with their rounds."""
    wanted = select(Batch).options(joinedload(Batch.round)).order_by(Batch.number.desc())
    if round_id is not None:
        wanted = wanted.where(Batch.round_id == round_id)
    if open_only:
        wanted = wanted.where(Batch.state.in_(("prepared", "released")))
    return ctx.session.scalars(wanted).all()


def _has(outcome: ColumnElement[bool], *joins: Any) -> ColumnElement[bool]:
    return exists().where(
        Payment.center_id == Award.center_id, Payment.award_id == Award.id, *joins, outcome
    )


def arrived_sql() -> ColumnElement[bool]:
    """Return the condition that a payment of an award has arrived, taken back or not."""
    return _has(Settlement.outcome == PAID_, *_SETTLED)


def reversed_sql() -> ColumnElement[bool]:
    """Return the condition that a payment of an award was taken back."""
    joined = (Reversal.center_id == Payment.center_id, Reversal.payment_id == Payment.id)
    return _has(Reversal.state == CONFIRMED, *joined)


def sent_sql() -> ColumnElement[bool]:
    """Return the condition that a payment of an award is on its way."""
    open_ = ~exists().where(
        Settlement.center_id == Payment.center_id, Settlement.payment_id == Payment.id
    )
    joined = (Batch.center_id == Payment.center_id, Batch.id == Payment.batch_id)
    return _has(and_(Batch.state != CANCELLED, open_), *joined)


def returned_sql() -> ColumnElement[bool]:
    """Return the condition that a payment of an award came back from the bank."""
    return _has(Settlement.outcome == RETURNED, *_SETTLED)


_SETTLED = (Settlement.center_id == Payment.center_id, Settlement.payment_id == Payment.id)


def money(ctx: Ctx, round_ids: Iterable[UUID] | None = None) -> list[Group]:
    """Return the awards of rounds as groups, for the schools in reach: one query."""
    stands = Award.ended_at.is_(None)
    arrived, taken = arrived_sql(), reversed_sql()
    sent = and_(stands, sent_sql())

    def heads(condition: ColumnElement[bool]) -> Any:
        return func.count().filter(condition)

    wanted = select(
        Award.round_id, Award.school_id, Award.stage, Award.boarding, Award.amount_fen,
        heads(stands), heads(and_(stands, arrived)), heads(sent),
        heads(and_(stands, returned_sql(), ~arrived, ~sent)), heads(taken),
    ).group_by(
        Award.round_id, Award.school_id, Award.stage, Award.boarding, Award.amount_fen
    )  # fmt: skip
    if round_ids is not None:
        wanted = wanted.where(Award.round_id.in_(list(round_ids)))
    return [Group(*row) for row in ctx.session.execute(wanted)]


@dataclass(frozen=True)
class Purse:
    """A scheme in a school year: what came for it."""

    scheme: Scheme
    school_year: int
    given: int | None


def purses(ctx: Ctx) -> list[Purse]:
    """Return what came for each scheme and year: two queries; schemes without money too."""
    came: dict[tuple[UUID, int], int] = {
        (scheme, year): int(amount)
        for scheme, year, amount in ctx.session.execute(
            select(Budget.scheme_id, Budget.school_year, func.sum(Budget.amount_fen)).group_by(
                Budget.scheme_id, Budget.school_year
            )
        )
    }
    used = set(
        ctx.session.execute(
            select(SubsidyRound.scheme_id, SubsidyRound.school_year).distinct()
        ).all()
    )
    schemes = {s.id: s for s in ctx.session.scalars(select(Scheme))}
    keys = sorted(used | came.keys(), key=lambda k: (-k[1], schemes[k[0]].code))
    return [Purse(schemes[scheme], year, came.get((scheme, year))) for scheme, year in keys]


def names_of(ctx: Ctx, staff: Iterable[UUID | None]) -> Mapping[UUID, str]:
    """Return the names of staff: one query."""
    wanted = {one for one in staff if one is not None}
    rows = ctx.session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(wanted)))
    return dict(rows.all())


def schools(ctx: Ctx) -> Sequence[School]:
    """Return the schools of the centre in their order."""
    return ctx.session.scalars(select(School).order_by(School.position, School.code)).all()
