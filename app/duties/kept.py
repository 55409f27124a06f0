"""What became of the duties that people owed, counted by person and class, and line by line."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ARRAY, Subquery, Uuid, cast, func, select

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
    staff_id: UUID
    child_id: UUID
    homeroom_id: UUID | None
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
    owed = _owed(ctx, staff_ids, child_ids, since=since, on=on)
    counts = [func.count().filter(owed.c.state == state) for state in ("done", "missed")]
    by = (owed.c.staff_id, owed.c.subject_id, owed.c.homeroom_id)
    rows = ctx.session.execute(
        select(*by, *counts).where(owed.c.staff_id.in_(list(staff_ids))).group_by(*by)
    )
    return [DutiesKept(*row) for row in rows]


def duties_owed_by(
    ctx: Ctx, staff_ids: Collection[UUID], child_ids: Collection[UUID], *, since: date, on: date
) -> Sequence[OwedDuty]:
    """Return the decided duties behind :func:`duties_kept`, missed ones first; two queries."""
    owed = _owed(ctx, staff_ids, child_ids, since=since, on=on)
    rows = ctx.session.execute(
        select(owed)
        .where(owed.c.staff_id.in_(list(staff_ids)))
        .order_by(owed.c.state.desc(), owed.c.opens.desc(), owed.c.rule_key, owed.c.subject_id)
    )
    names = rule_names(ctx)
    found = []
    for row in rows:
        rule = names[row.policy_id, row.rule_key]
        found.append(
            OwedDuty(rule.policy, rule.title, row.staff_id, row.subject_id, row.homeroom_id,
                     row.opens, row.due, row.state)
        )  # fmt: skip
    return found


def _owed(
    ctx: Ctx, staff_ids: Collection[UUID], child_ids: Collection[UUID], *, since: date, on: date
) -> Subquery:
    """Return the decided duties for the children, a row for each who owed one of them."""
    duty = duty_states(on, since, child_ids)
    people = cast(list(staff_ids), ARRAY(Uuid))
    kept = ("policy_id", "rule_key", "subject_id", "homeroom_id", "opens", "due", "state")
    return (
        select(func.unnest(duty.c.owed_by).label("staff_id"), *(duty.c[name] for name in kept))
        .where(
            duty.c.center_id == ctx.scope.center_id,
            duty.c.owed_by.bool_op("&&")(people),
            duty.c.subject.in_(OF_CHILDREN),
            duty.c.subject_id.in_(list(child_ids)),
            duty.c.state.in_(("done", "missed")),
        )
        .subquery()
    )
