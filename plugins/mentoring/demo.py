"""Invented data for the demonstration: one who left, one in name only, a burst before a visit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import select

from app.sdk import (
    Child,
    Ctx,
    EntryFor,
    MentorHere,
    acting_as,
    make_mentor,
    mentors_of_school,
    pairings,
    parents_away,
    pupils_of,
    record,
)
from app.sdk.history import inspection_day
from plugins.mentoring.assess_services import record_inspection
from plugins.mentoring.plans import SUPPORT, Found, add_goal, begin, review
from plugins.mentoring.services import add_helper, assign, take_on_outsider
from plugins.mentoring.words import T

_AFTER_LESSONS = time(9, 20)  # UTC: twenty past five in China
_DAYS, _LEFT, _INSPECTED, _BURST = 75, 45, 20, 9
_PEOPLE = (
    (T("Zhou Daoxiang"), "female", "retired", T("Retired teachers of the township")),
    (T("Wu Guyu"), "male", "partner", T("Care committee of the township")),
    (T("Zheng Mansui"), "male", "volunteer", T("Neighbour in the village")),
)
_TALKS = (
    T("Talked about school and home; in good spirits."),
    T("Called the parents together."),
    T("Helped with homework after lessons."),
)


def announce(ctx: Ctx) -> None:
    """Write down the inspections that the centre had announced, each ten days before."""
    today = ctx.today()
    for day in (today - timedelta(days=_INSPECTED), inspection_day(today)):
        then = _back(ctx, (today - day).days + 10)
        record_inspection(then, day=day, title=str(T("County inspection")))


def load(ctx: Ctx, school_id: UUID, days: int) -> None:
    """Write a term of pairings from 75 days ago on, with all that goes wrong.

    Of three people from outside, with two children each, one has left and handed them over, one
    mentors in name only, one wrote everything down at once before an inspection.
    """
    free = _free(ctx, school_id, 2 * len(_PEOPLE))
    if days < _DAYS or len(free) < 2 * len(_PEOPLE):
        return
    begun = _back(ctx, _DAYS)
    gone, idle, busy = _mentors(begun, school_id)
    for mentor, share in zip((gone, idle, busy), (free[:2], free[2:4], free[4:]), strict=True):
        assign(begun, [(child, mentor.grant_id) for child in share])
    left = _back(ctx, _LEFT)
    moved = str(T("Moved to the county town"))
    assign(left, [(child, idle.grant_id) for child in free[:2]], reason=moved)
    make_mentor(left, gone.staff, school_id=school_id, until=left.today())
    _burst(ctx, busy, free[4:])
    _care(ctx, school_id, free)


def _back(ctx: Ctx, days: int) -> Ctx:
    day = ctx.today() - timedelta(days=days)
    return acting_as(ctx, None, datetime.combine(day, _AFTER_LESSONS, UTC))


def _free(ctx: Ctx, school_id: UUID, count: int) -> list[Child]:
    """Return left-behind children without a mentor, those with both parents away first."""
    held = pairings(ctx, since=date.min, until=ctx.today(), school_id=school_id)
    taken = {pairing.child_id for pairing in held}
    waiting = [child for child, _room in pupils_of(ctx, None) if child.id not in taken]
    away = parents_away(ctx, [child.id for child in waiting])
    found = [child for child in waiting if child.id in away]
    return sorted(found, key=lambda child: away[child.id])[:count]


def _mentors(then: Ctx, school_id: UUID) -> Sequence[MentorHere]:
    for name, sex, kind, organisation in _PEOPLE:
        take_on_outsider(
            then, school_id=school_id, name=str(name), sex=sex, kind=kind,
            organisation=str(organisation),
        )  # fmt: skip
    here = {mentor.staff.name: mentor for mentor in mentors_of_school(then, school_id)}
    return [here[str(name)] for name, *_rest in _PEOPLE]


def _burst(ctx: Ctx, mentor: MentorHere, children: Sequence[Child]) -> None:
    """Write weeks of talks down within minutes, two days before an inspection."""
    start = _back(ctx, _INSPECTED + 2).now()
    for number in range(_BURST):
        then = acting_as(ctx, None, start + timedelta(minutes=number))
        record(
            then,
            kind="note",
            happened_on=then.today() - timedelta(days=4 * number),
            title=T("A talk"),
            entries=[EntryFor(children[number % 2], text=str(_TALKS[number % 3]))],
            on_behalf_of_id=mentor.staff.id,
        )


def _care(ctx: Ctx, school_id: UUID, free: Sequence[Child]) -> None:
    """Begin a plan with a review for a child that has had a mentor all along, and a helper."""
    held = pairings(ctx, since=ctx.today(), until=ctx.today(), school_id=school_id)
    pairing = min(held, key=lambda one: (one.starts_on, one.staff.number or "~", one.id))
    child = ctx.session.scalars(select(Child).where(Child.id == pairing.child_id)).one()
    then = acting_as(ctx, pairing.staff, _back(ctx, 60).now())
    plan = begin(
        then, child, kind=SUPPORT, starts_on=then.today(),
        situation=str(T("Falls behind in mathematics, likes drawing; grandmother cannot help.")),
        review_on=ctx.today() + timedelta(days=14),
    )  # fmt: skip
    goal = add_goal(
        then, plan, goal=str(T("Mental arithmetic without mistakes")),
        steps=str(T("Ten minutes after lunch, every school day")),
        due_on=ctx.today() + timedelta(days=30),
    )  # fmt: skip
    later = acting_as(ctx, pairing.staff, _back(ctx, 25).now())
    said = str(T("Half the mistakes of September."))
    review(later, child, plan, Found("better", later.today(), said, goal.id, plan.review_on))
    add_helper(then, child, free[0], kind="little_teacher")
