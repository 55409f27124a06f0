"""Policies: adopting one, changing it from a day on, ending it."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select

from app.audit.services import record as audit
from app.duties.layout import lay_out
from app.duties.models import DutyPolicy, DutyPolicyVersion, StoredRule
from app.duties.policy import DutyRule, Policy
from app.host.context import Ctx
from app.kernel.errors import Refused
from app.kernel.ids import uuid7
from app.kernel.text import T


def adopt(
    ctx: Ctx,
    policy: Policy,
    *,
    key: str,
    in_force_from: date,
    school_id: UUID | None = None,
    note: str | None = None,
) -> DutyPolicy:
    """Begin to keep a policy at a school or, without one, as the centre's floor for all schools.

    Its windows are laid out at once. Raises :class:`Refused` when the school or its centre keeps
    a policy of this ``key`` already.
    """
    _demand_new(ctx, key, school_id)
    row = DutyPolicy(
        id=uuid7(),
        school_id=school_id,
        key=key,
        name=policy.name,
        slogan=policy.slogan,
        created_at=ctx.now(),
        created_by_id=ctx.actor.staff_id,
    )
    ctx.session.add(row)
    ctx.session.flush()
    _write_version(ctx, row, policy, number=1, begins=in_force_from, note=note)
    _finish(ctx, row, "duties.adopt")
    return row


def revise(
    ctx: Ctx, row: DutyPolicy, policy: Policy, *, in_force_from: date, note: str | None = None
) -> DutyPolicyVersion:
    """Let a policy say something else from a day on; windows begun before keep what they were.

    Raises :class:`Refused` when the day is not after the beginning of the version in force, or
    lies in the past: what has been asked of people is not changed behind them.
    """
    last = row.versions[-1]
    if in_force_from <= last.in_force_from:
        day = last.in_force_from
        raise Refused(T("Choose a day after {day}.", day=day.isoformat()), "in_force_from")
    if in_force_from < ctx.today():
        raise Refused(T("Choose today or a later day."), "in_force_from")
    last.in_force_until = in_force_from - timedelta(days=1)
    row.name, row.slogan, row.ended_on = policy.name, policy.slogan, None
    version = _write_version(
        ctx, row, policy, number=last.number + 1, begins=in_force_from, note=note
    )
    _finish(ctx, row, "duties.revise")
    return version


def end(ctx: Ctx, row: DutyPolicy, *, last_day: date) -> None:
    """Stop keeping a policy; windows that open after ``last_day`` are owed no more.

    Raises :class:`Refused` for a day before yesterday.
    """
    if last_day < ctx.today() - timedelta(days=1):
        raise Refused(T("Choose yesterday or a later day."), "last_day")
    row.ended_on = last_day
    _finish(ctx, row, "duties.end")


def _demand_new(ctx: Ctx, key: str, school_id: UUID | None) -> None:
    kept = select(DutyPolicy).where(DutyPolicy.key == key)
    for other in ctx.session.scalars(kept):
        if other.school_id == school_id:
            raise Refused(T("“{name}” is kept here already.", name=other.name), "key")
        if other.school_id is None:
            raise Refused(
                T("“{name}” is kept by all schools of the centre already.", name=other.name), "key"
            )


def _write_version(
    ctx: Ctx, row: DutyPolicy, policy: Policy, *, number: int, begins: date, note: str | None
) -> DutyPolicyVersion:
    version = DutyPolicyVersion(
        id=uuid7(),
        school_id=row.school_id,
        policy_id=row.id,
        number=number,
        text=policy.text,
        in_force_from=begins,
        note=note or None,
        created_at=ctx.now(),
        created_by_id=ctx.actor.staff_id,
    )
    version.rules = [_stored(rule, row, n) for n, rule in enumerate(policy.duties)]
    row.versions.append(version)
    ctx.session.flush()
    return version


def _stored(rule: DutyRule, row: DutyPolicy, position: int) -> StoredRule:
    return StoredRule(
        school_id=row.school_id,
        policy_id=row.id,
        key=rule.key,
        title=rule.title,
        entry=list(rule.entry),
        performer=rule.by,
        subject=rule.subject,
        covers=list(rule.covers),
        every=str(rule.every),
        min_times=rule.min_times,
        max_times=rule.max_times,
        grace_days=rule.grace_days,
        starts_on=rule.from_,
        ends_on=rule.until,
        grades=list(rule.grades),
        position=position,
    )


def _finish(ctx: Ctx, row: DutyPolicy, action: str) -> None:
    ctx.session.flush()
    ctx.session.expire(row, ["versions"])
    lay_out(ctx, row)
    audit(ctx, action, object_type="duty_policy", object_id=row.id, school_id=row.school_id)
