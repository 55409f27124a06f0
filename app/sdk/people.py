"""The people around a school's children, as a module's lists and demonstrations need them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from app.accounts.models import Staff
from app.accounts.queries import staff_query
from app.children.classification import classify
from app.host.context import Ctx
from app.kernel.access import Actor
from app.kernel.clock import Clock

_LEFT_BEHIND = ("both", "one")


def colleagues(ctx: Ctx, school_id: UUID) -> Sequence[Staff]:
    """Return who works at a school today, by name; one query."""
    return ctx.session.scalars(staff_query(ctx, school_id=school_id)).all()


def left_behind(ctx: Ctx, child_ids: Iterable[UUID]) -> frozenset[UUID]:
    """Return those of the children with a parent away, in the meaning of education; one query."""
    found = classify(ctx, list(child_ids))
    return frozenset(
        child for child, findings in found.items() if findings["education"].value in _LEFT_BEHIND
    )


def parents_away(ctx: Ctx, child_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return whose parents are away, in the meaning of education: both, one; one query.

    Children who are not left behind, or of whom it is not known, are left out.
    """
    found = classify(ctx, list(child_ids))
    return {
        child: findings["education"].value
        for child, findings in found.items()
        if findings["education"].value in _LEFT_BEHIND
    }


def acting_as(ctx: Ctx, staff: Staff | None, moment: datetime) -> Ctx:
    """Return the same work as ``staff`` would do it at a moment: for demonstrations only.

    Without ``staff`` the actor stays.
    """
    actor = Actor(staff.name, staff.account_id, staff.id) if staff else ctx.actor
    return replace(ctx, actor=actor, clock=Clock(lambda: moment))
