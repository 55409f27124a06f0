"""What people are told of a hand-over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select

from app.handover.models import HandOver, HandOverItem
from app.handover.needs import needing
from app.host.context import Ctx
from app.host.hooks import DigestLine, hookimpl
from app.kernel.text import T
from app.notify.addresses import center_path, school_path
from app.notify.services import notify


def tell_proposed(ctx: Ctx, row: HandOver, staff_id: UUID, number: int) -> None:
    """Tell a successor what somebody is to hand over."""
    title = T("{name} is to hand {number} things over to you", name=row.from_staff.name,
              number=number)  # fmt: skip
    notify(ctx, [staff_id], "hand_over.proposed", title, f"{center_path(ctx)}/hand-overs",
           urgent=True)  # fmt: skip


def tell_declined(ctx: Ctx, row: HandOver, items: Sequence[HandOverItem]) -> None:
    """Tell who proposed the items that they come back, and why."""
    asked = {item.proposed_by_id for item in items if item.proposed_by_id}
    title = T("{number} things of {name} need another successor", name=row.from_staff.name,
              number=len(items))  # fmt: skip
    page = f"{school_path(ctx, row.school_id)}/hand-overs/{row.id}"
    notify(ctx, asked, "hand_over.declined", title, page, body=items[0].answer)


@hookimpl
def digest_lines(
    ctx: Ctx,
    staff_ids: Sequence[UUID],
    day: date,  # noqa: ARG001 (the hook's signature: what waits, waits whatever the day)
) -> Mapping[UUID, Sequence[DigestLine]]:
    """Tell each successor how many things wait to be taken over."""
    rows = ctx.session.scalars(select(HandOver).where(HandOver.state == "open")).all()
    waiting = Counter(
        item.successor_id
        for items in needing(ctx, rows).values()
        for item in items
        if item.state == "proposed" and item.parent_id is None
    )
    page = f"{center_path(ctx)}/hand-overs"
    return {
        staff: [DigestLine(T("Handed over to you, to accept"), waiting[staff], page)]
        for staff in staff_ids
        if waiting[staff]
    }
