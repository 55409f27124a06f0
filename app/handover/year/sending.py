"""Those who finish here and go on at another school of the centre: it is asked to take them."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from app.children.models import Child, Transfer
from app.children.services.transfers import request_transfer, withdraw_transfer
from app.children.telling import tell_requested_many
from app.handover.year.plan import YearPlan
from app.host.context import Ctx
from app.kernel.text import T


def ask_schools(ctx: Ctx, plan: YearPlan, leaving: Collection[UUID]) -> list[UUID]:
    """Ask the schools chosen to take who finishes; return the ids of the transfers.

    A child whose transfer waits already is not asked for twice. Each school is told once.
    """
    sent = {
        child: (one.to_school, one.now)
        for one in plan.classes
        for child in one.pupils
        if one.to_school is not None and child in set(leaving)
    }
    waiting = select(Transfer.child_id).where(
        Transfer.child_id.in_(sent), Transfer.state == "requested"
    )
    wanted = select(Child).where(Child.id.in_(sent), Child.id.not_in(waiting))
    rows = []
    for child in ctx.session.scalars(wanted.order_by(Child.name_pinyin, Child.id)).all():
        school, room = sent[child.id]
        rows.append(
            request_transfer(
                ctx, child, to_school_id=school, class_name=room,
                reason=str(T("Finished {room}", room=room)), effective_on=plan.begins,
                alone=False,
            )
        )  # fmt: skip
    tell_requested_many(ctx, rows)
    return [row.id for row in rows]


def withdraw(ctx: Ctx, ids: Collection[UUID]) -> None:
    """Take those requests back that nobody has answered yet."""
    still = select(Transfer).where(Transfer.id.in_(ids), Transfer.state == "requested")
    for row in ctx.session.scalars(still).all():
        withdraw_transfer(ctx, row)
