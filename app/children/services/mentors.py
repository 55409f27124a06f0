"""Who mentors a child: the pairing is a grant's reach, so it decides what the mentor may see."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import Row, Select, select

from app.accounts.grants import role_of
from app.accounts.models import Grant, GrantChild, Membership, Staff
from app.accounts.services import take_on
from app.audit.services import record
from app.children.models import Child
from app.db.conditions import not_over, refers
from app.host.context import Ctx
from app.host.events import announce
from app.host.hooks import Event
from app.kernel.errors import Refused
from app.kernel.text import T


@dataclass(frozen=True)
class Paired:
    """What a choice of mentor has changed: pairings that ended, and the one that began."""

    ended: list[GrantChild] = field(default_factory=list)
    begun: GrantChild | None = None


def _mentoring(ctx: Ctx, school_id: UUID) -> Select[UUID, str]:
    today = ctx.today()
    return (
        select(Grant.id, Staff.name)
        .join(Membership, refers(Grant.membership_id, Membership))
        .join(Staff, refers(Membership.staff_id, Staff))
        .where(
            Grant.school_id == school_id,
            Grant.role == "mentor",
            not_over(Grant, today),
            not_over(Membership, today),
        )
        .order_by(Staff.name_pinyin)
    )


def mentor_choices(ctx: Ctx, school_id: UUID) -> list[Row[UUID, str]]:
    """Return (grant, name) of everybody who is a mentor at the school today."""
    return list(ctx.session.execute(_mentoring(ctx, school_id)).all())


def make_mentor(ctx: Ctx, staff: Staff, *, school_id: UUID, until: date | None = None) -> Grant:
    """Make somebody a mentor at a school, with or without an account; ``until`` is the last day.

    For who may decide it. Raises :class:`Refused` for a day that has passed and for somebody who
    works at another school.
    """
    today = ctx.today()
    if until is not None and until < today:
        raise Refused(T("The day has passed."), "until")
    member = take_on(ctx, staff, school_id=school_id)
    grant = ctx.session.scalars(
        select(Grant).where(
            Grant.membership_id == member.id, Grant.role == "mentor", not_over(Grant, today)
        )
    ).first() or role_of(ctx, staff, role="mentor", school_id=school_id, on=today)
    if until is None and grant.reach == "family":
        raise Refused(T("Give the last day: {name} signs in until then.", name=staff.name), "until")
    grant.ends_on = until
    ctx.session.flush()
    record(ctx, "mentor.make", object_type="staff", object_id=staff.id, school_id=school_id)
    return grant


def pair(
    ctx: Ctx,
    child: Child,
    *,
    grant_id: UUID | None,
    reason: str = "",
    instead_of: Collection[UUID] | None = None,
) -> Paired:
    """Make somebody the child's mentor from today, or nobody; the earlier pairing ends yesterday.

    Of several, all end unless the chosen one is among them; with ``instead_of`` only those of
    these grants. Announces ``child.paired``. Raises :class:`Refused` when ``grant_id`` is no
    mentor's at the child's school.
    """
    today = ctx.today()
    allowed = {row.id for row in mentor_choices(ctx, child.school_id)}
    if grant_id is not None and grant_id not in allowed:
        raise Refused(T("Choose a mentor of this school."), "mentor")
    open_pairings = select(GrantChild).where(
        GrantChild.child_id == child.id,
        GrantChild.grant_id.in_(allowed),
        not_over(GrantChild, today),
    )
    earlier = ctx.session.scalars(open_pairings).all()
    there = any(row.grant_id == grant_id for row in earlier)
    if instead_of is None:
        ended = [] if there else list(earlier)
    else:
        ended = [r for r in earlier if r.grant_id in instead_of and r.grant_id != grant_id]
    for row in ended:
        row.ends_on = today - timedelta(days=1)
    begun = None
    if not ended and (there or grant_id is None):
        return Paired()
    if grant_id is not None and not there:
        begun = GrantChild(
            school_id=child.school_id, grant_id=grant_id, child_id=child.id, starts_on=today
        )
        ctx.session.add(begun)
    ctx.session.flush()
    record(ctx, "mentor.pair", child_id=child.id, school_id=child.school_id)
    tell_paired(ctx, child, Paired(ended, begun), on=today, reason=reason)
    return Paired(ended, begun)


def tell_paired(ctx: Ctx, child: Child, paired: Paired, *, on: date, reason: str) -> None:
    """Announce that pairings of a child ended or began on a day, when any did."""
    if paired.ended or paired.begun:
        detail = {
            "ended": ",".join(str(row.id) for row in paired.ended),
            "begun": str(paired.begun.id) if paired.begun else "",
            "reason": reason,
        }
        announce(ctx, Event("child.paired", child.id, child.school_id, on, detail))
