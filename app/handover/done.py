"""A finished hand-over stands in the ledger, so that the duty to hand over is met by it."""

from __future__ import annotations

from sqlalchemy import select

from app.handover.holdings import CLASS
from app.handover.models import HandOver
from app.host.context import Ctx
from app.kernel.text import T
from app.ledger.kinds import HANDED_OVER
from app.ledger.services import EntryFor, record
from app.tenancy.models import Homeroom


def write_down(ctx: Ctx, row: HandOver) -> None:
    """Write one act: an entry for each class handed over, without any, one for the school.

    Nothing is written of a hand-over in which nothing was accepted.
    """
    taken = [item for item in row.items if item.state == "accepted"]
    if not taken:
        return
    rooms = ctx.session.scalars(
        select(Homeroom).where(
            Homeroom.id.in_([item.object_id for item in taken if item.kind == CLASS])
        )
    ).all()
    names = dict.fromkeys(item.successor.name for item in taken if item.successor)
    said = {"taker": "、".join(names), "number": len(taken)}
    text = str(T("{giver} to {taker}: {number} things", giver=row.from_staff.name, **said))
    record(
        ctx,
        kind=HANDED_OVER,
        happened_on=ctx.today(),
        title=T("Handed over by {name}", name=row.from_staff.name),
        entries=[EntryFor(homeroom=room, text=text) for room in rooms]
        or [EntryFor(school_id=row.school_id, text=text)],
        on_behalf_of_id=row.from_staff_id,
    )
