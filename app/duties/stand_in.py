"""What nobody holds: duties whose mentor or post is missing, so that somebody stands in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, func, select

from app.duties.acts import kinds_at_school, open_since
from app.duties.models import StoredRule
from app.duties.states import live_duties
from app.host.context import Ctx
from app.tenancy.models import School

MANAGE = "duties.manage"


@dataclass(frozen=True)
class StandIn:
    """How many duties of a rule at a school wait without the person the rule names."""

    school: str
    school_name: str
    policy_id: UUID
    rule_key: str
    title: str
    count: int


def stand_ins(ctx: Ctx) -> Sequence[StandIn]:
    """Return what nobody holds at the schools that the actor runs, by rule: one query."""
    schools = [
        grant.school_id
        for grant in ctx.actor.grants
        if MANAGE in grant.permissions and grant.reach == "school"
    ]
    if not schools:
        return []
    on = ctx.today()
    duty = live_duties(on, open_since(ctx))
    rule_is = and_(StoredRule.center_id == duty.c.center_id, StoredRule.id == duty.c.rule_id)
    school_is = and_(School.center_id == duty.c.center_id, School.id == duty.c.school_id)
    by = (
        School.id, School.code, School.short_name,
        StoredRule.policy_id, StoredRule.key, StoredRule.title, StoredRule.entry,
    )  # fmt: skip
    rows = ctx.session.execute(
        select(*by, func.count())
        .select_from(duty)
        .join(StoredRule, rule_is)
        .join(School, school_is)
        .where(
            duty.c.center_id == ctx.scope.center_id,
            duty.c.school_id.in_(schools),
            duty.c.state == "due",
            duty.c.stand_in,
        )
        .group_by(*by)
        .order_by(School.code, func.count().desc())
    )
    return [
        StandIn(code, name, policy_id, key, title, count)
        for school_id, code, name, policy_id, key, title, entry, count in rows
        if kinds_at_school(ctx, entry, school_id)
    ]
