"""What is left without anybody although nobody has taken it over: it stays on the head's list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from app.accounts.models import Staff
from app.handover.holdings import Holding
from app.handover.models import HandOver
from app.handover.needs import UNSETTLED
from app.handover.services import add_items, begin, open_hand_over
from app.host.context import Ctx


def left_behind(
    ctx: Ctx, staff: Staff, school_id: UUID, holdings: Sequence[Holding], *, reason: str
) -> HandOver | None:
    """Keep what somebody leaves to nobody as an open hand-over, or add it to the one under way."""
    row = open_hand_over(ctx, staff.id, school_id)
    if row is None:
        if not holdings:
            return None
        last = ctx.today() - timedelta(days=1)
        return begin(
            ctx, staff, school_id=school_id, reason=reason, last_day=last, holdings=holdings
        )
    listed = {(item.kind, item.object_id) for item in row.items if item.state in UNSETTLED}
    add_items(ctx, row, [one for one in holdings if one.key not in listed])
    return row
