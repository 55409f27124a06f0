"""What the digest of the day says of mentoring."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import func, select, union_all

from app.sdk import Ctx, DigestLine, holders, pairings_on, school_path
from plugins.mentoring.indicators import open_plans, silent_pairs
from plugins.mentoring.manifest import NAME, PAIR
from plugins.mentoring.models import Plan
from plugins.mentoring.words import T

_MONDAY = 0


def lines_for(
    ctx: Ctx, staff_ids: Sequence[UUID], school_ids: Sequence[UUID], day: date
) -> Mapping[UUID, Sequence[DigestLine]]:
    """Return the lines by staff: plans to look at; on Mondays pairings in name only.

    Mentors read of their own children, who pairs children at a school of the whole school. The
    number of queries does not grow with the people.
    """
    found: dict[UUID, list[DigestLine]] = {}
    pages = {school: f"{school_path(ctx, school)}/m/{NAME}" for school in school_ids}

    def add(staff: UUID, line: DigestLine) -> None:
        if staff in staff_ids:
            found.setdefault(staff, []).append(line)

    for (staff, school), count in _plans_due(ctx, school_ids, day).items():
        add(staff, DigestLine(T("Plans to look at again"), count, f"{pages[school]}#plans"))
    if day.weekday() == _MONDAY:
        silent = _silent(ctx, school_ids, day)
        for (staff, school), count in silent.items():
            title = T("Children you mentor without a contact for long")
            add(staff, DigestLine(title, count, f"{pages[school]}?idle=1"))
        for school, heads in holders(ctx, PAIR, school_ids).items():
            count = sum(n for (_staff, at), n in silent.items() if at == school)
            for head in heads if count else ():
                title = T("Pairings in name only")
                add(head, DigestLine(title, count, f"{pages[school]}?idle=1"))
    return found


def _plans_due(ctx: Ctx, school_ids: Sequence[UUID], day: date) -> Mapping[tuple[UUID, UUID], int]:
    """Count the plans whose day has come, by who wrote or mentors it and school; one query."""
    due = open_plans().where(Plan.review_on <= day, Plan.school_id.in_(school_ids))
    held = pairings_on(day).subquery()
    written = due.with_only_columns(Plan.id, Plan.school_id, Plan.created_by_id.label("staff_id"))
    mentored = due.with_only_columns(Plan.id, Plan.school_id, held.c.staff_id).where(
        held.c.child_id == Plan.child_id
    )
    both = union_all(written, mentored).subquery()
    rows = ctx.session.execute(
        select(both.c.staff_id, both.c.school_id, func.count(both.c.id.distinct()))
        .where(both.c.staff_id.is_not(None))
        .group_by(both.c.staff_id, both.c.school_id)
    )
    return {(staff, school): count for staff, school, count in rows}


def _silent(ctx: Ctx, school_ids: Sequence[UUID], day: date) -> Mapping[tuple[UUID, UUID], int]:
    """Count the pairings in name only by mentor and school; one query."""
    pairs = silent_pairs(ctx, day).subquery()
    rows = ctx.session.execute(
        select(pairs.c.staff_id, pairs.c.school_id, func.count())
        .where(pairs.c.in_name, pairs.c.school_id.in_(school_ids))
        .group_by(pairs.c.staff_id, pairs.c.school_id)
    )
    return {(staff, school): count for staff, school, count in rows}
