"""Pairings of children with mentors (结对), read from the mentors' grants: they alone say so."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, or_, select

from app.accounts.models import Grant, GrantChild, Membership, Staff
from app.db.conditions import not_over, open_on, refers
from app.host.context import Ctx

MENTOR = "mentor"


@dataclass(frozen=True)
class Pairing:
    """A child has, or had, a mentor from ``starts_on`` to ``ends_on``, the last day."""

    id: UUID
    child_id: UUID
    grant_id: UUID
    staff: Staff
    starts_on: date
    ends_on: date | None

    def over(self, day: date) -> bool:
        """Tell whether it had ended before a day."""
        return self.ends_on is not None and self.ends_on < day


@dataclass(frozen=True)
class MentorHere:
    """Somebody who is a mentor at a school; ``post`` is what the person is, or from where.

    ``phone_until`` is the last day on which somebody from outside signs in (decision 0014).
    """

    grant_id: UUID
    staff: Staff
    post: str
    until: date | None
    phone_until: date | None = None


def pairings(
    ctx: Ctx,
    *,
    since: date,
    until: date,
    school_id: UUID | None = None,
    child_ids: Sequence[UUID] | None = None,
    staff_id: UUID | None = None,
) -> list[Pairing]:
    """Return the pairings that held on a day from ``since`` to ``until``, the newest first.

    Of one school, of some children, of one mentor; one query. One that was taken back on the day
    it was made never held.
    """
    joined: Any = select(GrantChild, Grant, Membership, Staff).select_from(GrantChild)
    wanted = _with_staff(joined)
    wanted = wanted.where(
        GrantChild.starts_on <= until,
        *(not_over(table, since) for table in (GrantChild, Grant, Membership)),
        or_(GrantChild.ends_on.is_(None), GrantChild.ends_on >= GrantChild.starts_on),
    )
    if school_id is not None:
        wanted = wanted.where(Grant.school_id == school_id)
    if child_ids is not None:
        wanted = wanted.where(GrantChild.child_id.in_(child_ids))
    if staff_id is not None:
        wanted = wanted.where(Membership.staff_id == staff_id)
    wanted = wanted.order_by(GrantChild.starts_on.desc(), Staff.name_pinyin, GrantChild.id)
    return _read(ctx, wanted)


def pairings_by_id(ctx: Ctx, ids: Collection[UUID]) -> dict[UUID, Pairing]:
    """Return pairings by their ids, whenever they hold or held; one query."""
    joined: Any = select(GrantChild, Grant, Membership, Staff).select_from(GrantChild)
    found = _read(ctx, _with_staff(joined).where(GrantChild.id.in_(ids)))
    return {pairing.id: pairing for pairing in found}


def _read(ctx: Ctx, wanted: Select[Any]) -> list[Pairing]:
    return [
        Pairing(row.id, row.child_id, grant.id, staff, row.starts_on, _first(row, grant, member))
        for row, grant, member, staff in ctx.session.execute(wanted)
    ]


def pairings_on(day: date) -> Select[Any]:
    """Return the query of the pairings that hold on a day: one row each, of all schools in scope.

    Columns: center_id, id, school_id, child_id, grant_id, starts_on, staff_id, mentor (the name).
    """
    joined: Any = select(
        GrantChild.center_id,
        GrantChild.id,
        Grant.school_id,
        GrantChild.child_id,
        GrantChild.grant_id,
        GrantChild.starts_on,
        Staff.id.label("staff_id"),
        Staff.name.label("mentor"),
    ).select_from(GrantChild)
    held = and_(*(open_on(table, day) for table in (GrantChild, Grant, Membership)))
    return _with_staff(joined).where(held)


def mentors_of_school(ctx: Ctx, school_id: UUID) -> list[MentorHere]:
    """Return everybody who is a mentor at a school today, by name; one query."""
    today = ctx.today()
    wanted = (
        select(Grant, Membership, Staff)
        .select_from(Grant)
        .join(Membership, refers(Grant.membership_id, Membership))
        .join(Staff, refers(Membership.staff_id, Staff))
        .where(
            Grant.school_id == school_id,
            Grant.role == MENTOR,
            not_over(Grant, today),
            not_over(Membership, today),
        )
        .order_by(Staff.name_pinyin, Staff.id)
    )
    return [
        MentorHere(
            grant.id,
            staff,
            member.post or "",
            _first(grant, member),
            grant.ends_on if grant.reach == "family" else None,
        )
        for grant, member, staff in ctx.session.execute(wanted)
    ]


def _with_staff(wanted: Select[Any]) -> Select[Any]:
    return (
        wanted.join(Grant, refers(GrantChild.grant_id, Grant))
        .join(Membership, refers(Grant.membership_id, Membership))
        .join(Staff, refers(Membership.staff_id, Staff))
        .where(Grant.role == MENTOR)
    )


def _first(*rows: GrantChild | Grant | Membership) -> date | None:
    """Return the earliest of the last days."""
    return min((row.ends_on for row in rows if row.ends_on is not None), default=None)
