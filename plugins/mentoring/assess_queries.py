"""Reading a term of mentoring: by mentor, by class, for the school."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on

from app.sdk import (
    Child,
    Confirmation,
    Ctx,
    DutiesKept,
    Entry,
    OwedDuty,
    Pairing,
    Placement,
    Staff,
    Term,
    class_options,
    duties_kept,
    duties_owed_by,
    module_settings,
    pairings,
    visible,
)
from plugins.mentoring.assess import CONTEST, NONE, YES, Facts, Rate, Rules, Told, facts
from plugins.mentoring.contacts import PERFORMER, contact_kinds
from plugins.mentoring.manifest import BEFORE_DAYS, LATE_DAYS, MANY, MINUTES, NAME, VIEW
from plugins.mentoring.models import Assessment, Explanation, Inspection

_DONE = "done"


@dataclass(frozen=True)
class MentorTerm:
    """One mentor's term; ``children`` are those whom the mentor had in it."""

    staff: Staff
    children: Collection[UUID]
    facts: Facts
    assessment: Assessment | None


@dataclass(frozen=True)
class ClassTerm:
    """The term of the pairings with children of one class."""

    room_id: UUID
    room: str
    children: int
    facts: Facts


@dataclass(frozen=True)
class TermBoard:
    """A school's term side by side: mentors in the order of their names."""

    mentors: Sequence[MentorTerm]
    classes: Sequence[ClassTerm]
    whole: Facts
    inspections: Sequence[Inspection]
    rules: Rules
    held: Sequence[Pairing]


def terms(ctx: Ctx) -> Sequence[Term]:
    """Return the terms that have begun, the newest first."""
    begun = select(Term).where(Term.starts_on <= ctx.today())
    return ctx.session.scalars(begun.order_by(Term.starts_on.desc())).all()


def inspections(
    ctx: Ctx, since: date | None = None, until: date | None = None
) -> Sequence[Inspection]:
    """Return the inspection dates of the centre, the newest first."""
    wanted = select(Inspection).where(Inspection.voided_at.is_(None))
    if since is not None and until is not None:
        wanted = wanted.where(Inspection.day.between(since, until))
    return ctx.session.scalars(wanted.order_by(Inspection.day.desc(), Inspection.id)).all()


def rules_of(ctx: Ctx, school_id: UUID) -> Rules:
    """Return what the school has set."""
    found = module_settings(ctx, school_id, NAME)
    return Rules(*(int(found[name]) for name in (LATE_DAYS, MANY, MINUTES, BEFORE_DAYS)))


def term_board(ctx: Ctx, school_id: UUID, term: Term, staff_id: UUID | None = None) -> TermBoard:
    """Return a term of a school or of one mentor there; a fixed number of queries."""
    since, until = term.starts_on, min(term.ends_on, ctx.today())
    held = pairings(ctx, since=since, until=until, school_id=school_id, staff_id=staff_id)
    people = {pairing.staff.id: pairing.staff for pairing in held}
    contacts = _contacts(ctx, held, since, until)
    bound = {(pairing.staff.id, pairing.child_id) for pairing in held}
    children = {child for _staff, child in bound}
    kept = [
        duties
        for duties in duties_kept(ctx, list(people), children, since=since, on=until)
        if (duties.staff_id, duties.child_id) in bound
    ]
    days = inspections(ctx, since, term.ends_on)
    work = _Work(
        held, contacts, kept, rules_of(ctx, school_id), [i.day for i in days], since, until
    )
    said = _assessments(ctx, school_id, term, people)
    mentors = [
        MentorTerm(
            person,
            {pairing.child_id for pairing in held if pairing.staff.id == person.id},
            work.of(staff={person.id}),
            said.get(person.id),
        )
        for person in sorted(people.values(), key=lambda p: (p.name_pinyin, p.id))
    ]
    classes = [] if staff_id else _classes(ctx, work)
    return TermBoard(mentors, classes, work.of(), days, work.rules, held)


@dataclass(frozen=True)
class _Work:
    """What was read of a term, to be counted for anybody and any class."""

    held: Sequence[Pairing]
    contacts: Sequence[Told]
    kept: Sequence[DutiesKept]
    rules: Rules
    days: Sequence[date]
    since: date
    until: date

    def of(
        self,
        *,
        staff: set[UUID] | None = None,
        children: set[UUID] | None = None,
        room: UUID | None = None,
    ) -> Facts:
        """Return the facts of some mentors, or of the children of a class."""
        duties = [
            kept
            for kept in self.kept
            if (staff is None or kept.staff_id in staff)
            and (room is None or kept.homeroom_id == room)
        ]
        done, missed = sum(k.done for k in duties), sum(k.missed for k in duties)

        def meant(of_staff: UUID, child: UUID) -> bool:
            return (staff is None or of_staff in staff) and (children is None or child in children)

        return facts(
            [told for told in self.contacts if meant(told.staff_id, told.child_id)],
            [pairing for pairing in self.held if meant(pairing.staff.id, pairing.child_id)],
            kept=Rate(done, done + missed),
            rules=self.rules,
            inspections=self.days,
            since=self.since,
            until=self.until,
        )


def _classes(ctx: Ctx, work: _Work) -> list[ClassTerm]:
    children = {pairing.child_id for pairing in work.held}
    rows = ctx.session.execute(
        select(Placement.homeroom_id, Placement.child_id).where(
            Placement.child_id.in_(children), Placement.ends_on.is_(None)
        )
    )
    rooms: dict[UUID, set[UUID]] = {}
    for room, child in rows:
        rooms.setdefault(room, set()).add(child)
    return [
        ClassTerm(
            option.id,
            option.name,
            len(rooms[option.id]),
            work.of(children=rooms[option.id], room=option.id),
        )
        for option in class_options(ctx, VIEW)
        if option.id in rooms
    ]


def _contacts(ctx: Ctx, held: Iterable[Pairing], since: date, until: date) -> list[Told]:
    """Return the mentors' contacts with their own children; restricted notes stay out."""
    spans: dict[tuple[UUID, UUID], list[tuple[date, date]]] = {}
    for pairing in held:
        span = (pairing.starts_on, pairing.ends_on or until)
        spans.setdefault((pairing.staff.id, pairing.child_id), []).append(span)
    rows = ctx.session.execute(
        select(
            Entry.id, Entry.act_id, PERFORMER, Entry.child_id, Entry.kind, Entry.happened_on,
            Entry.first_recorded_at, Entry.outcome,
        )
        .where(
            Entry.child_id.in_({child for _staff, child in spans}),
            PERFORMER.in_({staff for staff, _child in spans}),
            Entry.kind.in_(contact_kinds(ctx)),
            Entry.happened_on.between(since, until),
            Entry.voided_at.is_(None),
            Entry.audience_permission.is_(None),
        )
        .order_by(Entry.happened_on.desc(), Entry.first_recorded_at.desc(), Entry.id)
    )  # fmt: skip
    found = [
        Told(*row)
        for row in rows
        if any(a <= row[5] <= b for a, b in spans.get((row[2], row[3]), ()))
    ]
    answers = _answers(ctx, [told.id for told in found])
    asking = {kind.name for kind in ctx.registry.entry_kinds.values() if kind.asks_family}
    return [_answered(told, answers, asking) for told in found]


def _answered(told: Told, answers: Mapping[UUID, str], asking: set[str]) -> Told:
    if told.kind not in asking or told.outcome != _DONE:
        return told
    return Told(
        told.id, told.act_id, told.staff_id, told.child_id, told.kind, told.happened_on,
        told.written_at, told.outcome, answers.get(told.id, NONE),
    )  # fmt: skip


def _answers(ctx: Ctx, entry_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Return what families say of each entry: contested as soon as one guardian contests it."""
    newest = (
        select(Confirmation.entry_id, Confirmation.answer)
        .where(Confirmation.entry_id.in_(entry_ids))
        .ext(distinct_on(Confirmation.entry_id, Confirmation.guardian_id))
        .order_by(Confirmation.entry_id, Confirmation.guardian_id, Confirmation.at.desc())
    )
    found: dict[UUID, str] = {}
    for entry, answer in ctx.session.execute(newest):
        found[entry] = CONTEST if CONTEST in (answer, found.get(entry)) else YES
    return found


def duties_behind(
    ctx: Ctx, held: Sequence[Pairing], term: Term, room_id: UUID | None = None
) -> list[OwedDuty]:
    """Return the duties behind "duties kept" of some pairings, or of those with a class."""
    bound = {(pairing.staff.id, pairing.child_id) for pairing in held}
    people, children = {staff for staff, _child in bound}, {child for _staff, child in bound}
    until = min(term.ends_on, ctx.today())
    return [
        duty
        for duty in duties_owed_by(ctx, people, children, since=term.starts_on, on=until)
        if (duty.staff_id, duty.child_id) in bound and room_id in (None, duty.homeroom_id)
    ]


def _assessments(
    ctx: Ctx, school_id: UUID, term: Term, people: Iterable[UUID]
) -> dict[UUID, Assessment]:
    wanted = select(Assessment).where(
        Assessment.school_id == school_id,
        Assessment.term_id == term.id,
        Assessment.staff_id.in_(list(people)),
    )
    return {row.staff_id: row for row in ctx.session.scalars(wanted)}


def explanations(ctx: Ctx, school_id: UUID, term: Term, staff_id: UUID) -> Sequence[Explanation]:
    """Return what a mentor has said about facts of a term, the earliest first."""
    return ctx.session.scalars(
        select(Explanation)
        .where(
            Explanation.school_id == school_id,
            Explanation.term_id == term.id,
            Explanation.staff_id == staff_id,
        )
        .order_by(Explanation.at, Explanation.id)
    ).all()


def named(ctx: Ctx, child_ids: Iterable[UUID]) -> Mapping[UUID, Child]:
    """Return the children whom the reader reaches, to be named in a list."""
    wanted: Any = select(Child).where(Child.id.in_(list(child_ids)))
    return {child.id: child for child in ctx.session.scalars(visible(ctx, VIEW, wanted))}
