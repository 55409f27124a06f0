"""Writing contacts, their next steps, and letters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from app.sdk import (
    Act,
    Adult,
    Child,
    Ctx,
    Entry,
    EntryFor,
    Guardian,
    GuardianPhone,
    Refused,
    Upload,
    attach,
    audit,
    colleagues,
    number_failed,
    number_reached,
    record,
    tell_families,
)
from plugins.home_contact.kinds import DONE, KINDS, NOT_REACHED, Kind
from plugins.home_contact.models import Contact, NextStep
from plugins.home_contact.numbers import Choice, adults_of, chosen
from plugins.home_contact.queries import steps_of
from plugins.home_contact.words import T

_LONGEST_MINUTES = 600


@dataclass(frozen=True)
class Told:
    """What somebody writes down of a contact.

    ``kind`` is a name of :data:`KINDS`. ``adult`` is the value of a
    :class:`~plugins.home_contact.numbers.Choice` of the first child's family; ``closes`` are next
    steps done with it. ``on_behalf_of`` is whose contact it was, if not the writer's own.
    """

    kind: str
    happened_on: date
    outcome: str = DONE
    text: str = ""
    adult: str = ""
    minutes: int | None = None
    ticks: Sequence[str] = ()
    next_step: str = ""
    next_on: date | None = None
    on_behalf_of: UUID | None = None
    photo: Upload | None = None
    closes: Sequence[UUID] = field(default=())


def write(ctx: Ctx, told: Told, children: Sequence[Child]) -> Act:
    """Write down one contact with an entry for each child, in their order.

    The number called ages or is refreshed, steps are closed, a next step is noted for each child.
    Raises :class:`Refused` naming the field.
    """
    kind = KINDS[told.kind]
    adults = adults_of(ctx, [child.id for child in children])
    choice = checked(ctx, told, kind, children, adults)
    met = met_with(told, choice)
    act = record(
        ctx,
        kind=kind.entry_kind,
        happened_on=told.happened_on,
        title=kind.title,
        on_behalf_of_id=told.on_behalf_of,
        entries=[_entry(told, child, met, adults.get(child.id, [])) for child in children],
    )
    phone = choice.phone if choice and kind.number else None
    for child, entry in zip(children, act.entries, strict=True):
        add_columns(ctx, told, child, entry, phone)
        note_step(ctx, told, child, entry)
    if phone is not None:
        called(ctx, phone, told)
    if told.photo is not None:
        attach(ctx, act, told.photo)
    _close(ctx, told, children)
    ctx.session.flush()
    if kind.question is not None and told.outcome == DONE:
        tell_families(ctx, act.kind, children)
    return act


def called(ctx: Ctx, phone: GuardianPhone, told: Told) -> None:
    """Note on a number what became of a call; who declines has answered."""
    tell = number_failed if told.outcome == NOT_REACHED else number_reached
    tell(ctx, phone, told.happened_on)


def met_with(told: Told, choice: Choice | None) -> Choice | None:
    """Return with whom it was: a visit that met nobody was with nobody."""
    return None if told.outcome == NOT_REACHED and not KINDS[told.kind].number else choice


def _entry(told: Told, child: Child, met: Choice | None, adults: Sequence[Adult]) -> EntryFor:
    guardian = of_family(met, adults)
    return EntryFor(child, guardian, text=told.text.strip(), outcome=told.outcome)


def add_columns(
    ctx: Ctx, told: Told, child: Child, entry: Entry, phone: GuardianPhone | None
) -> None:
    """Add what a contact has beside its entry."""
    kind = KINDS[told.kind]
    ctx.session.add(
        Contact(
            id=entry.id,
            school_id=entry.school_id,
            child_id=child.id,
            phone_id=phone.id if phone else None,
            minutes=told.minutes if kind.minutes and told.outcome == DONE else None,
            ticks=[tick for tick in kind.ticks if tick in told.ticks],
        )
    )


def checked(
    ctx: Ctx,
    told: Told,
    kind: Kind,
    children: Sequence[Child],
    adults: Mapping[UUID, list[Adult]],
) -> Choice | None:
    """Return whom it was with; raise :class:`Refused`, naming the field, for what cannot be."""
    if not children:
        raise Refused(T("Choose at least one child."), "children")
    if told.outcome not in kind.outcomes:
        raise Refused(T("Choose how it went."), "outcome")
    if told.minutes is not None and not 0 < told.minutes <= _LONGEST_MINUTES:
        raise Refused(
            T("Write the minutes as a number from 1 to {most}.", most=_LONGEST_MINUTES), "minutes"
        )
    if told.next_on and told.next_on < told.happened_on:
        raise Refused(T("The next step cannot come before the contact."), "next_on")
    if told.next_on and not told.next_step.strip():
        raise Refused(T("Say what is to be done by then."), "next_step")
    if told.on_behalf_of is not None:
        here = {person.id for school in {c.school_id for c in children}
                for person in colleagues(ctx, school)}  # fmt: skip
        if told.on_behalf_of not in here:
            raise Refused(T("Choose somebody who works at this school."), "on_behalf_of")
    if not told.adult:
        return None
    choice = chosen(children[0], adults, told.adult)
    if choice is None:
        raise Refused(T("Choose somebody of this family."), "adult")
    return choice


def of_family(choice: Choice | None, adults: Sequence[Adult]) -> Guardian | None:
    """Return whom it was with, for a child whose family they belong to."""
    person = choice.adult.guardian if choice else None
    return person if any(a.guardian is person for a in adults) else None


def note_step(ctx: Ctx, told: Told, child: Child, entry: Entry) -> None:
    """Note what is to be done next, if anything."""
    if told.next_step.strip():
        ctx.session.add(
            NextStep(
                school_id=child.school_id,
                child_id=child.id,
                entry_id=entry.id,
                text=told.next_step.strip(),
                due_on=told.next_on,
            )
        )


def _close(ctx: Ctx, told: Told, children: Sequence[Child]) -> None:
    """Close the steps that were ticked, when the contact took place."""
    if told.closes and told.outcome == DONE:
        for step in steps_of(ctx, [child.id for child in children]):
            if step.id in told.closes:
                _done(ctx, step, told.happened_on)


def step_done(ctx: Ctx, step: NextStep) -> None:
    """Tick a next step off today; one done before stays as it was."""
    if step.done_on is None:
        _done(ctx, step, ctx.today())
        audit(
            ctx, "home_contact.step.change", object_type="home_contact_next_step",
            object_id=step.id, child_id=step.child_id, school_id=step.school_id,
        )  # fmt: skip
        ctx.session.flush()


def _done(ctx: Ctx, step: NextStep, on: date) -> None:
    step.done_on, step.done_by_id = on, ctx.actor.staff_id


def send_letters(
    ctx: Ctx, title: str, bodies: Sequence[tuple[Child, str]], *, happened_on: date
) -> Act:
    """Write down a letter to the families of some children, each with its own words, as one act.

    Raises :class:`Refused` for no child.
    """
    if not bodies:
        raise Refused(T("Choose at least one child."), "children")
    kind = KINDS["letter"]
    act = record(
        ctx,
        kind=kind.entry_kind,
        happened_on=happened_on,
        title=title,
        entries=[EntryFor(child, text=body) for child, body in bodies],
    )
    for (child, _body), entry in zip(bodies, act.entries, strict=True):
        row = Contact(id=entry.id, school_id=entry.school_id, child_id=child.id, ticks=["by_child"])
        ctx.session.add(row)
    ctx.session.flush()
    tell_families(ctx, act.kind, [child for child, _body in bodies])
    return act
