"""Training of teachers: who took part, and the credits of continuing education (继续教育学分)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.sdk import Ctx, Entry, EntryFor, Refused, Staff, audit, colleagues, extend, void
from plugins.guardian_training.kinds import STAFF
from plugins.guardian_training.models import StaffCredit, TrainingSession
from plugins.guardian_training.sessions import act_of, demand_on, title_of
from plugins.guardian_training.words import T


@dataclass(frozen=True)
class Earned:
    """Somebody's trainings since a day and the credits they gave together."""

    staff: Staff
    trainings: Sequence[StaffCredit]

    @property
    def credits(self) -> Decimal:
        """Return the sum."""
        return sum((row.credits for row in self.trainings), Decimal(0))


def mark_staff(ctx: Ctx, session: TrainingSession, staff_ids: Collection[UUID]) -> int:
    """Write down who of the staff took part, in place of what stood there; return how many.

    Each gets the course's credits and an entry of the ledger in their name. Raises
    :class:`Refused` before the day, for another kind of course, and for who does not work here.
    """
    demand_on(session)
    if session.course.kind != STAFF:
        raise Refused(T("This is no training of teachers."))
    if session.day > ctx.today():
        raise Refused(T("This session has not taken place yet."))
    here = {person.id for person in colleagues(ctx, session.school_id)}
    if not set(staff_ids) <= here:
        raise Refused(T("Choose people who work at this school."))
    known = {row.staff_id: row for row in _rows(ctx, session)}
    for staff_id, row in known.items():
        if staff_id not in staff_ids and row.voided_at is None:
            _take_back(ctx, row)
    for staff_id in staff_ids:
        row_now = known.get(staff_id)
        if row_now is None or row_now.voided_at is not None:
            _give(ctx, session, staff_id, row_now)
    ctx.session.flush()
    audit(
        ctx, "guardian_training.staff.change", object_type="guardian_training_session",
        object_id=session.id, school_id=session.school_id, count=len(staff_ids),
    )  # fmt: skip
    return len(staff_ids)


def _give(ctx: Ctx, session: TrainingSession, staff_id: UUID, row: StaffCredit | None) -> None:
    [entry] = extend(
        ctx,
        act_of(ctx, session),
        title=title_of(ctx, session),
        entries=[EntryFor(school_id=session.school_id)],
        on_behalf_of_id=staff_id,
    )
    row = row or StaffCredit(school_id=session.school_id, session_id=session.id, staff_id=staff_id)
    row.entry_id, row.voided_at = entry.id, None
    row.credits, row.recorded_at = session.course.credits or Decimal(0), ctx.now()
    ctx.session.add(row)


def _take_back(ctx: Ctx, row: StaffCredit) -> None:
    entry = ctx.session.scalar(select(Entry).where(Entry.id == row.entry_id))
    if entry is not None:
        void(ctx, entry, reason=str(T("Was not there after all")))
    row.voided_at = ctx.now()


def _rows(ctx: Ctx, session: TrainingSession) -> Sequence[StaffCredit]:
    return ctx.session.scalars(
        select(StaffCredit).where(StaffCredit.session_id == session.id)
    ).all()


def earned(ctx: Ctx, school_id: UUID, since: date) -> list[Earned]:
    """Return everybody who works at a school with the credits since a day; two queries."""
    rows = ctx.session.scalars(
        select(StaffCredit)
        .join(StaffCredit.session)
        .where(
            StaffCredit.school_id == school_id,
            StaffCredit.voided_at.is_(None),
            TrainingSession.day >= since,
        )
        .options(joinedload(StaffCredit.session).joinedload(TrainingSession.course))
        .order_by(TrainingSession.day)
    ).all()
    return [
        Earned(person, [row for row in rows if row.staff_id == person.id])
        for person in colleagues(ctx, school_id)
    ]
