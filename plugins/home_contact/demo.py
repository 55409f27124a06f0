"""Invented contacts for the demonstration: as diligent, or as late, as the school's story says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.sdk import (
    Child,
    Ctx,
    EntryFor,
    Guardian,
    GuardianPhone,
    Staff,
    Term,
    class_options,
    class_teachers,
    left_behind,
    mentors,
    module_settings,
    pupils_of,
)
from app.sdk.history import Past, Story, story_of
from plugins.home_contact.demo_plan import Charge, Planned, Planner
from plugins.home_contact.demo_words import LINES, STEPS
from plugins.home_contact.kinds import DONE, KINDS, NOT_REACHED
from plugins.home_contact.manifest import CHILD, CLASS, LETTER, NAME
from plugins.home_contact.models import Contact, NextStep
from plugins.home_contact.numbers import Choice, adults_of
from plugins.home_contact.words import T

_UNREACHABLE = 0.03
_TRIES_BEFORE = (4, 2)
_NOTES_STEP, _TIDY = 0.06, 0.6
_ANSWERS, _ANSWERED_AFTER = 0.5, timedelta(hours=20)
_CONTESTED_OF = 150
"""In a school that writes late, one family in so many says that nobody came."""


@dataclass(frozen=True)
class _Weekly:
    """Something done every week: its kind, with what share of the families, with whom of each."""

    kind: str
    share: float
    whom: Callable[[Charge], Guardian | None]


@dataclass
class _Answers:
    """What became of a number: when somebody answered last, and the days on which nobody did."""

    phone: GuardianPhone
    reached: date | None
    failed: list[date] = field(default_factory=list)

    def keep(self) -> None:
        """Note it on the number, as after one call after the other."""
        self.phone.last_reached_on = self.reached
        self.phone.failed_tries = sum(not self.reached or day > self.reached for day in self.failed)


@dataclass
class _Book:
    """What is being written: the ledger, what became of numbers, and steps not done yet."""

    ctx: Ctx
    past: Past
    story: Story
    numbers: dict[UUID, _Answers] = field(default_factory=dict)
    steps: dict[UUID, list[dict[str, Any]]] = field(default_factory=dict)
    visits: list[tuple[UUID, Choice, datetime]] = field(default_factory=list)
    lines: Mapping[str, list[str]] = field(
        default_factory=lambda: {kind: list(map(str, lines)) for kind, lines in LINES.items()}
    )

    def close(self) -> None:
        """Write everything."""
        for rows in self.steps.values():
            for row in rows:
                self.past.add(NextStep, **row)
        for number in self.numbers.values():
            number.keep()
        self.past.write()


def load(ctx: Ctx, school_id: UUID, days: int) -> None:
    """Write ``days`` days of contacts of a school, letters and calls home from school."""
    pupils = pupils_of(ctx, None)
    terms = ctx.session.scalars(select(Term).order_by(Term.starts_on)).all()
    story = story_of(ctx, school_id)
    begin = ctx.today() - timedelta(days=days)
    planner = Planner(story, terms, begin, ctx.now(), ctx.today())
    book = _Book(ctx, Past(ctx), story)
    charges = list(_charges(ctx, pupils))
    for charge in charges:
        for planned in planner.contacts(charge):
            _write(book, planned)
    for term in terms:
        if begin <= term.starts_on <= ctx.today():
            _letters(book, planner, school_id, pupils, term.starts_on + timedelta(days=4))
    begun = [term.starts_on for term in terms if term.starts_on <= ctx.today() <= term.ends_on]
    if begun and not story.burst:
        afternoons = list(planner.wednesdays(max(begin, begun[-1])))
        for weekly in _WEEKLY:
            _weekly(book, afternoons, charges, dict(_rooms(pupils)), weekly, planner)
    _confirm(book)
    book.close()
    ctx.session.flush()


def _rooms(pupils: Sequence[tuple[Child, UUID]]) -> Iterator[tuple[UUID, UUID]]:
    return ((child.id, room) for child, room in pupils)


def _charges(ctx: Ctx, pupils: Sequence[tuple[Child, UUID]]) -> Iterator[Charge]:
    ids = [child.id for child, _room in pupils]
    away, mentored = left_behind(ctx, ids), mentors(ctx, ids)
    teachers = class_teachers(ctx, {room for _child, room in pupils})
    adults = adults_of(ctx, [child for child in ids if child in away])
    for child, room in pupils:
        staff = mentored.get(child.id) or teachers.get(room)
        if child.id in away and staff is not None and adults.get(child.id):
            yield Charge(child, adults[child.id], staff, child.id in mentored)


def _write(book: _Book, planned: Planned) -> None:
    own = Random(f"{planned.charge.child.id}{planned.day}{planned.kind}")  # noqa: S311
    found = planned.charge.whom(planned.kind)
    # Who looks after the child is at home for a visit; calls go far away as often.
    whom = found[0] if planned.kind == "visit" or own.random() < 0.4 else own.choice(found)
    vain = whom.phone is not None and Random(str(whom.phone.id)).random() < _UNREACHABLE  # noqa: S311
    if vain:
        _try(book, planned, whom)
        return
    lines = book.lines[planned.kind]
    text = lines[0] if book.story.burst else own.choice(lines)
    entry = _contact(book, planned, whom, text, own)
    _steps(book, planned, entry, own)
    if planned.kind == "visit":
        book.visits.append((entry, whom, planned.at))


def _try(book: _Book, planned: Planned, whom: Choice) -> None:
    """Nobody answered, three times in a week."""
    for days in (*_TRIES_BEFORE, 0):
        back = timedelta(days=days)
        before = Planned(planned.charge, planned.kind, planned.day - back, planned.at - back)
        _contact(book, before, whom, None, None)


def _contact(
    book: _Book, planned: Planned, whom: Choice, text: str | None, own: Random | None
) -> UUID:
    """Write one contact down; without ``own`` it was in vain."""
    kind, child = KINDS[planned.kind], planned.charge.child
    phone = whom.phone if kind.number else None
    outcome = DONE if own else NOT_REACHED
    [entry] = book.past.act(
        kind.entry_kind,
        planned.day,
        kind.title,
        [EntryFor(child, whom.adult.guardian if kind.adult else None, text=text, outcome=outcome)],
        by=planned.charge.staff.id,
        at=planned.at,
    )
    ticks = own.sample(sorted(kind.ticks), k=min(1, len(kind.ticks))) if own else []
    _columns(book, entry, child, phone, own.randint(3, 20) if own and kind.minutes else None, ticks)
    if phone is not None:
        number = book.numbers.setdefault(phone.id, _Answers(phone, phone.last_reached_on))
        if own:
            number.reached = max(number.reached or planned.day, planned.day)
        else:
            number.failed.append(planned.day)
    return entry


def _columns(
    book: _Book,
    entry: UUID,
    child: Child,
    phone: GuardianPhone | None = None,
    minutes: int | None = None,
    ticks: Sequence[str] = (),
) -> None:
    book.past.add(
        Contact, id=entry, school_id=child.school_id, child_id=child.id,
        phone_id=phone.id if phone else None, minutes=minutes, ticks=list(ticks),
    )  # fmt: skip


def _steps(book: _Book, planned: Planned, entry: UUID, own: Random) -> None:
    """Now and then agree on a next step, and do those agreed before."""
    child = planned.charge.child
    rows = book.steps.setdefault(child.id, [])
    if own.random() < _TIDY:
        for row in rows:
            if row["done_on"] is None:
                row |= {"done_on": planned.day, "done_by_id": planned.charge.staff.id}
    if own.random() < _NOTES_STEP:
        due = planned.day + timedelta(days=own.choice((7, 14)))
        rows.append({
            "school_id": child.school_id, "child_id": child.id, "entry_id": entry,
            "text": str(own.choice(STEPS)), "due_on": due, "done_on": None, "done_by_id": None,
        })  # fmt: skip


def _confirm(book: _Book) -> None:
    """Let half of the families say that the teacher came, and very few that nobody did."""
    own = Random(len(book.visits))  # noqa: S311 (invented data)
    answered = [visit for visit in book.visits if own.random() < _ANSWERS]
    every = _CONTESTED_OF if book.story.burst else max(len(answered), 1)
    for place, (entry, whom, written) in enumerate(answered):
        contests = place % every == every // 2
        book.past.answer(
            entry,
            whom.adult.guardian.id,
            "contest" if contests else "yes",
            at=min(written + _ANSWERED_AFTER, book.ctx.now()),
            note=str(T("Nobody came that day")) if contests else "",
        )


def _letters(
    book: _Book,
    planner: Planner,
    school_id: UUID,
    pupils: Sequence[tuple[Child, UUID]],
    day: date,
) -> None:
    ctx = book.ctx
    text = str(module_settings(ctx, school_id, NAME)[LETTER])
    names = {option.id: option.name for option in class_options(ctx, None)}
    for room, teacher in class_teachers(ctx, names).items():
        at = planner.class_written_at(teacher.id, day)
        if at is None:
            continue
        bodies = [
            EntryFor(child, text=text.replace(str(CHILD), child.name)
                     .replace(str(CLASS), names[room]))
            for child, within in pupils if within == room
        ]  # fmt: skip
        title = T("A letter to parents")
        entries = book.past.act(
            KINDS["letter"].entry_kind, day, title, bodies, by=teacher.id, at=at
        )
        for entry, body in zip(entries, bodies, strict=True):
            if body.child is not None:
                _columns(book, entry, body.child, ticks=["by_child"])


def _weekly(
    book: _Book,
    days: Sequence[date],
    charges: Sequence[Charge],
    rooms: Mapping[UUID, UUID],
    weekly: _Weekly,
    planner: Planner,
) -> None:
    """Write what teachers note of many families in a week, a class in one act."""
    classes: dict[tuple[UUID, Staff], list[tuple[Charge, Guardian]]] = {}
    teachers = class_teachers(book.ctx, set(rooms.values()))
    for charge in charges:
        room, person = rooms[charge.child.id], weekly.whom(charge)
        if room in teachers and person is not None:
            classes.setdefault((room, teachers[room]), []).append((charge, person))
    kind = KINDS[weekly.kind]
    for day in days:
        for (_room, teacher), there in classes.items():
            at = planner.class_written_at(teacher.id, day)
            met = [(charge.child, person) for charge, person in there
                   if Random(f"{charge.child.id}{day}{weekly.kind}").random() < weekly.share]  # noqa: S311  # fmt: skip
            if at is None or not met:
                continue
            whom = [EntryFor(child, person) for child, person in met]
            entries = book.past.act(kind.entry_kind, day, kind.title, whom, by=teacher.id, at=at)
            for entry, (child, _person) in zip(entries, met, strict=True):
                _columns(book, entry, child)


def _parent(charge: Charge) -> Guardian | None:
    return next((adult.guardian for adult in charge.adults if adult.is_parent), None)


def _carer(charge: Charge) -> Guardian | None:
    """Return who looks after the child in the parents' place."""
    found = (a.guardian for a in charge.adults
             if not a.is_parent and (a.bond.cares_daily or a.bond.entrusted))  # fmt: skip
    return next(found, None)


_WEEKLY = (_Weekly("family_call", 0.6, _parent), _Weekly("carer_call", 0.55, _carer))
