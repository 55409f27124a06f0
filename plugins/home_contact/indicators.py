"""The rows behind the numbers that the module gives to boards."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, select

from app.sdk import (
    AsOf,
    Child,
    Ctx,
    Entry,
    IndicatorRows,
    Placement,
    in_class,
    present,
    pupil_rows,
    refers,
    visible,
)
from plugins.home_contact.kinds import DONE, PREFIX, REACHING
from plugins.home_contact.manifest import OVERDUE, REACHED, VIEW, VISITED
from plugins.home_contact.models import NextStep


def contact_rows(ctx: Ctx, as_of: AsOf) -> Select[Any]:
    """Return the left-behind children, and who of them was reached and visited."""
    first = as_of.day.replace(day=1)
    asked = {
        "reached": _had(REACHING, first, as_of.day),
        "visited": _had((f"{PREFIX}visit",), as_of.since, as_of.day),
    }
    return pupil_rows(ctx, VIEW, asked, left_behind_on=as_of.day)


def _had(kinds: Collection[str], since: date, until: date) -> ColumnElement[bool]:
    """Return the condition that a child had such a contact on one of these days."""
    return Child.id.in_(
        select(Entry.child_id).where(
            Entry.kind.in_(kinds),
            Entry.outcome == DONE,
            Entry.voided_at.is_(None),
            Entry.happened_on.between(since, until),
            Entry.child_id.is_not(None),
        )
    )


def step_rows(ctx: Ctx, as_of: AsOf) -> Select[Any]:
    """Return the next steps that are not done, and which are past their day."""
    columns: list[Any] = [
        NextStep.school_id, Placement.homeroom_id, NextStep.child_id, NextStep.text.label("title"),
        NextStep.due_on.label("day"), (NextStep.due_on < as_of.day).label("overdue"),
    ]  # fmt: skip
    wanted = (
        select(*columns)
        .join(Child, refers(NextStep.child_id, Child))
        .join(Entry, refers(NextStep.entry_id, Entry))
        .outerjoin(Placement, in_class())
        .where(
            NextStep.done_on.is_(None),
            Entry.voided_at.is_(None),
            present(),
        )
    )
    return visible(ctx, VIEW, wanted)


ROWS: Mapping[str, IndicatorRows] = {
    REACHED: contact_rows,
    VISITED: contact_rows,
    OVERDUE: step_rows,
}
