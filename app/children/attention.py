"""Children whose file needs somebody: no phone, not classified, old facts, unverified number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, and_, exists, func, not_, select
from sqlalchemy.orm import aliased

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
    """A list of children to look after; without a ``condition`` the classification tells."""

    title: Text
    hint: Text
    condition: Callable[[Ctx], ColumnElement[bool]] | None = None

    def where(self, ctx: Ctx) -> ColumnElement[bool]:
        """Return the condition over :class:`Child`."""
        if self.condition is None:
            table = classified(ctx.today())
            unknown = select(table.c.child_id).where(
                table.c.center_id == ctx.scope.center_id, table.c.education == "unknown"
            )
            return Child.id.in_(unknown)
        return self.condition(ctx)


ATTENTION = {
    "no_phone": Attention(T("No phone number"), T("Nobody in the family can be called."), no_phone),
    "unclassified": Attention(
        T("Not classified"), T("It is not known whether the parents are away.")
    ),
    "stale": Attention(T("Facts older than a term"), T("Ask again where the parents are."), _stale),
    "to_verify": Attention(
        T("Identity number to be verified"), T("Compare with the document."), _to_verify
    ),
}


# Not children but adults: the list is a page of its own.
DOUBLES = Attention(T("Adults entered twice?"), T("The same name and number in several families."))


def attention_counts(ctx: Ctx) -> dict[str, int]:
    """Return how many present pupils each list has: one query."""
    pupils = cast("Select[Any]", select(func.count()).select_from(Child).where(present()))
    reached = visible(ctx, "children.view", pupils)
    # A count of its own for each lets the planner join instead of asking child by child.
    counts = [
        reached.where(attention.where(ctx)).scalar_subquery().label(name)
        for name, attention in ATTENTION.items()
    ]
    return dict(ctx.session.execute(select(*counts)).one()._asdict())
