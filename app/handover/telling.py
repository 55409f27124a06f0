"""What people are told of a hand-over."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from app.handover.models import HandOver, HandOverItem
from app.host.context import Ctx
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
