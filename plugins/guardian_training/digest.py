"""What the digest of the day says of trainings: sessions not closed; on Mondays whom to make up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from app.sdk import Ctx, DigestLine, holders, school_path
from plugins.guardian_training.kinds import STAFF
from plugins.guardian_training.listing import make_up_rows
from plugins.guardian_training.manifest import MANAGE, NAME
from plugins.guardian_training.models import Course, TrainingSession
from plugins.guardian_training.words import T

_MONDAY = 0


def lines_for(
    ctx: Ctx, staff_ids: Sequence[UUID], school_ids: Sequence[UUID], day: date
) -> Mapping[UUID, Sequence[DigestLine]]:
    """Return the lines by staff, for who plans the school's courses; the same queries for any."""
    found: dict[UUID, list[DigestLine]] = {}
    unclosed = _unclosed(ctx, school_ids, day)
    missed = _to_make_up(ctx) if day.weekday() == _MONDAY else {}
    for school, heads in holders(ctx, MANAGE, school_ids).items():
        page = f"{school_path(ctx, school)}/m/{NAME}"
        lines = [
            DigestLine(T("Trainings and meetings not closed"), unclosed.get(school, 0), page),
            DigestLine(T("Guardians to make up for"), missed.get(school, 0), f"{page}/make-up"),
        ]
        for head in heads & set(staff_ids):
            found[head] = [*found.get(head, []), *(line for line in lines if line.count)]
    return {staff: lines for staff, lines in found.items() if lines}


def _unclosed(ctx: Ctx, school_ids: Sequence[UUID], day: date) -> Mapping[UUID, int]:
    rows = ctx.session.execute(
        select(TrainingSession.school_id, func.count())
        .join(TrainingSession.course)
        .where(
            TrainingSession.school_id.in_(school_ids),
            TrainingSession.day < day,
            TrainingSession.closed_at.is_(None),
            TrainingSession.cancelled_at.is_(None),
            Course.kind != STAFF,
        )
        .group_by(TrainingSession.school_id)
    )
    return dict(rows.all())


def _to_make_up(ctx: Ctx) -> Mapping[UUID, int]:
    open_ones = make_up_rows(ctx, None).subquery()
    rows = ctx.session.execute(
        select(open_ones.c.school_id, func.count()).group_by(open_ones.c.school_id)
    )
    return dict(rows.all())
