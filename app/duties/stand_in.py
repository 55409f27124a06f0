"""What nobody holds: duties whose mentor or post is missing, so that somebody stands in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from app.duties.acts import kinds_at_school
from app.duties.judged import Judged
from app.host.context import Ctx
from app.tenancy.models import School


@dataclass(frozen=True)
class StandIn:
    """How many duties of a rule at a school wait without the person the rule names."""

    school: str
    school_name: str
    policy_id: UUID
    rule_key: str
    title: str
    count: int


def stand_ins(ctx: Ctx, judged: Judged) -> Sequence[StandIn]:
    """Return what nobody holds at the schools that the actor runs, by rule; one query or none."""
    if not judged.unheld:
        return []
    wanted = select(School).where(School.id.in_({school for school, _rule in judged.unheld}))
    schools = {school.id: school for school in ctx.session.scalars(wanted)}
    # Two versions of a policy may be in force for windows of the same day: one line for the rule.
    found: Counter[tuple[str, str, UUID, str, str]] = Counter()
    for (school_id, rule_id), count in judged.unheld.items():
        rule, _policy, _slogan = judged.rules[rule_id]
        if kinds_at_school(ctx, rule.entry, school_id):
            school = schools[school_id]
            line = (school.code, school.short_name, rule.policy_id, rule.key, rule.title)
            found[line] += count
    lines = [StandIn(*line, count) for line, count in found.items()]
    return sorted(lines, key=lambda line: (line.school, -line.count, line.rule_key))
