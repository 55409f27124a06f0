"""What else happened at the first school: excused duties, concerns, a mentor who left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import select

from app.accounts.models import Staff
from app.children.models import Child, Placement
from app.children.staff_of import class_teachers, mentors
from app.duties.acts import open_since
from app.duties.concern_rules import concern_rule
from app.duties.concerns import answers_to
from app.duties.exemptions import exempt
from app.duties.raising import close_concern, raise_concern
from app.duties.states import duty_states
from app.handover.holdings import PAIRING
from app.handover.services import accept, begin, propose
from app.host.context import Ctx
from app.kernel.access import Actor, HeldGrant
from app.kernel.clock import Clock
from app.kernel.text import T
from app.ledger.models import Entry
from app.notify.holders import holders
from app.sdk.history import Story
from app.tenancy.models import Homeroom

_BREAK = time(2, 20)  # UTC: twenty past ten in China
_EXCUSED = 12
_REASONS = (T("At home, ill"), T("Staying with its parents for some weeks"))
_RAISED_AGO = {"marks": 9, "mood": 1}
_NOTES = {
    "marks": T("Mathematics has gone down from 85 to 61 within two tests."),
    "mood": T("Hardly speaks since the weekend and does not want to eat."),
    "health": T("Was feverish twice this week."),
}
_TOLD_BEFORE = timedelta(days=6)
_SETTLED_AFTER = timedelta(days=2)


def happen(ctx: Ctx, school_id: UUID, story: Story) -> None:
    """Write what is neither contact nor examination; after the history, before it is closed."""
    _excuse(ctx, school_id)
    children = _with_teachers(ctx, story)
    for (child, teacher), kind in zip(children, _RAISED_AGO, strict=False):
        day = ctx.today() - timedelta(days=_RAISED_AGO[kind])
        raise_concern(_as(ctx, teacher, day), child, kind, note=str(_NOTES[kind]))
    for child, teacher in children[len(_RAISED_AGO) :]:
        if _answered(ctx, child, teacher):
            break
    for staff_id, last_day in story.left.items():
        _leave(ctx, school_id, story, staff_id, last_day)


def _as(ctx: Ctx, person: Staff, day: date) -> Ctx:
    """Work as somebody on a past day, allowed whatever the school's own people are."""
    moment = min(datetime.combine(day, _BREAK, UTC), ctx.now())
    all_of_it = frozenset(ctx.registry.permissions)
    grant = HeldGrant("school_admin", "school", all_of_it, school_id=ctx.scope.school_ids[0])
    actor = Actor(person.name, staff_id=person.id, grants=(grant,))
    return replace(ctx, actor=actor, clock=Clock(lambda: moment), memo={})


def _head(ctx: Ctx, school_id: UUID) -> Staff:
    """Return who runs the school."""
    ids = holders(ctx, "staff.manage", [school_id])[school_id]
    return ctx.session.scalars(select(Staff).where(Staff.id.in_(ids)).limit(1)).one()


def _excuse(ctx: Ctx, school_id: UUID) -> None:
    """Excuse some children of the month in which they were not contacted."""
    today, head = ctx.today(), _head(ctx, school_id)
    duty = duty_states(today, open_since(ctx))
    missed = ctx.session.execute(
        select(duty.c.subject_id, duty.c.opens, duty.c.closes)
        .where(duty.c.state == "missed", duty.c.subject == "child", duty.c.rule_key == "visit")
        .order_by(duty.c.opens.desc(), duty.c.subject_id)
    ).all()
    first = {child: (opens, closes) for child, opens, closes in missed}
    chosen = list(first.items())[: min(_EXCUSED, len(first) // 3)]
    for number, (child, (opens, closes)) in enumerate(chosen):
        exempt(
            _as(ctx, head, opens),
            school_id,
            subject="child",
            subject_id=child,
            starts_on=opens,
            ends_on=closes,
            reason=str(_REASONS[number % len(_REASONS)]),
        )


def _with_teachers(ctx: Ctx, story: Story) -> Sequence[tuple[Child, Staff]]:
    """Return children who have a mentor, each with the class teacher."""
    rows = ctx.session.execute(
        select(Child, Placement.homeroom_id)
        .join(Placement, Placement.child_id == Child.id)
        .where(Child.id.in_(story.paired), Placement.ends_on.is_(None))
    ).all()
    teachers = class_teachers(ctx, {room for _child, room in rows})
    found = {child.id: (child, teachers[room]) for child, room in rows if room in teachers}
    return [found[child] for child in story.paired if child in found]


def _answered(ctx: Ctx, child: Child, teacher: Staff) -> bool:
    """Let a concern have been raised a day before a visit, and closed by it."""
    visit = ctx.session.scalar(
        select(Entry)
        .where(
            Entry.child_id == child.id,
            Entry.kind.in_(concern_rule(ctx, "health", child.school_id).kinds),
            Entry.outcome == "done",
            Entry.happened_on < ctx.today() - timedelta(days=3),
        )
        .order_by(Entry.happened_on.desc())
        .limit(1)
    )
    if visit is None:
        return False
    raised = _as(ctx, teacher, visit.happened_on - timedelta(days=1))
    concern = raise_concern(raised, child, "health", note=str(_NOTES["health"]))
    then = _as(ctx, teacher, visit.happened_on + timedelta(days=1))
    outcome = str(T("Has been at the clinic with grandmother; well again."))
    if visit in answers_to(then, child, concern):
        close_concern(then, child, concern, entry_id=visit.id, outcome=outcome)
    return True


def _leave(ctx: Ctx, school_id: UUID, story: Story, staff_id: UUID, last_day: date) -> None:
    """Let a mentor have gone: one child has been taken over, one offered, the others wait."""
    person = ctx.session.scalars(select(Staff).where(Staff.id == staff_id)).one()
    told = _as(ctx, _head(ctx, school_id), last_day - _TOLD_BEFORE)
    row = begin(
        told,
        person,
        school_id=school_id,
        reason="leaves",
        last_day=last_day,
        note=str(T("Moves to the town to her daughter.")),
    )
    waiting = [item for item in row.items if item.kind == PAIRING]
    takers = [_without_account(ctx, person), mentors(ctx, story.paired[:1])[story.paired[0]]]
    offered = {item.id: taker.id for item, taker in zip(waiting, takers, strict=False)}
    propose(told, row, dict(offered))
    if waiting:
        later = _as(ctx, takers[0], last_day + _SETTLED_AFTER)
        accept(later, row, [waiting[0].id])


def _without_account(ctx: Ctx, person: Staff) -> Staff:
    """Return a class teacher of whom the list of sign-ins does not speak."""
    teachers = class_teachers(ctx, ctx.session.scalars(select(Homeroom.id)).all()).values()
    found = sorted((t for t in teachers if t.account_id is None), key=lambda t: t.number or "")
    return next(iter(found), person)
