"""The centre decides on a school's list: awards, or back to the school."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select

from app.sdk import (
    Child,
    Ctx,
    EntryFor,
    Homeroom,
    Refused,
    School,
    class_title,
    record,
    refers,
    tell_families,
)
from plugins.subsidies.guards import (
    demand_center,
    demand_other,
    demand_state,
    demand_text,
    note,
    staff_ids,
)
from plugins.subsidies.lists import APPROVED, RETURNED, SUBMITTED, free, on_list
from plugins.subsidies.manifest import APPROVE, AWARDED
from plugins.subsidies.models import Application, Budget, PublicList, Scheme, SubsidyRound
from plugins.subsidies.money import yuan
from plugins.subsidies.pay_models import Award
from plugins.subsidies.telling import list_decided
from plugins.subsidies.words import T

_BEFORE = ("proposed_by_id", "checked_by_id", "reviewed_by_id")


def approve(ctx: Ctx, found: PublicList, *, decision: str = "") -> list[Award]:
    """Award everybody on a submitted list; the school and the families read it.

    Raises :class:`Refused` for who took part before, when the budget does not hold it, and for a
    child that has an award of a scheme that excludes this one.
    """
    demand_center(ctx, APPROVE)
    demand_state(found.state, SUBMITTED)
    rows = on_list(ctx, found)
    demand_other(
        ctx,
        found.published_by_id,
        found.submitted_by_id,
        *staff_ids([row for row, _child in rows], *_BEFORE),
    )
    total = sum(row.amount_fen or 0 for row, _child in rows)
    _demand_budget(ctx, found.round, total)
    _demand_single(ctx, found.round, [child for _row, child in rows])
    names = _class_names(ctx, [row for row, _child in rows])
    awards = [_award(ctx, found, row, child, names) for row, child in rows]
    ctx.session.add_all(awards)
    for row, _child in rows:
        row.state = "approved"
    found.state, found.decision = APPROVED, decision.strip() or None
    found.decided_at, found.decided_by_id = ctx.now(), ctx.actor.staff_id
    ctx.session.flush()
    act = record(
        ctx,
        kind=AWARDED,
        happened_on=ctx.today(),
        title=T("Approved: {round}", round=found.round.title),
        entries=[
            EntryFor(child, text=_words(row), origin_school_id=found.school_id)
            for row, child in rows
        ],
    )
    note(ctx, "approve", found, count=len(awards), amount_fen=total)
    tell_families(ctx, act.kind, [child for _row, child in rows])
    list_decided(ctx, found)
    return awards


def send_back(ctx: Ctx, found: PublicList, *, reason: str) -> None:
    """Send a list back to its school with what is to be put right."""
    demand_center(ctx, APPROVE)
    demand_state(found.state, SUBMITTED)
    free(ctx, found, RETURNED, demand_text(reason, "reason"))
    note(ctx, "decline", found)
    list_decided(ctx, found)


def _words(row: Application) -> str:
    money = str(T("{amount} yuan", amount=yuan(row.amount_fen)))
    return f"{row.goods}（{money}）" if row.goods else money


def _award(
    ctx: Ctx, found: PublicList, row: Application, child: Child, names: Mapping[UUID, str]
) -> Award:
    return Award(
        school_id=found.school_id,
        round_id=found.round_id,
        list_id=found.id,
        application_id=row.id,
        child_id=child.id,
        name=child.name,
        class_name=names.get(row.homeroom_id, "") if row.homeroom_id else "",
        stage=row.stage,
        boarding=row.boarding,
        amount_fen=row.amount_fen,
        goods=row.goods,
        awarded_at=ctx.now(),
        awarded_by_id=ctx.actor.staff_id,
    )


def _class_names(ctx: Ctx, rows: Sequence[Application]) -> dict[UUID, str]:
    found = ctx.session.execute(
        select(Homeroom, School.system)
        .join(School, refers(Homeroom.school_id, School))
        .where(Homeroom.id.in_({row.homeroom_id for row in rows if row.homeroom_id}))
    )
    return {room.id: class_title(ctx, room, system) for room, system in found}


def given(ctx: Ctx, round_: SubsidyRound) -> int | None:
    """Return the money that came for a round's scheme and year, None when none was written down."""
    found: int | None = ctx.session.scalar(
        select(func.sum(Budget.amount_fen)).where(
            Budget.scheme_id == round_.scheme_id, Budget.school_year == round_.school_year
        )
    )
    return None if found is None else int(found)


def committed(ctx: Ctx, round_: SubsidyRound) -> int:
    """Return what awards of the round's scheme and year come to."""
    found = ctx.session.scalar(
        select(func.coalesce(func.sum(Award.amount_fen), 0))
        .join(SubsidyRound, refers(Award.round_id, SubsidyRound))
        .where(
            Award.ended_at.is_(None),
            SubsidyRound.scheme_id == round_.scheme_id,
            SubsidyRound.school_year == round_.school_year,
        )
    )
    return int(found or 0)


def _demand_budget(ctx: Ctx, round_: SubsidyRound, total: int) -> None:
    money = given(ctx, round_)
    if money is None:
        return
    left = money - committed(ctx, round_)
    if total > left:
        raise Refused(
            T("The list comes to {total} yuan; the budget has {left} yuan left.",
              total=yuan(total), left=yuan(left))
        )  # fmt: skip


def _demand_single(ctx: Ctx, round_: SubsidyRound, children: Sequence[Child]) -> None:
    """Refuse a second award in the round, and one of a scheme that excludes this one."""
    twice = ctx.session.execute(
        select(Award.name, SubsidyRound.title)
        .join(SubsidyRound, refers(Award.round_id, SubsidyRound))
        .where(
            Award.ended_at.is_(None),
            Award.child_id.in_([child.id for child in children]),
            excluding(round_),
        )
    ).first()
    if twice is not None:
        raise Refused(
            T("{name} already gets “{round}”. Decline one of the two first.",
              name=twice[0], round=twice[1])
        )  # fmt: skip


def excluding(round_: SubsidyRound) -> ColumnElement[bool]:
    """Return the condition that an award's round cannot stand beside this one for a child."""
    same = SubsidyRound.id == round_.id
    group = round_.scheme.excludes
    if not group:
        return same
    schemes = select(Scheme.id).where(Scheme.excludes == group)
    overlaps = and_(
        SubsidyRound.starts_on <= round_.ends_on, SubsidyRound.ends_on >= round_.starts_on
    )
    return or_(same, and_(SubsidyRound.scheme_id.in_(schemes), overlaps))
