"""Invented contacts for the demonstration: steady mentors, teachers who reach most of a class."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from uuid import UUID

from sqlalchemy import select

from app.sdk import (
    Act,
    Adult,
    Child,
    Ctx,
    Staff,
    Term,
    acting_as,
    class_options,
    class_teachers,
    confirm,
    left_behind,
    mentors,
    module_settings,
    pupils_of,
)
from plugins.home_contact.demo_words import LINES, STEPS
from plugins.home_contact.kinds import DONE, KINDS, NOT_REACHED
from plugins.home_contact.manifest import CHILD, CLASS, LETTER, NAME
from plugins.home_contact.numbers import adults_of, choices_of
from plugins.home_contact.queries import steps_of
from plugins.home_contact.services import Told, send_letters, write
from plugins.home_contact.words import T

_AFTER_LESSONS = time(9, 20)  # UTC: twenty past five in China
_TEACHERS_GO_BACK = 150
# Days until it is written down: mostly the same day, seldom long after.
_DELAYS = (0,) * 14 + (1,) * 5 + (9,)
_ROUNDS = (("visit", 9), ("call", 18), ("talk", 4), ("talk", 22))
_UNREACHABLE = 0.03
_NEVER = 0.12
_TIDY = 0.6


@dataclass(frozen=True)
class _Charge:
    """A child with its family and who looks after it at school."""

    child: Child
    adults: Sequence[Adult]
    staff: Staff
    mentored: bool


def load(ctx: Ctx, school_id: UUID, days: int) -> None:
    """Write ``days`` days of contacts: whoever mentors keeps on, class teachers reach most."""
    pupils = pupils_of(ctx, None)
    terms = ctx.session.scalars(select(Term).order_by(Term.starts_on)).all()
    begin = ctx.today() - timedelta(days=days)
    for charge in _charges(ctx, pupils):
        for day, kind in _plan(charge, begin, ctx.today()):
            if any(term.starts_on <= day <= term.ends_on for term in terms):
                _write(ctx, charge, kind, day)
    for term in terms:
        day = term.starts_on + timedelta(days=4)
        if begin <= day <= ctx.today():
            _letters(ctx, school_id, pupils, day)


def _charges(ctx: Ctx, pupils: Sequence[tuple[Child, UUID]]) -> Iterator[_Charge]:
    ids = [child.id for child, _room in pupils]
    away, mentored = left_behind(ctx, ids), mentors(ctx, ids)
    teachers = class_teachers(ctx, {room for _child, room in pupils})
    adults = adults_of(ctx, [child for child in ids if child in away])
    for child, room in pupils:
        staff = mentored.get(child.id) or teachers.get(room)
        if child.id in away and staff is not None and adults.get(child.id):
            yield _Charge(child, adults[child.id], staff, child.id in mentored)


def _plan(charge: _Charge, begin: date, today: date) -> list[tuple[date, str]]:
    """Return on which days which contacts took place, the earliest first."""
    own = Random(str(charge.child.id))  # noqa: S311 (invented data)
    if charge.mentored:
        months = range((today - begin).days // 30 + 1)
        starts = [(begin + timedelta(days=30 * month)).replace(day=1) for month in months]
        starts.append(today.replace(day=1))
        plan = {
            (start + timedelta(days=day + own.randint(-3, 4)), kind)
            for start in starts
            for kind, day in _ROUNDS
        }
        plan.add((today - timedelta(days=own.randint(25, 60)), "round_table"))
        plan.add((today - timedelta(days=own.randint(10, 50)), "video_call"))
    elif own.random() < _NEVER:
        plan = set()
    else:
        span = min(_TEACHERS_GO_BACK, (today - begin).days)
        kinds = ["call", *(["visit"] if own.random() < 0.4 else [])]
        plan = {
            (today - timedelta(days=int(own.triangular(2, max(3, span), 6))), kind)
            for kind in kinds
        }
    return sorted((day, kind) for day, kind in plan if begin <= day <= today)


def _write(ctx: Ctx, charge: _Charge, kind: str, day: date) -> None:
    own = Random(f"{charge.child.id}{day}{kind}")  # noqa: S311 (invented data)
    then = _then(ctx, charge.staff, day, own.choice(_DELAYS))
    found = choices_of(charge.adults, with_numbers=KINDS[kind].number)
    # Who looks after the child is at home for a visit; calls go far away as often.
    whom = found[0] if kind == "visit" or own.random() < 0.4 else own.choice(found)
    phone = whom.phone
    vain = phone is not None and Random(str(phone.id)).random() < _UNREACHABLE  # noqa: S311
    if vain:
        for days in (4, 2):
            before = day - timedelta(days=days)
            tried = Told(kind, before, outcome=NOT_REACHED, adult=whom.value)
            write(_then(ctx, charge.staff, before, 0), tried, [charge.child])
    step = own.choice(STEPS) if own.random() < 0.15 else None
    told = Told(
        kind=kind,
        happened_on=day,
        outcome=NOT_REACHED if vain else DONE,
        text="" if vain else str(own.choice(LINES[kind])),
        adult=whom.value if KINDS[kind].adult else "",
        minutes=own.randint(3, 20) if KINDS[kind].minutes else None,
        ticks=own.sample(sorted(KINDS[kind].ticks), k=min(1, len(KINDS[kind].ticks))),
        next_step=str(step) if step else "",
        next_on=day + timedelta(days=own.choice((7, 14))) if step else None,
    )
    open_now = steps_of(ctx, [charge.child.id]) if own.random() < _TIDY else []
    told = replace(told, closes=[known.id for known in open_now])
    act = write(then, told, [charge.child])
    if kind == "visit" and not vain:
        _answer(ctx, act, whom.adult, own)


def _then(ctx: Ctx, staff: Staff, day: date, delay: int) -> Ctx:
    moment = datetime.combine(day + timedelta(days=delay), _AFTER_LESSONS, UTC)
    return acting_as(ctx, staff, min(moment, ctx.now()))


def _answer(ctx: Ctx, act: Act, adult: Adult, own: Random) -> None:
    """Let half of the families say that the teacher came, and very few that nobody did."""
    said = own.random()
    if said > 0.55:
        return
    answer, note = ("contest", str(T("Nobody came that day"))) if said < 0.02 else ("yes", None)
    moment = datetime.combine(act.happened_on + timedelta(days=1), time(12, 5), UTC)
    then = acting_as(ctx, None, min(moment, ctx.now()))
    confirm(then, act.entries[0], guardian_id=adult.guardian.id, answer=answer, note=note)


def _letters(ctx: Ctx, school_id: UUID, pupils: Sequence[tuple[Child, UUID]], day: date) -> None:
    text = str(module_settings(ctx, school_id, NAME)[LETTER])
    names = {option.id: option.name for option in class_options(ctx, None)}
    for room, teacher in class_teachers(ctx, names).items():
        bodies = [
            (child, text.replace(str(CHILD), child.name).replace(str(CLASS), names[room]))
            for child, at in pupils
            if at == room
        ]
        title = str(T("A letter to parents"))
        send_letters(_then(ctx, teacher, day, 0), title, bodies, happened_on=day)
