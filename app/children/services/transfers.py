"""A child moves between two schools of the centre: asked, accepted, declined, withdrawn."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select, text

from app.audit.services import record as audit
from app.children.models import Child, Transfer
from app.children.services.places import close_stay, enrol, homeroom_of
from app.children.telling import tell_decided, tell_requested
from app.host.checks import refuse_future
from app.host.context import Ctx
from app.host.events import announce
from app.host.hooks import Event
from app.kernel.errors import NotVisible, Refused
from app.kernel.text import T
from app.tenancy.models import School

_DAY = timedelta(days=1)
_MOVE = text("SELECT move_custody(:which)")


def request_transfer(
    ctx: Ctx,
    child: Child,
    *,
    to_school_id: UUID,
    class_name: str,
    reason: str,
    effective_on: date,
    alone: bool = True,
) -> Transfer:
    """Ask another school of the centre to take a child; raises :class:`Refused`.

    What the other school must know to decide is written on the row. It is told, unless the child
    does not come ``alone``: then it is told of all together.
    """
    school = ctx.session.scalar(
        select(School).where(School.id == to_school_id, School.closed_on.is_(None))
    )
    if school is None or school.id == child.school_id:
        raise Refused(T("Choose another school."), "school")
    if child.left_on is not None:
        raise Refused(T("The child has left school."), "school")
    # Two people asking at once: the second waits here and then finds the first's request.
    ctx.session.execute(select(Child.id).where(Child.id == child.id).with_for_update())
    waiting = ctx.session.scalar(
        select(Transfer.id).where(Transfer.child_id == child.id, Transfer.state == "requested")
    )
    if waiting is not None:
        raise Refused(T("A transfer of this child is waiting already."), "school")
    row = Transfer(
        from_school_id=child.school_id,
        to_school_id=school.id,
        child_id=child.id,
        child_name=child.name,
        child_sex=child.sex,
        child_birth=child.birth_date,
        from_class=class_name or None,
        reason=reason or None,
        requested_at=ctx.now(),
        requested_by_id=ctx.actor.staff_id,
        effective_on=effective_on,
    )
    ctx.session.add(row)
    ctx.session.flush()
    _audit(ctx, "transfer.request", row, child.school_id)
    if alone:
        tell_requested(ctx, row)
    return row


def waiting_transfer(ctx: Ctx, transfer_id: UUID, *, to: UUID | None = None) -> Transfer:
    """Return an undecided transfer that the actor's schools take part in.

    ``to`` is the school that must be the receiving one. Raises :class:`NotVisible`.
    """
    row = ctx.session.scalar(
        select(Transfer)
        .where(Transfer.id == transfer_id, Transfer.state == "requested")
        .with_for_update()
    )
    if row is None or (to is not None and row.to_school_id != to):
        raise NotVisible
    return row


def accept_transfer(ctx: Ctx, row: Transfer, *, homeroom_id: UUID, starts_on: date) -> Child:
    """Take the child: its file moves here, the old stay ends, a new one begins.

    Raises :class:`Refused`; the former school keeps only the row of the transfer.
    """
    room = homeroom_of(ctx, row.to_school_id, homeroom_id, "children.transfer")
    refuse_future(ctx, starts_on, "starts_on")
    moved = ctx.session.scalar(_MOVE, {"which": row.id})
    child = ctx.session.scalars(
        select(Child).where(Child.id == row.child_id).execution_options(populate_existing=True)
    ).one()
    close_stay(ctx, child, starts_on - _DAY, "transfer")
    # The former school may have noted meanwhile that the child left.
    child.left_on = None
    enrol(ctx, child, room, starts_on, "transfer")
    row.effective_on = starts_on
    _decide(ctx, row, "accepted", None)
    audit(
        ctx, "transfer.accept", object_type="transfer", object_id=row.id, child_id=child.id,
        school_id=row.to_school_id, rows=moved,
    )  # fmt: skip
    ctx.session.flush()
    former = {"from_school": str(row.from_school_id)}
    announce(ctx, Event("child.transferred", child.id, row.to_school_id, starts_on, former))
    tell_decided(ctx, row)
    return child


def decline_transfer(ctx: Ctx, row: Transfer, *, answer: str) -> None:
    """Refuse to take the child, with a reason; raises :class:`Refused`."""
    if not answer.strip():
        raise Refused(T("Say why, so that the other school can act."), "answer")
    _decide(ctx, row, "declined", answer.strip())
    _audit(ctx, "transfer.decline", row, row.to_school_id)
    tell_decided(ctx, row)


def withdraw_transfer(ctx: Ctx, row: Transfer) -> None:
    """Take the request back; the child stays."""
    _decide(ctx, row, "withdrawn", None)
    _audit(ctx, "transfer.withdraw", row, row.from_school_id)


def _decide(ctx: Ctx, row: Transfer, state: str, answer: str | None) -> None:
    row.state = state
    row.answer = answer
    row.decided_at = ctx.now()
    row.decided_by_id = ctx.actor.staff_id
    ctx.session.flush()


def _audit(ctx: Ctx, action: str, row: Transfer, school_id: UUID) -> None:
    audit(
        ctx, action, object_type="transfer", object_id=row.id, child_id=row.child_id,
        school_id=school_id,
    )  # fmt: skip
    ctx.session.flush()
