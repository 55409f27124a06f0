"""Reading what became of duties: always through the one SQL definition."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Boolean,
    ColumnElement,
    Date,
    Integer,
    Select,
    Text,
    Uuid,
    cast,
    column,
    func,
    select,
)
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.selectable import TableValuedAlias

from app.duties.calendar import school_calendar
from app.duties.models import DutyPolicy, DutyPolicyVersion, StoredRule
from app.host.context import Ctx

STATES = ("due", "done", "missed", "excused")

_COLUMNS: dict[str, Any] = {
    **dict.fromkeys(
        ("center_id", "school_id", "policy_id", "rule_id", "window_id", "concern_id"), Uuid
    ),
    **dict.fromkeys(("subject_id", "homeroom_id"), Uuid),
    **dict.fromkeys(("rule_key", "subject", "state", "excuse"), Text),
    **dict.fromkeys(("opens", "closes", "due", "next_opens"), Date),
    **dict.fromkeys(("done", "tries", "taken"), Integer),
    **dict.fromkeys(("stand_in", "frozen"), Boolean),
    "owed_by": ARRAY(Uuid),
}


def duty_states(on: date, since: date, these: Collection[UUID] | None = None) -> TableValuedAlias:
    """Return the duties whose window opened from ``since`` to ``on``, as of ``on``, as a table.

    With ``these`` only of those subjects, by the way that costs them and not the school.

    Columns: center_id, school_id, policy_id, rule_id, rule_key, window_id or concern_id, subject,
    subject_id, homeroom_id, owed_by (staff), stand_in, opens, closes, due, next_opens, done,
    tries, taken, state (one of :data:`STATES`), excuse, frozen.
    """
    return _table(func.duty_states(*_arguments(on, since, these)))


def live_duties(on: date, since: date, these: Collection[UUID] | None = None) -> TableValuedAlias:
    """Return those of :func:`duty_states` that are not frozen; the cost of the term stays out."""
    return _table(func.duty_live(*_arguments(on, since, these)))


def _arguments(on: date, since: date, these: Collection[UUID] | None) -> list[ColumnElement[Any]]:
    days: list[ColumnElement[Any]] = [cast(on, Date), cast(since, Date)]
    return days if these is None else [*days, cast(list(these), ARRAY(Uuid))]


def _table(called: FunctionElement[Any]) -> TableValuedAlias:
    columns = [column(name, kind) for name, kind in _COLUMNS.items()]
    return called.table_valued(*columns, name="duty")


@dataclass(frozen=True)
class Tally:
    """How many duties of a rule at a school are in each state."""

    policy_id: UUID
    rule_key: str
    school_id: UUID
    due: int
    done: int
    missed: int
    excused: int

    @property
    def decided(self) -> int:
        """Return how many are done or missed: the denominator of a rate."""
        return self.done + self.missed


def tallies(ctx: Ctx, on: date, since: date | None = None) -> Sequence[Tally]:
    """Return the states counted by rule and school, of the term of ``on`` or from ``since``.

    One query, whatever the number of children or rules.
    """
    duty = duty_states(on, since or term_begin(ctx, on))
    counts = [func.count().filter(duty.c.state == state).label(state) for state in STATES]
    by = (duty.c.policy_id, duty.c.rule_key, duty.c.school_id)
    wanted = select(*by, *counts).where(duty.c.center_id == ctx.scope.center_id).group_by(*by)
    return [Tally(**row._asdict()) for row in ctx.session.execute(wanted)]


def duties_of(
    ctx: Ctx, on: date, since: date | None = None, these: Collection[UUID] | None = None
) -> tuple[TableValuedAlias, Select[Any]]:
    """Return the table of duties of the term of ``on`` (or since a day) and a query of it."""
    duty = duty_states(on, since or term_begin(ctx, on), these)
    return duty, select(duty).where(duty.c.center_id == ctx.scope.center_id)


def term_begin(ctx: Ctx, on: date) -> date:
    """Return the first day of the term of ``on``; in vacations of the term before.

    Without any term, the first of September of the school year.
    """
    begun = [term.starts for term in school_calendar(ctx).terms if term.starts <= on]
    return begun[-1] if begun else date(on.year if on.month >= 9 else on.year - 1, 9, 1)


@dataclass(frozen=True)
class RuleInForce:
    """A rule with the policy it belongs to; ``school_id`` is None for the centre's floor."""

    policy: DutyPolicy
    rule: StoredRule

    @property
    def school_id(self) -> UUID | None:
        """Return whose rule it is."""
        return self.policy.school_id


def rules_in_force(ctx: Ctx, on: date) -> list[RuleInForce]:
    """Return the rules in force on a day that the scope may see, policies in order of name."""
    rows = ctx.session.execute(
        select(DutyPolicy, StoredRule)
        .join(DutyPolicyVersion, DutyPolicyVersion.policy_id == DutyPolicy.id)
        .join(StoredRule, StoredRule.version_id == DutyPolicyVersion.id)
        .where(
            DutyPolicyVersion.in_force_from <= on,
            (DutyPolicyVersion.in_force_until.is_(None)) | (DutyPolicyVersion.in_force_until >= on),
            (DutyPolicy.ended_on.is_(None)) | (DutyPolicy.ended_on >= on),
        )
        .order_by(DutyPolicy.name, DutyPolicy.id, StoredRule.position)
    )
    return [RuleInForce(policy, rule) for policy, rule in rows]
