"""A school's list in a round: publicity (公示), objections and answers, on to the centre."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from app.sdk import (
    Child,
    Ctx,
    EntryFor,
    Refused,
    module_settings,
    record,
    working_days_after,
)
from plugins.subsidies.guards import demand_state, demand_text, note
from plugins.subsidies.manifest import DAYS, LISTED, NAME, PLACE
from plugins.subsidies.models import Application, Objection, PublicList, SubsidyRound
from plugins.subsidies.money import yuan
from plugins.subsidies.rounds import amount_of
from plugins.subsidies.schemes import rates_of, uses_rates
from plugins.subsidies.services import LISTED as ON_LIST
from plugins.subsidies.services import REVIEWED_, decline
from plugins.subsidies.telling import list_waits
from plugins.subsidies.words import T

PUBLISHED, SUBMITTED, APPROVED, RETURNED, WITHDRAWN = (
    "published", "submitted", "approved", "returned", "withdrawn",
)  # fmt: skip


def ready(ctx: Ctx, round_: SubsidyRound, school_id: UUID) -> Sequence[Application]:
    """Return what the classes have passed and no list holds yet."""
    return ctx.session.scalars(
        select(Application)
        .where(
            Application.round_id == round_.id,
            Application.school_id == school_id,
            Application.at_school_id == school_id,
            Application.state == REVIEWED_,
        )
        .order_by(Application.homeroom_id, Application.id)
    ).all()


def priced(ctx: Ctx, round_: SubsidyRound, rows: Sequence[Application]) -> dict[UUID, int]:
    """Return what each application would get in fen; raises :class:`Refused` without a rate."""
    rates = rates_of(ctx, round_.scheme) if uses_rates(round_.scheme) else []
    found: dict[UUID, int] = {}
    missing = 0
    for row in rows:
        by_rate = uses_rates(round_.scheme)
        amount = amount_of(round_, rates, row.stage, row.boarding) if by_rate else row.amount_fen
        if amount:
            found[row.id] = amount
        else:
            missing += 1
    if missing and uses_rates(round_.scheme):
        raise Refused(
            T("There is no rate on {day} for {count} of the children. Ask the centre to enter it.",
              day=round_.starts_on, count=missing)
        )  # fmt: skip
    if missing:
        raise Refused(T("Write first how much each gets: {count} are without.", count=missing))
    return found


def publish(
    ctx: Ctx, round_: SubsidyRound, school_id: UUID, *, on: date | None = None
) -> PublicList:
    """Publish what the classes have passed, from a day on, for the school's days of publicity.

    Sums are computed and frozen. Raises :class:`Refused` when there is nobody or no rate.
    """
    rows = ready(ctx, round_, school_id)
    if not rows:
        raise Refused(T("No child has passed the class review yet."))
    amounts = priced(ctx, round_, rows)
    settings = module_settings(ctx, school_id, NAME)
    day = on or ctx.today()
    if day > ctx.today():
        raise Refused(T("The day lies in the future."), "on")
    number = ctx.session.execute(
        select(func.count()).where(
            PublicList.round_id == round_.id, PublicList.school_id == school_id
        )
    ).scalar_one()
    found = PublicList(
        school_id=school_id,
        round_id=round_.id,
        round=round_,
        number=number + 1,
        state=PUBLISHED,
        heads=len(rows),
        amount_fen=sum(amounts.values()),
        place=str(settings[PLACE]),
        published_on=day,
        until_on=working_days_after(ctx, day, int(settings[DAYS])),
        published_by_id=ctx.actor.staff_id,
    )
    ctx.session.add(found)
    ctx.session.flush()
    for row in rows:
        row.state, row.list_id, row.amount_fen = ON_LIST, found.id, amounts[row.id]
    ctx.session.flush()
    record(
        ctx,
        kind=LISTED,
        happened_on=day,
        title=T("Publicity: {round}", round=round_.title),
        place=found.place,
        entries=[
            EntryFor(
                school_id=school_id,
                text=str(T("{heads} children, {amount} yuan, until {day}", heads=found.heads,
                           amount=yuan(found.amount_fen), day=found.until_on)),
            )
        ],
    )  # fmt: skip
    note(ctx, "publish", found, count=found.heads, amount_fen=found.amount_fen)
    return found


def on_list(ctx: Ctx, found: PublicList) -> Sequence[tuple[Application, Child]]:
    """Return who is on a list, with the child, by class and name: one query."""
    rows = ctx.session.execute(
        select(Application, Child)
        .join(
            Child, (Child.center_id == Application.center_id) & (Child.id == Application.child_id)
        )
        .where(Application.list_id == found.id, Application.closed_at.is_(None))
        .order_by(Application.homeroom_id, Child.name_pinyin, Child.id)
    )
    return [(row, child) for row, child in rows]


def object_to(
    ctx: Ctx, found: PublicList, *, text: str, said_by: str, said_on: date, child_id: UUID | None
) -> Objection:
    """Write down an objection; whoever made it may stay unnamed.

    Raises :class:`Refused` for one without words, before the publicity, or about a stranger.
    """
    demand_state(found.state, PUBLISHED)
    if not found.published_on <= said_on <= ctx.today():
        raise Refused(T("Choose a day of the publicity, not later than today."), "said_on")
    if child_id is not None and child_id not in {child.id for _row, child in on_list(ctx, found)}:
        raise Refused(T("Choose a child of this list."), "child")
    row = Objection(
        school_id=found.school_id,
        list_id=found.id,
        child_id=child_id,
        said_on=said_on,
        said_by=said_by.strip() or None,
        text=demand_text(text, "text"),
        recorded_at=ctx.now(),
        recorded_by_id=ctx.actor.staff_id,
    )
    ctx.session.add(row)
    ctx.session.flush()
    note(ctx, "add", row)
    return row


def answer(ctx: Ctx, found: PublicList, row: Objection, *, text: str, upheld: bool) -> None:
    """Answer an objection; when it is upheld, the child it speaks of leaves the list.

    Raises :class:`Refused` when it was answered before.
    """
    demand_state(found.state, PUBLISHED)
    if row.answered_at is not None:
        raise Refused(T("This objection was answered before."))
    row.answer, row.upheld = demand_text(text, "answer"), upheld
    row.answered_at, row.answered_by_id = ctx.now(), ctx.actor.staff_id
    if upheld and row.child_id is not None:
        for application, child in on_list(ctx, found):
            if child.id == row.child_id:
                reason = str(T("Objection upheld: {answer}", answer=row.answer))
                decline(ctx, application, reason=reason, upheld=True)
    ctx.session.flush()
    note(ctx, "close", row, upheld=upheld)


def objections(ctx: Ctx, found: PublicList) -> Sequence[Objection]:
    """Return the objections to a list in the order they came: one query."""
    return ctx.session.scalars(
        select(Objection)
        .where(Objection.list_id == found.id)
        .order_by(Objection.said_on, Objection.id)
    ).all()


def submit(ctx: Ctx, found: PublicList) -> None:
    """Send a list to the centre once its publicity is over and every objection is answered.

    Raises :class:`Refused` saying what is still missing.
    """
    demand_state(found.state, PUBLISHED)
    if ctx.today() <= found.until_on:
        raise Refused(
            T("The publicity lasts until {day}. Submit it the day after.", day=found.until_on)
        )
    waiting = sum(row.answered_at is None for row in objections(ctx, found))
    if waiting:
        raise Refused(T("{count} objections are without an answer.", count=waiting))
    if not on_list(ctx, found):
        raise Refused(T("Nobody is left on this list. Take it back."))
    found.state, found.submitted_at = SUBMITTED, ctx.now()
    found.submitted_by_id = ctx.actor.staff_id
    ctx.session.flush()
    note(ctx, "submit", found)
    list_waits(ctx, found)


def take_back(ctx: Ctx, found: PublicList, *, reason: str) -> None:
    """Take a published list back; its children can be published anew."""
    demand_state(found.state, PUBLISHED)
    free(ctx, found, WITHDRAWN, demand_text(reason, "reason"))
    note(ctx, "void", found)


def free(ctx: Ctx, found: PublicList, state: str, reason: str) -> None:
    """End a list without a decision on its children: they wait for the next list."""
    for row, _child in on_list(ctx, found):
        row.state, row.list_id = REVIEWED_, None
        if uses_rates(found.round.scheme):
            row.amount_fen = None
    found.state, found.decision = state, reason
    found.decided_at, found.decided_by_id = ctx.now(), ctx.actor.staff_id
    ctx.session.flush()
