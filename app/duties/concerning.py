"""Whom the duties of one person can be about: so that judging them need not judge the school."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.sql.selectable import TableValuedAlias

from app.accounts.models import Grant, GrantChild, GrantHomeroom, Membership
from app.children.models import Placement
from app.db.conditions import not_over, refers
from app.duties.acts import open_since
from app.duties.models import StoredRule
from app.duties.states import live_duties
from app.host.context import Ctx

_BY_CHILD, _BY_CLASS, _STANDS_IN = "mentor", "homeroom_teacher", "school_admin"


def open_duties_of(ctx: Ctx, staff_id: UUID) -> TableValuedAlias:
    """Return the duties of today that are not frozen, among them all that a person owes."""
    since = open_since(ctx)
    return live_duties(ctx.today(), since, concerning(ctx, staff_id, since))


def concerning(ctx: Ctx, staff_id: UUID, since: date) -> Sequence[UUID] | None:
    """Return the children, classes and person whom duties owed since a day can be about.

    A few more than were owed, never fewer: of a class teacher all who were ever in the class since
    then. None means everybody, as for who runs a school. One query, seldom two.
    """
    in_class = and_(
        Placement.center_id == GrantHomeroom.center_id,
        Placement.homeroom_id == GrantHomeroom.homeroom_id,
        not_over(Placement, since),
    )
    held: Sequence[Any] = ctx.session.execute(
        select(Grant.role, GrantChild.child_id, GrantHomeroom.homeroom_id, Placement.child_id)
        .join(Membership, refers(Grant.membership_id, Membership))
        .outerjoin(GrantChild, refers(GrantChild.grant_id, Grant))
        .outerjoin(GrantHomeroom, refers(GrantHomeroom.grant_id, Grant))
        .outerjoin(Placement, in_class)
        .where(Membership.staff_id == staff_id, not_over(Grant, since))
    ).all()
    if _of_all(ctx, {row[0] for row in held} - {_BY_CHILD, _BY_CLASS}):
        return None
    return list({staff_id, *(found for row in held for found in row[1:] if found is not None)})


def _of_all(ctx: Ctx, roles: Collection[str]) -> bool:
    """Tell whether one of the roles, held for a whole school, owes or stands in for anything."""
    if not roles or _STANDS_IN in roles:
        return bool(roles)
    asked = select(StoredRule.id).where(StoredRule.performer.in_(roles))
    return ctx.session.scalar(asked.limit(1)) is not None
