"""A plan on paper: time, content, what has come of it (时间、内容、阶段性效果)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.sdk import Child, Entry, Register, RegisterColumn, register
from plugins.mentoring.models import Plan, Review
from plugins.mentoring.plans import RESULTS, TITLES, stages
from plugins.mentoring.words import T


def plan_paper(
    child: Child, school: str, plan: Plan, found: Sequence[tuple[Review, Entry]], *, on: date
) -> bytes:
    """Return a plan as PDF, dated ``on``; raises ``Refused`` when a text cannot be printed."""
    by_goal = stages(plan, found)
    rows = [["", str(T("Situation")), plan.situation, ""]]
    for number, goal in enumerate(plan.goals, start=1):
        content = "\n".join(filter(None, (goal.goal, goal.steps)))
        rows.append([_day(goal.due_on), str(number), content, _said(by_goal[goal.id])])
    if by_goal.get(None):
        rows.append(["", str(T("Whole")), "", _said(by_goal[None])])
    if plan.closed_on is not None:
        rows.append([_day(plan.closed_on), str(T("Outcome")), plan.outcome or "", ""])
    return register(
        Register(
            title=str(T("{plan}: {child}", plan=TITLES[plan.kind], child=child.name)),
            unit=school,
            day=on,
            columns=[
                RegisterColumn(str(T("Time")), 6),
                RegisterColumn(str(T("No.")), 3, "center"),
                RegisterColumn(str(T("Content")), 16),
                RegisterColumn(str(T("Effect so far")), 14),
            ],
            rows=rows,
            signatures=(T("Mentor"), T("Class teacher"), T("Guardian"), T("Date")),
            landscape=False,
        )
    )


def _said(found: Sequence[tuple[Review, Entry]]) -> str:
    return "\n".join(
        f"{_day(entry.happened_on)} {RESULTS[row.result]} {entry.text or ''}".strip()
        for row, entry in found
    )


def _day(day: date | None) -> str:
    return f"{day:%Y-%m-%d}" if day else ""
