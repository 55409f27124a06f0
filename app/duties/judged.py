"""The duties of one person, and those that nobody holds at the schools they run: judged once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import CTE, Select, Uuid, and_, any_, func, literal, null, or_, select

from app.db.conditions import refers
from app.duties.acts import open_since
from app.duties.concerning import concerning
from app.duties.models import DutyPolicy, DutyWindow, StoredRule
from app.duties.states import live_duties
from app.host.context import Ctx

MANAGE = "duties.manage"
_COLUMNS = (
    "rule_id", "school_id", "subject", "subject_id", "opens", "closes", "due", "state", "done",
    "tries", "stand_in",
)  # fmt: skip


@dataclass(frozen=True)
class Judged:
    """``owed`` are duties of the person that wait; ``unheld`` counts those without a holder.

    ``unheld`` is by school and rule; ``rules`` has every rule named, with its policy's name and
    slogan.
    """

    owed: Sequence[Any] = ()
    unheld: Mapping[tuple[UUID, UUID], int] = field(default_factory=dict)
    rules: Mapping[UUID, tuple[StoredRule, str, str]] = field(default_factory=dict)


def schools_run(ctx: Ctx) -> list[UUID]:
    """Return the schools whose duties the actor manages as the school's own head."""
    return [
        grant.school_id
        for grant in ctx.actor.grants
        if MANAGE in grant.permissions and grant.reach == "school" and grant.school_id
    ]


def judged_for(ctx: Ctx, staff_id: UUID) -> Judged:
    """Judge what a person owes and stands in for; three or four queries, one of them judging."""
    schools, since = schools_run(ctx), open_since(ctx)
    these = None if schools else concerning(ctx, staff_id, since)
    duty = live_duties(ctx.today(), since, these)
    waits = duty.c.state.in_(("due", "missed"))
    judged = select(duty).where(duty.c.center_id == ctx.scope.center_id, waits).cte("judged")
    wanted: Any = _owed(ctx, judged, staff_id)
    if schools:
        wanted = wanted.union_all(_unheld(judged, schools))
    rows = ctx.session.execute(wanted).all()
    unheld = {(row.school_id, row.rule_id): row.unheld for row in rows if row.unheld}
    rules = _rules(ctx, {row.rule_id for row in rows})
    return Judged([row for row in rows if not row.unheld], unheld, rules)


def _owed(ctx: Ctx, judged: CTE, staff_id: UUID) -> Select[Any]:
    """Return what the person owes: due, or missed and still to be written down."""
    window_is = and_(
        DutyWindow.center_id == judged.c.center_id, DutyWindow.id == judged.c.window_id
    )
    columns = [judged.c[name] for name in _COLUMNS]
    return (
        select(*columns, DutyWindow.settles, literal(0).label("unheld"))
        .join(DutyWindow, window_is)
        .where(
            or_(judged.c.state == "due", DutyWindow.settles >= ctx.today()),
            literal(staff_id, Uuid) == any_(judged.c.owed_by),
        )
    )


def _unheld(judged: CTE, schools: Sequence[UUID]) -> Select[Any]:
    """Count what is due and held by nobody, by school and rule, in the shape of :func:`_owed`."""
    empty = [null() for _name in (*_COLUMNS[2:], "settles")]
    return (
        select(judged.c.rule_id, judged.c.school_id, *empty, func.count())
        .where(judged.c.state == "due", judged.c.stand_in, judged.c.school_id.in_(schools))
        .group_by(judged.c.rule_id, judged.c.school_id)
    )


def _rules(ctx: Ctx, ids: set[UUID]) -> Mapping[UUID, tuple[StoredRule, str, str]]:
    policy_is = refers(StoredRule.policy_id, DutyPolicy)
    rows = ctx.session.execute(
        select(StoredRule, DutyPolicy.name, DutyPolicy.slogan)
        .join(DutyPolicy, policy_is)
        .where(StoredRule.id.in_(ids))
    )
    return {rule.id: (rule, name, slogan) for rule, name, slogan in rows}
