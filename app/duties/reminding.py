"""What the digest of the day says of duties and concerns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select

from app.duties.acts import open_since
from app.duties.concerns import all_open
from app.duties.models import DutyWindow, StoredRule
from app.duties.states import live_duties
from app.duties.words import FAMILY
from app.host.context import Ctx
from app.host.hooks import DigestLine, hookimpl
from app.kernel.text import T, Text
from app.notify.addresses import center_path

_TITLES: dict[str, Text] = {
    "late": T("Overdue, to catch up with"),
    "today": T("Due today"),
    "week": T("Due this week"),
}


@hookimpl
def digest_lines(
    ctx: Ctx, staff_ids: Sequence[UUID], day: date
) -> Mapping[UUID, Sequence[DigestLine]]:
    """Tell each person what is overdue and due, on Mondays what the week asks; and concerns."""
    page = f"{center_path(ctx)}/todo"
    found: dict[UUID, list[DigestLine]] = {staff: [] for staff in staff_ids}
    for row in ctx.session.execute(_counts(ctx, day)):
        due = "week" if day.weekday() == 0 else "today"
        for group in ("late", due):
            count = getattr(row, group)
            if row.staff in found and count:
                line = DigestLine(
                    _TITLES[group], count, f"{page}?group={group}", late=group == "late"
                )
                found[row.staff].append(line)
    for staff, (count, late) in _concerns(ctx, day).items():
        if staff in found:
            title = T("Concerns that wait for a visit")
            found[staff].append(DigestLine(title, count, page, late=late))
    return {staff: lines for staff, lines in found.items() if lines}


def _counts(ctx: Ctx, day: date) -> Select[Any]:
    """Count, by staff, for how many children, classes and schools something is due: one query."""
    duty = live_duties(day, open_since(ctx))
    rule_is = and_(StoredRule.center_id == duty.c.center_id, StoredRule.id == duty.c.rule_id)
    window_is = and_(DutyWindow.center_id == duty.c.center_id, DutyWindow.id == duty.c.window_id)
    names = ("subject_id", "closes", "state")
    owed = (
        select(
            func.unnest(duty.c.owed_by).label("staff"),
            DutyWindow.settles,
            *(duty.c[name] for name in names),
        )
        .join(StoredRule, rule_is)
        .join(DutyWindow, window_is)
        .where(
            duty.c.center_id == ctx.scope.center_id,
            duty.c.state.in_(("due", "missed")),
            StoredRule.performer.not_in(FAMILY),
        )
        .subquery()
    )
    is_due, whom = owed.c.state == "due", func.count(owed.c.subject_id.distinct())
    sunday = day + timedelta(days=6 - day.weekday())
    late = or_(and_(is_due, owed.c.closes < day), and_(~is_due, owed.c.settles >= day))
    return select(
        owed.c.staff,
        whom.filter(late).label("late"),
        whom.filter(is_due, owed.c.closes == day).label("today"),
        whom.filter(is_due, owed.c.closes.between(day, sunday)).label("week"),
    ).group_by(owed.c.staff)


def _concerns(ctx: Ctx, day: date) -> Mapping[UUID, tuple[int, bool]]:
    """Return how many concerns wait for each, and whether one is late; none raised today by them.

    Nobody is told of what they have just done themselves.
    """
    found: dict[UUID, tuple[int, bool]] = {}
    for open_ in all_open(ctx):
        own = open_.concern.raised_by_id if open_.concern.raised_on == day else None
        for staff in open_.staff - {own}:
            count, late = found.get(staff, (0, False))
            found[staff] = (count + 1, late or open_.due < day)
    return found
