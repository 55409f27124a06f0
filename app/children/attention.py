"""Children whose file needs somebody: no phone, not classified, old facts, unverified number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, and_, exists, func, not_, or_, select
from sqlalchemy.orm import aliased
from sqlalchemy.sql.selectable import TableValuedAlias

from app.children.classification import classified
from app.children.models import (
    Child,
    GuardianPhone,
    Guardianship,
    IdentityDocument,
    ParentStatus,
)
from app.children.permits import visible
from app.children.standing import present
from app.db.conditions import not_over, refers
from app.host.context import Ctx
from app.kernel.text import T, Text
from app.tenancy.models import Term

_MEMO = "stale_before"
_HALF_A_YEAR = timedelta(days=183)


def stale_before(ctx: Ctx) -> date:
    """Return the day before which a fact is older than a term: the present term's first day.

    Without terms in the calendar: half a year ago.
    """
    if _MEMO not in ctx.memo:
        ctx.memo[_MEMO] = ctx.session.scalar(
            select(func.max(Term.starts_on)).where(Term.starts_on <= ctx.today())
        )
    begun: date | None = ctx.memo[_MEMO]
    return begun or ctx.today() - _HALF_A_YEAR


def _of_child(ctx: Ctx) -> ColumnElement[bool]:
    return and_(refers(Guardianship.child_id, Child), not_over(Guardianship, ctx.today()))


def no_phone(ctx: Ctx) -> ColumnElement[bool]:
    """Return the condition that nobody of a child's family has a number known to work."""
    return not_(
        exists().where(
            _of_child(ctx),
            GuardianPhone.center_id == Guardianship.center_id,
            GuardianPhone.guardian_id == Guardianship.guardian_id,
            GuardianPhone.voided_at.is_(None),
            GuardianPhone.dead_on.is_(None),
        )
    )


def _stale(ctx: Ctx) -> ColumnElement[bool]:
    """A parent of whom something was confirmed, but nothing in the present term."""
    newer = aliased(ParentStatus)
    return exists().where(
        _of_child(ctx),
        Guardianship.relation.in_(("father", "mother")),
        ParentStatus.center_id == Guardianship.center_id,
        ParentStatus.guardian_id == Guardianship.guardian_id,
        ParentStatus.voided_at.is_(None),
        not_(
            exists().where(
                newer.center_id == Guardianship.center_id,
                newer.guardian_id == Guardianship.guardian_id,
                newer.voided_at.is_(None),
                newer.confirmed_on >= stale_before(ctx),
            )
        ),
    )


def _to_verify(_ctx: Ctx) -> ColumnElement[bool]:
    return exists().where(
        refers(IdentityDocument.child_id, Child),
        IdentityDocument.state == "to_verify",
        IdentityDocument.voided_at.is_(None),
    )


@dataclass(frozen=True)
class Attention:
    """A list of children to look after.

    A ``condition`` over :class:`Child` says who is on it, or what the classification has ``said``:
    any of some (column, value).
    """

    title: Text
    hint: Text
    condition: Callable[[Ctx], ColumnElement[bool]] | None = None
    said: tuple[tuple[str, str], ...] = ()

    def judged(self, table: TableValuedAlias) -> ColumnElement[bool]:
        """Return the condition over the classification ``table``."""
        return or_(*(table.c[column] == value for column, value in self.said))


ATTENTION = {
    "no_phone": Attention(T("No phone number"), T("Nobody in the family can be called."), no_phone),
    "unclassified": Attention(
        T("Not classified"), T("It is not known whether the parents are away."),
        said=(("education", "unknown"),),
    ),
    "civil_unknown": Attention(
        T("Unclear by civil affairs"),
        T("It is not known whether somebody at home can care for the child."),
        said=(("civil", "unknown"),),
    ),
    "conflict": Attention(
        T("Contradiction"), T("What was confirmed and what a form says differ: ask the family."),
        said=tuple((f"{name}_reason", "conflict") for name in ("education", "civil", "orphan")),
    ),
    "stale": Attention(T("Facts older than a term"), T("Ask again where the parents are."), _stale),
    "to_verify": Attention(
        T("Identity number to be verified"), T("Compare with the document."), _to_verify
    ),
}  # fmt: skip


# Not children but adults: the list is a page of its own.
DOUBLES = Attention(T("Adults entered twice?"), T("The same name and number in several families."))


def attention_counts(ctx: Ctx) -> dict[str, int]:
    """Return how many present pupils each list has: two queries, of which one classifies."""
    pupils = cast("Select[Any]", select(func.count()).select_from(Child).where(present()))
    reached = visible(ctx, "children.view", pupils)
    # A count of its own for each lets the planner join instead of asking child by child.
    by_facts = [
        reached.where(attention.condition(ctx)).scalar_subquery().label(name)
        for name, attention in ATTENTION.items()
        if attention.condition is not None
    ]
    table = classified(ctx.today())
    joined = and_(table.c.center_id == Child.center_id, table.c.child_id == Child.id)
    judged = [
        func.count().filter(attention.judged(table)).label(name)
        for name, attention in ATTENTION.items()
        if attention.said
    ]
    by_class = reached.join(table, joined).with_only_columns(*judged)
    run = ctx.session.execute
    return run(select(*by_facts)).one()._asdict() | run(by_class).one()._asdict()
