"""What became of the duties that people owed, counted by person and class, and line by line."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, cast, func, select

from app.duties.boards import rule_names
from app.duties.states import duty_states
from app.duties.words import OF_CHILDREN
from app.host.context import Ctx


@dataclass(frozen=True)
class DutiesKept:
    """How many duties of somebody for one child are done, and how many missed."""

    staff_id: UUID
    child_id: UUID
    homeroom_id: UUID | None
    done: int
    missed: int


@dataclass(frozen=True)
class OwedDuty:
    """One duty as somebody owed it: in which system, for whom, when, and what became of it."""

    policy: str
    title: str
    child_id: UUID
    opens: date
    due: date
    state: str


def duties_kept(
    ctx: Ctx, staff_ids: Collection[UUID], child_ids: Collection[UUID], *, since: date, on: date
) -> list[DutiesKept]:
    """Return the decided duties that people owed for children in windows from ``since`` to ``on``.

    As of ``on``; excused and open ones are left out. One query. A duty that two people owed
    together counts for each of them.
    """
    duty = duty_states(on, since)
    people = cast(list(staff_ids), ARRAY(Uuid))
    owed = (
        select(
            func.unnest(duty.c.owed_by).label("staff"),
            duty.c.subject_id,
            duty.c.homeroom_id,
            duty.c.state,
        )
        .where(
            duty.c.center_id == ctx.scope.center_id,
            duty.c.owed_by.bool_op("&&")(people),
            duty.c.subject.in_(OF_CHILDREN),
            duty.c.subject_id.in_(list(child_ids)),
            duty.c.state.in_(("done", "missed")),
        )
        .subquery()
    )
    counts = [func.count().filter(owed.c.state == state) for state in ("done", "missed")]
    rows = ctx.session.execute(
        select(owed.c.staff, owed.c.subject_id, owed.c.homeroom_id, *counts)
        .where(owed.c.staff.in_(list(staff_ids)))
        .group_by(owed.c.staff, owed.c.subject_id, owed.c.homeroom_id)
    )
    return [DutiesKept(*row) for row in rows]


def duties_owed_by(
    ctx: Ctx, staff_id: UUID, child_ids: Collection[UUID], *, since: date, on: date
) -> Sequence[OwedDuty]:
    """Return the decided duties behind :func:`duties_kept`, missed ones first; two queries."""
    duty = duty_states(on, since, child_ids)
    rows = ctx.session.execute(
        select(duty)
        .where(
            duty.c.center_id == ctx.scope.center_id,
            duty.c.owed_by.bool_op("&&")(cast([staff_id], ARRAY(Uuid))),
            duty.c.subject.in_(OF_CHILDREN),
            duty.c.subject_id.in_(list(child_ids)),
            duty.c.state.in_(("done", "missed")),
        )
        .order_by(duty.c.state.desc(), duty.c.opens.desc(), duty.c.rule_key, duty.c.subject_id)
    )
    names = rule_names(ctx)
    found = []
    for row in rows:
        rule = names[row.policy_id, row.rule_key]
        found.append(
            OwedDuty(rule.policy, rule.title, row.subject_id, row.opens, row.due, row.state)
        )
    return found
