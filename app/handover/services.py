"""Handing over: beginning, proposing successors, accepting, declining, until nothing is left."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select

from app.accounts.grants import givable_roles
from app.accounts.models import Grant, Staff
from app.accounts.queries import staff_query
from app.audit.services import record as audit
from app.handover.done import write_down
from app.handover.holdings import CLASS, PAIRING, ROLE, Holding, held
from app.handover.models import HandOver, HandOverItem
from app.handover.moving import move
from app.handover.needs import UNSETTLED, needing
from app.handover.telling import tell_declined, tell_proposed
from app.host.context import Ctx
from app.kernel.errors import NotVisible, Refused
from app.kernel.ids import uuid7
from app.kernel.text import T

REASONS = ("leaves", "changes_class", "year_end", "other")
_GIVES = {CLASS: "homeroom_teacher", PAIRING: "mentor"}
_DAY = timedelta(days=1)


def open_hand_over(ctx: Ctx, staff_id: UUID, school_id: UUID) -> HandOver | None:
    """Return the hand-over of a person that is under way at a school."""
    return ctx.session.scalar(
        select(HandOver).where(
            HandOver.from_staff_id == staff_id,
            HandOver.school_id == school_id,
            HandOver.state == "open",
        )
    )


def begin(
    ctx: Ctx,
    staff: Staff,
    *,
    school_id: UUID,
    reason: str,
    last_day: date,
    note: str = "",
    holdings: Sequence[Holding] | None = None,
) -> HandOver:
    """List what a person gives away (everything held at the school, unless ``holdings`` are given).

    Raises :class:`Refused` when there is nothing, or a hand-over of the person is under way.
    """
    # Two people beginning it at once: the second waits and finds the first's.
    ctx.session.execute(
        select(Staff.id).where(Staff.id == staff.id).with_for_update(key_share=True)
    )
    if reason not in REASONS:
        raise Refused(T("Choose one of the answers."), "reason")
    if open_hand_over(ctx, staff.id, school_id) is not None:
        raise Refused(T("A hand-over of {name} is under way already.", name=staff.name))
    found = held(ctx, staff.id, school_id) if holdings is None else holdings
    if not found:
        raise Refused(T("{name} holds nothing here that must be handed over.", name=staff.name))
    row = HandOver(
        id=uuid7(), school_id=school_id, from_staff_id=staff.id, reason=reason, last_day=last_day,
        note=note.strip() or None, made_at=ctx.now(), made_by_id=ctx.actor.staff_id,
    )  # fmt: skip
    ctx.session.add(row)
    ctx.session.flush()
    add_items(ctx, row, found)
    _audit(ctx, "hand_over.begin", row, items=len(found))
    return row


def add_items(ctx: Ctx, row: HandOver, holdings: Sequence[Holding]) -> None:
    """Put holdings on the list of a hand-over, nobody proposed yet."""
    ids = {one.key: uuid7() for one in holdings}
    items = [
        HandOverItem(
            id=ids[one.key], school_id=row.school_id, hand_over_id=row.id, kind=one.kind,
            module=one.module, object_id=one.object_id, homeroom_id=one.homeroom_id,
            title=one.title, position=position,
            parent_id=ids.get(one.goes_with) if one.goes_with else None,
        )
        for position, one in enumerate(holdings)
    ]  # fmt: skip
    ctx.session.add_all([item for item in items if item.parent_id is None])
    ctx.session.flush()
    ctx.session.add_all(items)
    ctx.session.flush()
    ctx.session.expire(row, ["items"])


def successors(ctx: Ctx, row: HandOver) -> list[Staff]:
    """Return who may take something over: everybody else who works at the school."""
    people = ctx.session.scalars(staff_query(ctx, school_id=row.school_id))
    return [person for person in people if person.id != row.from_staff_id]


def propose(ctx: Ctx, row: HandOver, chosen: Mapping[UUID, UUID | None]) -> int:
    """Propose a successor (staff) for items of the hand-over and tell each; return how many.

    What goes along follows; None takes a proposal back. What is accepted already, or needs nobody,
    is left alone. Raises :class:`Refused` for somebody who cannot take it, and for a role that the
    actor may not give.
    """
    _demand_open(ctx, row)
    people = {person.id: person for person in successors(ctx, row)}
    told: dict[UUID, int] = {}
    changed = 0
    for item in needing(ctx, [row])[row.id]:
        wanted = chosen.get(item.parent_id or item.id, item.successor_id)
        if wanted == item.successor_id and item.state != "declined":
            continue
        if (item.parent_id or item.id) not in chosen:
            continue
        if wanted is not None:
            if wanted not in people:
                raise Refused(T("Choose somebody who works at this school."), "successor")
            _demand_givable(ctx, item)
            told[wanted] = told.get(wanted, 0) + (item.parent_id is None)
        item.successor_id, item.answer = wanted, None
        item.state = "proposed" if wanted else "open"
        item.proposed_at, item.proposed_by_id = ctx.now(), ctx.actor.staff_id
        changed += item.parent_id is None
    ctx.session.flush()
    if changed:
        _audit(ctx, "hand_over.propose", row, items=changed)
    for staff_id, number in told.items():
        tell_proposed(ctx, row, staff_id, number)
    return changed


def accept(
    ctx: Ctx, row: HandOver, item_ids: Iterable[UUID], *, by: UUID | None = None
) -> list[HandOverItem]:
    """Accept items proposed to ``by`` (the actor) and move them; return all that moved.

    What goes along is accepted with them. The successor answers for them from the day after the
    last day, at the earliest today. When nothing is left, the hand-over is done. Raises
    :class:`Refused` when an item is not proposed to that person any more.
    """
    _demand_open(ctx, row)
    taker_id = by or ctx.actor.staff_id
    items = _proposed_to(ctx, row, taker_id, set(item_ids))
    taker = ctx.session.scalars(select(Staff).where(Staff.id == taker_id)).one()
    on = max(ctx.today(), row.last_day + _DAY)
    for item in items:
        move(ctx, item, giver=row.from_staff, taker=taker, on=on)
        item.state, item.begins_on = "accepted", on
        item.accepted_at, item.accepted_by_id = ctx.now(), ctx.actor.staff_id
    ctx.session.flush()
    _audit(ctx, "hand_over.accept", row, items=len(items))
    finish(ctx, row)
    return items


def decline(ctx: Ctx, row: HandOver, item_ids: Iterable[UUID], *, reason: str) -> int:
    """Give items proposed to the actor back to who proposed them, with a reason; return how many.

    They stay with the person who hands over, and on the head's list. Raises :class:`Refused`
    without a reason.
    """
    _demand_open(ctx, row)
    if not reason.strip():
        raise Refused(T("Say why, so that somebody else can be found."), "reason")
    items = _proposed_to(ctx, row, ctx.actor.staff_id, set(item_ids))
    for item in items:
        item.state, item.answer = "declined", reason.strip()
    ctx.session.flush()
    _audit(ctx, "hand_over.decline", row, items=len(items))
    tell_declined(ctx, row, items)
    return len(items)


def drop(ctx: Ctx, row: HandOver, item_id: UUID, *, reason: str) -> None:
    """Note that an item needs no successor, with a reason; raises :class:`Refused` without one."""
    _demand_open(ctx, row)
    if not reason.strip():
        raise Refused(T("Give a reason."), "reason")
    items = [
        item
        for item in row.items
        if item_id in (item.id, item.parent_id) and item.state in UNSETTLED
    ]
    if not items:
        raise NotVisible
    for item in items:
        item.state, item.answer = "dropped", reason.strip()
    ctx.session.flush()
    _audit(ctx, "hand_over.drop", row, items=len(items))
    finish(ctx, row)


def cancel(ctx: Ctx, row: HandOver) -> None:
    """Call a hand-over off; what was accepted stays where it is. Nothing else has moved."""
    _demand_open(ctx, row)
    row.state, row.closed_at = "cancelled", ctx.now()
    ctx.session.flush()
    _audit(ctx, "hand_over.cancel", row)


def finish(ctx: Ctx, row: HandOver) -> bool:
    """Close the hand-over when nothing needs a successor any more, and write it down."""
    if needing(ctx, [row])[row.id]:
        return False
    ctx.session.expire(row, ["items"])
    for item in row.items:
        if item.state in UNSETTLED:
            item.state, item.answer = "dropped", str(T("Settled otherwise"))
    row.state, row.closed_at = "done", ctx.now()
    ctx.session.flush()
    _audit(ctx, "hand_over.done", row)
    write_down(ctx, row)
    return True


def _proposed_to(
    ctx: Ctx, row: HandOver, staff_id: UUID | None, wanted: set[UUID]
) -> list[HandOverItem]:
    """Return the items with what goes along; all of them must still be proposed to the person."""
    own = [
        item
        for item in needing(ctx, [row])[row.id]
        if item.state == "proposed" and item.successor_id == staff_id
    ]
    found = [item for item in own if item.id in wanted or item.parent_id in wanted]
    if not wanted or not wanted <= {item.id for item in found}:
        raise Refused(T("Something has changed meanwhile. Look at the list again."))
    return found


def _demand_givable(ctx: Ctx, item: HandOverItem) -> None:
    role = _GIVES.get(item.kind)
    if item.kind == ROLE:
        role = ctx.session.scalar(select(Grant.role).where(Grant.id == item.object_id))
    if role is not None and role not in givable_roles(ctx, item.school_id):
        raise Refused(T("You may not give this role."), "successor")


def _demand_open(ctx: Ctx, row: HandOver) -> None:
    # Two successors answering at once: the second waits and sees what the first has taken.
    ctx.session.refresh(row, ["state"], with_for_update=True)
    ctx.session.expire(row, ["items"])
    if row.state != "open":
        raise Refused(T("This hand-over is closed."))


def _audit(ctx: Ctx, action: str, row: HandOver, items: int = 0) -> None:
    audit(
        ctx,
        action,
        object_type="hand_over",
        object_id=row.id,
        school_id=row.school_id,
        items=items,
    )
