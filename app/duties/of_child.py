"""A child's duties of the term: per rule what became of each window, and the acts that counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.children.models import Child
from app.duties.boards import RuleName, rule_names
from app.duties.models import DutyWindow, StoredRule
from app.duties.states import duties_of
from app.duties.words import OF_CHILDREN
from app.host.context import Ctx
from app.kernel.errors import NotVisible
from app.ledger.audience import readable
from app.ledger.models import Entry


@dataclass(frozen=True)
class RuleOfChild:
    """One rule with the child's duties in its windows, the earliest first."""

    rule: RuleName
    duties: Sequence[Any]

    @property
    def done(self) -> int:
        """Return how many are done."""
        return sum(duty.state == "done" for duty in self.duties)

    @property
    def decided(self) -> int:
        """Return how many are done or missed."""
        return sum(duty.state in ("done", "missed") for duty in self.duties)


def duties_of_child(ctx: Ctx, child: Child) -> list[RuleOfChild]:
    """Return the child's duties of this term by rule, in the order of policies; three queries."""
    duty, wanted = duties_of(ctx, ctx.today(), these=[child.id])
    rows = ctx.session.execute(
        wanted.where(
            duty.c.subject.in_(OF_CHILDREN),
            duty.c.subject_id == child.id,
            duty.c.concern_id.is_(None),
        ).order_by(duty.c.opens, duty.c.due)
    ).all()
    return [
        RuleOfChild(rule, of_rule)
        for key, rule in rule_names(ctx).items()
        if (of_rule := [row for row in rows if (row.policy_id, row.rule_key) == key])
    ]


@dataclass(frozen=True)
class WindowOfChild:
    """One window of a child: its rule, what became of it, and the entries in it."""

    rule: StoredRule
    duty: Any
    entries: Sequence[Entry]


def window_of_child(ctx: Ctx, child: Child, window_id: UUID) -> WindowOfChild:
    """Return one window with the entries of its kinds, in time or not; raises NotVisible."""
    window = ctx.session.scalar(select(DutyWindow).where(DutyWindow.id == window_id))
    if window is None:
        raise NotVisible
    duty, wanted = duties_of(ctx, ctx.today(), window.opens, [child.id])
    row = ctx.session.execute(
        wanted.where(duty.c.window_id == window.id, duty.c.subject_id == child.id)
    ).first()
    if row is None:
        raise NotVisible
    rule = ctx.session.scalars(select(StoredRule).where(StoredRule.id == window.rule_id)).one()
    entries = ctx.session.scalars(
        select(Entry)
        .where(
            Entry.child_id == child.id,
            Entry.kind.in_(rule.entry),
            Entry.happened_on.between(window.opens, window.due),
            readable(ctx, child),
        )
        .order_by(Entry.happened_on.desc(), Entry.recorded_at.desc())
    ).all()
    return WindowOfChild(rule, row, entries)
