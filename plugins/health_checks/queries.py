"""Reading rounds and check-ups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from app.sdk import (
    Child,
    Ctx,
    Entry,
    NotVisible,
    School,
    class_options,
    open_follow_ups,
    pupils_of,
    records,
    visible,
)
from plugins.health_checks.items import KEPT
from plugins.health_checks.manifest import FOLLOW, VIEW
from plugins.health_checks.models import CheckUp, Referral, Round
from plugins.health_checks.referrals import REFERRALS

Current = tuple[CheckUp, Entry]
"""A check-up as it stands, with its entry."""


@dataclass(frozen=True)
class ClassProgress:
    """A class in a round: its pupils and those without a check-up yet (未检)."""

    id: UUID
    name: str
    pupils: int
    missing: list[Child]

    @property
    def done(self) -> int:
        """Return how many have been checked."""
        return self.pupils - len(self.missing)


def rounds(ctx: Ctx) -> list[tuple[Round, int]]:
    """Return the school's rounds, newest first, with the number of children checked."""
    counts = (
        records(CheckUp)
        .with_only_columns(CheckUp.round_id, func.count().label("count"))
        .group_by(CheckUp.round_id)
        .subquery()
    )
    rows = ctx.session.execute(
        select(Round, func.coalesce(counts.c.count, 0))
        .outerjoin(counts, counts.c.round_id == Round.id)
        .order_by(Round.held_on.desc(), Round.id.desc())
    )
    return [(row, count) for row, count in rows]


def round_of(ctx: Ctx, round_id: UUID) -> Round:
    """Return a round of the school, or raise :class:`NotVisible`."""
    found = ctx.session.scalar(select(Round).where(Round.id == round_id))
    if found is None:
        raise NotVisible
    return found


def in_round(ctx: Ctx, round_id: UUID, child_ids: Iterable[UUID]) -> Mapping[UUID, Current]:
    """Return the present check-ups of a round by child."""
    rows = ctx.session.execute(
        records(CheckUp).where(CheckUp.round_id == round_id, CheckUp.child_id.in_(list(child_ids)))
    )
    return {check_up.child_id: (check_up, entry) for check_up, entry in rows}


def progress(ctx: Ctx, round_id: UUID) -> list[ClassProgress]:
    """Return how far each class that the reader reaches is; the same queries for any number."""
    pupils = pupils_of(ctx, VIEW)
    done = in_round(ctx, round_id, [child.id for child, _room in pupils])
    missing: dict[UUID, list[Child]] = {}
    for child, room in pupils:
        if child.id not in done:
            missing.setdefault(room, []).append(child)
    return [
        ClassProgress(option.id, option.name, option.pupils, missing.get(option.id, []))
        for option in class_options(ctx, VIEW)
    ]


def may_see(ctx: Ctx, child_id: UUID) -> bool:
    """Tell whether the reader may see this child's check-ups, the remarks of staff with them."""
    wanted = visible(ctx, VIEW, select(Child.id).where(Child.id == child_id))
    return ctx.session.scalar(wanted) is not None


def history(ctx: Ctx, child_id: UUID) -> list[Current]:
    """Return a child's check-ups, newest first."""
    rows = ctx.session.execute(
        records(CheckUp)
        .where(CheckUp.child_id == child_id)
        .order_by(Entry.happened_on.desc(), Entry.recorded_at.desc())
    )
    return list(rows)


def names_of(check_up: CheckUp) -> list[str]:
    """Return the items that a check-up holds."""
    return [*(name for name in KEPT if getattr(check_up, name) is not None), *check_up.more]


def open_referrals_of(ctx: Ctx, child_id: UUID) -> Sequence[Referral]:
    """Return what waits of a child that the reader follows up."""
    mine = visible(ctx, FOLLOW, select(Child.id).where(Child.id == child_id))
    wanted = open_follow_ups(REFERRALS).where(Referral.child_id.in_(mine))
    return ctx.session.scalars(wanted).all()


def school_name(ctx: Ctx, school_id: UUID) -> str:
    """Return the name of a school."""
    return ctx.session.scalar(select(School.name).where(School.id == school_id)) or ""
