"""Exemptions: somebody is excused for a time, with a reason and who allowed it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, or_, select

from app.accounts.models import Staff
from app.accounts.queries import working_staff
from app.audit.services import record as audit
from app.children.models import Child
from app.children.permits import visible
from app.duties.models import DutyExemption, DutyPolicy, DutyWindow, StoredRule
from app.host.context import Ctx
from app.kernel.errors import NotVisible, Refused
from app.kernel.text import T
from app.tenancy.models import Homeroom, School
from app.tenancy.naming import class_title

MANAGE = "duties.manage"


@dataclass(frozen=True)
class Excused:
    """An exemption as lists show it, with names; ``policy`` None means all of them."""

    row: DutyExemption
    name: str
    policy: str | None
    approved_by: str | None


def exempt(
    ctx: Ctx,
    school_id: UUID,
    *,
    subject: str,
    subject_id: UUID,
    starts_on: date,
    ends_on: date,
    reason: str,
    policy_id: UUID | None = None,
) -> DutyExemption:
    """Excuse a child, class, member of staff or the whole school from duties for a time.

    A window is excused when half of it or more is covered. What was frozen before stays what it
    was. Raises :class:`Refused` naming the field.
    """
    _demand_here(ctx, school_id, subject, subject_id)
    if ends_on < starts_on:
        raise Refused(T("The last day comes before the first."), "ends_on")
    if not reason.strip():
        raise Refused(T("Give a reason."), "reason")
    frozen = _frozen_until(ctx, policy_id)
    if frozen is not None and ends_on <= frozen:
        raise Refused(
            T("Everything up to {day} is closed and does not change any more.",
              day=frozen.isoformat()),
            "ends_on",
        )  # fmt: skip
    row = DutyExemption(
        school_id=school_id,
        subject=subject,
        subject_id=subject_id,
        policy_id=policy_id,
        starts_on=starts_on,
        ends_on=ends_on,
        reason=reason.strip(),
        approved_by_id=ctx.actor.staff_id,
        created_at=ctx.now(),
    )
    ctx.session.add(row)
    ctx.session.flush()
    _audit(ctx, "exemption.add", row)
    return row


def void_exemption(ctx: Ctx, row: DutyExemption) -> None:
    """Take an exemption back; what was frozen under it stays. Again, it changes nothing."""
    if row.voided_at is None:
        row.voided_at = ctx.now()
        ctx.session.flush()
        _audit(ctx, "exemption.void", row)


def exemption_of(ctx: Ctx, exemption_id: UUID) -> DutyExemption:
    """Return an exemption of the scope; raises :class:`NotVisible`."""
    found = ctx.session.scalar(select(DutyExemption).where(DutyExemption.id == exemption_id))
    if found is None:
        raise NotVisible
    return found


def exemptions(ctx: Ctx, school_id: UUID) -> list[Excused]:
    """Return the exemptions of a school that stand, those of today and later first; six queries."""
    rows = ctx.session.scalars(
        select(DutyExemption)
        .where(DutyExemption.school_id == school_id, DutyExemption.voided_at.is_(None))
        .order_by((DutyExemption.ends_on >= ctx.today()).desc(), DutyExemption.starts_on.desc())
    ).all()
    return _named(ctx, rows)


def exemptions_of_child(
    ctx: Ctx, child: Child, homeroom_id: UUID | None, since: date
) -> list[Excused]:
    """Return what excuses a child's duties since a day: its own, its class's, its school's."""
    mine = DutyExemption.subject_id.in_(
        [it for it in (child.id, homeroom_id, child.school_id) if it is not None]
    )
    rows = ctx.session.scalars(
        select(DutyExemption)
        .where(mine, DutyExemption.voided_at.is_(None), DutyExemption.ends_on >= since)
        .order_by(DutyExemption.starts_on.desc())
    ).all()
    return _named(ctx, rows) if rows else []


def policies_here(ctx: Ctx) -> Sequence[DutyPolicy]:
    """Return the policies kept at the places of the scope, by name."""
    kept = or_(DutyPolicy.ended_on.is_(None), DutyPolicy.ended_on >= ctx.today())
    return ctx.session.scalars(select(DutyPolicy).where(kept).order_by(DutyPolicy.name)).all()


def _demand_here(ctx: Ctx, school_id: UUID, subject: str, subject_id: UUID) -> None:
    """The one excused must belong to the school; the address of a form is not trusted."""
    if subject == "school":
        here = subject_id == school_id
    elif subject == "homeroom":
        room = select(Homeroom.id).where(Homeroom.id == subject_id, Homeroom.school_id == school_id)
        here = ctx.session.scalar(room) is not None
    elif subject == "staff":
        here = working_staff(ctx, subject_id) is not None
    else:
        wanted = select(Child.id).where(Child.id == subject_id, Child.school_id == school_id)
        here = ctx.session.scalar(visible(ctx, MANAGE, wanted)) is not None
    if not here:
        raise Refused(T("Choose who is excused."), "subject")


def _frozen_until(ctx: Ctx, policy_id: UUID | None) -> date | None:
    """Return the day up to which every window of a policy (or of all) is frozen."""
    open_ = select(func.min(DutyWindow.opens)).where(DutyWindow.frozen_at.is_(None))
    closed = select(func.max(DutyWindow.closes)).where(DutyWindow.frozen_at.is_not(None))
    if policy_id is not None:
        of_policy = StoredRule.policy_id == policy_id
        rules = select(StoredRule.id).where(of_policy)
        open_ = open_.where(DutyWindow.rule_id.in_(rules))
        closed = closed.where(DutyWindow.rule_id.in_(rules))
    last: date | None = ctx.session.scalar(closed)
    first: date | None = ctx.session.scalar(open_)
    return last if last is not None and (first is None or first > last) else None


def _named(ctx: Ctx, rows: Sequence[DutyExemption]) -> list[Excused]:
    ids = {row.subject_id for row in rows}
    names: dict[UUID, str] = {}
    children = select(Child.id, Child.name).where(Child.id.in_(ids))
    staff = ids | {row.approved_by_id for row in rows if row.approved_by_id}
    people = select(Staff.id, Staff.name).where(Staff.id.in_(staff))
    schools = select(School.id, School.short_name).where(School.id.in_(ids))
    for wanted in (children, people, schools):
        names |= dict(ctx.session.execute(wanted).all())
    names |= _class_names(ctx, ids)
    policies: Mapping[UUID, str] = dict(
        ctx.session.execute(select(DutyPolicy.id, DutyPolicy.name)).all()
    )
    return [
        Excused(
            row,
            names.get(row.subject_id, ""),
            policies.get(row.policy_id) if row.policy_id else None,
            names.get(row.approved_by_id) if row.approved_by_id else None,
        )
        for row in rows
    ]


def _class_names(ctx: Ctx, ids: set[UUID]) -> dict[UUID, str]:
    rows = ctx.session.execute(
        select(Homeroom, School.system).join(Homeroom.school).where(Homeroom.id.in_(ids))
    )
    return {room.id: class_title(ctx, room, system) for room, system in rows}


def _audit(ctx: Ctx, action: str, row: DutyExemption) -> None:
    audit(
        ctx,
        action,
        object_type="duty_exemption",
        object_id=row.id,
        child_id=row.subject_id if row.subject == "child" else None,
        school_id=row.school_id,
    )
