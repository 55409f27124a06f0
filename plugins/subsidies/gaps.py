"""What does not fit: eligible without help, helped twice, helped though the facts say no."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import aliased

from app.sdk import Child, Ctx, IdentityDocument, School, refers, visible
from plugins.subsidies.eligible import NO, UNKNOWN, YES, judged
from plugins.subsidies.models import Application, Scheme, SubsidyRound
from plugins.subsidies.pay_models import Award

MOST = 200
"""So many names stand on a page; the rest is counted."""


@dataclass(frozen=True)
class Gap:
    """A child that does not fit; ``state`` is how far its application is, empty without one."""

    child: Child
    school: str
    state: str
    reason: str = ""


@dataclass(frozen=True)
class Double:
    """Two awards that cannot stand beside each other, or one child under two records."""

    name: str
    school: str
    first: str
    second: str
    kind: str


@dataclass(frozen=True)
class Gaps:
    """What a round shows, each list cut at :data:`MOST` with its whole count."""

    unfunded: Sequence[Gap]
    unfunded_total: int
    unknown_total: int
    lost: Sequence[Gap]
    doubles: Sequence[Double]


def gaps(ctx: Ctx, permission: str, round_: SubsidyRound) -> Gaps:
    """Return what does not fit in a round, as far as ``permission`` reaches; six queries."""
    unfunded, total = _unfunded(ctx, permission, round_)
    return Gaps(
        unfunded,
        total,
        _count(ctx, permission, round_, UNKNOWN),
        _lost(ctx, permission, round_),
        [*_twice(ctx, permission, round_), *_same_person(ctx, permission, round_)],
    )


def _has_award(round_: SubsidyRound) -> Any:
    return (
        select(Award.id)
        .where(
            Award.center_id == Child.center_id,
            Award.child_id == Child.id,
            Award.round_id == round_.id,
            Award.ended_at.is_(None),
        )
        .exists()
    )


def _unfunded(ctx: Ctx, permission: str, round_: SubsidyRound) -> tuple[list[Gap], int]:
    """Return who is eligible and has no award, those whom nobody has proposed first."""
    newest = (
        select(Application.state)
        .where(
            Application.center_id == Child.center_id,
            Application.child_id == Child.id,
            Application.round_id == round_.id,
        )
        .order_by(Application.proposed_at.desc())
        .limit(1)
        .scalar_subquery()
    )
    statement, found = judged(
        round_.scheme, ctx.today(), Child, School.short_name.label("school"),
        newest.label("state"), func.count().over().label("whole"),
    )  # fmt: skip
    statement = (
        statement.join(School, refers(Child.school_id, School))
        .where(found == YES, ~_has_award(round_))
        .order_by(newest.is_not(None), School.position, Child.name_pinyin, Child.id)
        .limit(MOST)
    )
    rows = ctx.session.execute(visible(ctx, permission, statement)).all()
    return (
        [Gap(row.Child, row.school, row.state or "") for row in rows],
        rows[0].whole if rows else 0,
    )


def _count(ctx: Ctx, permission: str, round_: SubsidyRound, verdict: str) -> int:
    statement, found = judged(round_.scheme, ctx.today(), func.count())
    statement = statement.with_only_columns(func.count()).where(found == verdict)
    return int(ctx.session.execute(visible(ctx, permission, statement)).scalar_one())


def _lost(ctx: Ctx, permission: str, round_: SubsidyRound) -> list[Gap]:
    """Return who has an award though the facts of today say no."""
    statement, found = judged(round_.scheme, ctx.today(), Child, School.short_name.label("school"))
    statement = (
        statement.join(School, refers(Child.school_id, School))
        .where(found == NO, _has_award(round_))
        .order_by(School.position, Child.name_pinyin)
        .limit(MOST)
    )
    rows = ctx.session.execute(visible(ctx, permission, statement))
    return [Gap(row.Child, row.school, "approved") for row in rows]


def _twice(ctx: Ctx, permission: str, round_: SubsidyRound) -> list[Double]:
    """Return who has awards of two schemes that exclude each other at one time."""
    group = round_.scheme.excludes
    if not group:
        return []
    one, two, other = Award, aliased(Award), aliased(SubsidyRound)
    schemes = select(Scheme.id).where(Scheme.excludes == group)
    statement: Any = (
        select(one.name, School.short_name, other.title)
        .join(Child, refers(one.child_id, Child))
        .join(School, refers(one.school_id, School))
        .join(two, and_(two.center_id == one.center_id, two.child_id == one.child_id))
        .join(other, and_(other.center_id == two.center_id, other.id == two.round_id))
        .where(
            one.round_id == round_.id, two.round_id != round_.id,
            one.ended_at.is_(None), two.ended_at.is_(None), other.scheme_id.in_(schemes),
            other.starts_on <= round_.ends_on, other.ends_on >= round_.starts_on,
        )
        .limit(MOST)
    )  # fmt: skip
    rows = ctx.session.execute(visible(ctx, permission, statement))
    return [Double(name, school, round_.title, title, "schemes") for name, school, title in rows]


def _same_person(ctx: Ctx, permission: str, round_: SubsidyRound) -> list[Double]:
    """Return awards of one round to two records with the same identity number."""
    two, mine, theirs = aliased(Award), aliased(IdentityDocument), aliased(IdentityDocument)
    where = aliased(School)
    statement: Any = (
        select(Award.name, School.short_name, two.name, where.short_name)
        .join(Child, refers(Award.child_id, Child))
        .join(School, refers(Award.school_id, School))
        .join(mine, and_(mine.center_id == Award.center_id, mine.child_id == Award.child_id))
        .join(
            theirs,
            and_(theirs.center_id == mine.center_id, theirs.number_index == mine.number_index),
        )
        .join(two, and_(two.center_id == theirs.center_id, two.child_id == theirs.child_id))
        .join(where, and_(where.center_id == two.center_id, where.id == two.school_id))
        .where(
            Award.round_id == round_.id, two.round_id == round_.id, Award.child_id < two.child_id,
            mine.id != theirs.id, Award.ended_at.is_(None), two.ended_at.is_(None),
            mine.voided_at.is_(None), theirs.voided_at.is_(None),
        )
        .limit(MOST)
    )  # fmt: skip
    rows = ctx.session.execute(visible(ctx, permission, statement))
    return [Double(a, sa, f"{a}（{sa}）", f"{b}（{sb}）", "person") for a, sa, b, sb in rows]
