"""How a module fares at a school: which duties lean on it, and what of its work has failed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on

from app.db.conditions import refers
from app.duties.acts import open_since
from app.duties.models import DutyPolicyVersion, StoredRule
from app.duties.states import live_duties
from app.host.context import Ctx
from app.jobs.models import Job

_LOOKED_BACK = timedelta(days=30)


@dataclass(frozen=True)
class Leaning:
    """Rules in force that only one module's records can meet, and how many duties of them wait."""

    titles: Sequence[str]
    waiting: int


def duties_of_modules(ctx: Ctx) -> Mapping[str, Leaning]:
    """Return by module the duties of the scope that nothing but its records meets; two queries."""
    today = ctx.today()
    version = DutyPolicyVersion
    rules = ctx.session.execute(
        select(StoredRule.id, StoredRule.title, StoredRule.entry)
        .join(version, refers(StoredRule.version_id, version))
        .where(
            version.in_force_from <= today,
            or_(version.in_force_until.is_(None), version.in_force_until >= today),
        )
        .order_by(StoredRule.position)
    )
    titles: dict[str, dict[UUID, str]] = {}
    for rule_id, title, kinds in rules:
        owners = {ctx.registry.kind_module.get(kind) for kind in kinds}
        if len(owners) == 1 and (module := owners.pop()) is not None:
            titles.setdefault(module, {})[rule_id] = title
    waiting = _waiting(ctx) if titles else {}
    return {
        module: Leaning(list(dict.fromkeys(own.values())), sum(waiting.get(key, 0) for key in own))
        for module, own in titles.items()
    }


def _waiting(ctx: Ctx) -> dict[UUID, int]:
    duty = live_duties(ctx.today(), open_since(ctx))
    wanted = (
        select(duty.c.rule_id, func.count())
        .where(duty.c.center_id == ctx.scope.center_id, duty.c.state == "due")
        .group_by(duty.c.rule_id)
    )
    return dict(ctx.session.execute(wanted).all())


def failed_jobs(ctx: Ctx, school_id: UUID) -> Mapping[str, Job]:
    """Return each module's newest work of the last month here, where that has failed; one query."""
    newest = (
        select(Job)
        .where(
            Job.school_id == school_id,
            Job.module.is_not(None),
            Job.created_at > ctx.now() - _LOOKED_BACK,
        )
        .ext(distinct_on(Job.module))
        .order_by(Job.module, Job.created_at.desc())
    )
    return {str(job.module): job for job in ctx.session.scalars(newest) if job.state == "failed"}
