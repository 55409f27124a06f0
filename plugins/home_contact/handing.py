"""What somebody who leaves has promised to do next, and who does it instead."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select

from app.sdk import Child, Ctx, Entry, ToHandOver
from plugins.home_contact.models import NextStep
from plugins.home_contact.words import T

STEP = "home_contact.next_step"


def promised_by(ctx: Ctx, staff_id: UUID, school_id: UUID) -> list[ToHandOver]:
    """Return the next steps at a school that a person has still to do; one query."""
    doer = func.coalesce(NextStep.handed_to_id, Entry.on_behalf_of_id, Entry.recorded_by_id)
    rows = ctx.session.execute(
        select(NextStep, Child.name)
        .join(Entry, (Entry.center_id == NextStep.center_id) & (Entry.id == NextStep.entry_id))
        .join(Child, (Child.center_id == NextStep.center_id) & (Child.id == NextStep.child_id))
        .where(
            NextStep.school_id == school_id,
            NextStep.done_on.is_(None),
            Entry.voided_at.is_(None),
            Child.left_on.is_(None),
            doer == staff_id,
        )
        .order_by(NextStep.due_on.asc().nulls_last(), NextStep.id)
    )
    return [
        ToHandOver(STEP, step.id, T("Next step for {child}: {what}", child=name, what=step.text),
                   step.child_id)
        for step, name in rows
    ]  # fmt: skip


def give_to(ctx: Ctx, step_id: UUID, staff_id: UUID) -> None:
    """Let somebody else do a next step."""
    step = ctx.session.scalars(select(NextStep).where(NextStep.id == step_id)).one()
    step.handed_to_id = staff_id
    ctx.session.flush()
