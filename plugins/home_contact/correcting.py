"""Correcting a contact in place, and what follows for the number that was called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from sqlalchemy import select

from app.sdk import (
    SAME,
    Adult,
    Child,
    Ctx,
    Entry,
    GuardianPhone,
    attach,
    correct,
    number_recounted,
    records,
)
from plugins.home_contact.kinds import KINDS, NOT_REACHED, kind_of
from plugins.home_contact.models import Contact, NextStep
from plugins.home_contact.numbers import Choice, adults_of
from plugins.home_contact.services import (
    Told,
    add_columns,
    called,
    checked,
    met_with,
    note_step,
    of_family,
)


def as_told(ctx: Ctx, entry: Entry) -> Told:
    """Return a contact as it was written down, for the form that corrects it."""
    contact, step = _contact(ctx, entry.id), _step(ctx, entry)
    return Told(
        kind=kind_of(entry.kind).name,
        happened_on=entry.happened_on,
        outcome=entry.outcome,
        text=entry.text or "",
        adult=_with(entry, contact),
        minutes=contact.minutes if contact else None,
        ticks=contact.ticks if contact else (),
        next_step=step.text if step else "",
        next_on=step.due_on if step else None,
        on_behalf_of=entry.on_behalf_of_id,
    )


def _with(entry: Entry, contact: Contact | None) -> str:
    """Return with whom it was, as the form names the choice; nothing when it was with nobody."""
    if entry.guardian_id is None:
        return ""
    phone = contact.phone_id if contact else None
    return f"{entry.guardian_id}.{phone}" if phone else str(entry.guardian_id)


def mend(ctx: Ctx, child: Child, entry: Entry, told: Told, *, reason: str) -> Entry:
    """Put a corrected contact in the place of one; return its entry.

    The number called counts as if it had been written so at once. Somebody who has left the family
    meanwhile, or a number that is dead now, may stay. Raises :class:`Refused` naming the field.
    """
    before, step = _contact(ctx, entry.id), _step(ctx, entry)
    stays = bool(told.adult) and told.adult == _with(entry, before)
    kind = KINDS[told.kind]
    adults = adults_of(ctx, [child.id])
    asked = replace(told, adult="") if stays else told
    choice = checked(ctx, asked, kind, [child], adults)
    fresh = correct(
        ctx,
        entry,
        reason=reason,
        happened_on=told.happened_on,
        text=told.text.strip(),
        outcome=told.outcome,
        guardian_id=SAME if stays else _person(asked, choice, adults.get(child.id, [])),
        on_behalf_of_id=told.on_behalf_of,
    )
    phone = _phone(ctx, before) if stays else (choice.phone if choice and kind.number else None)
    add_columns(ctx, told, child, fresh, phone)
    _keep_step(ctx, told, child, fresh, step)
    ctx.session.flush()
    _count(ctx, entry, before, phone, told)
    if told.photo is not None:
        attach(ctx, fresh.act, told.photo)
    return fresh


def _person(told: Told, choice: Choice | None, adults: Sequence[Adult]) -> UUID | None:
    found = of_family(met_with(told, choice), adults)
    return found.id if found else None


def _count(
    ctx: Ctx, entry: Entry, before: Contact | None, phone: GuardianPhone | None, told: Told
) -> None:
    """Count the numbers anew when the call was another, went otherwise, or on another day."""
    was = _phone(ctx, before)
    same = (was, entry.outcome, entry.happened_on) == (phone, told.outcome, told.happened_on)
    if was is not None and not same:
        recount(ctx, was, entry)
    if phone is not None and not same:
        called(ctx, phone, told)


def taken_back(ctx: Ctx, entry_id: UUID) -> None:
    """Forget on the number called what a contact said that was taken back."""
    entry = ctx.session.scalars(select(Entry).where(Entry.id == entry_id)).one()
    phone = _phone(ctx, _contact(ctx, entry_id))
    if phone is not None:
        recount(ctx, phone, entry)


def recount(ctx: Ctx, phone: GuardianPhone, without: Entry) -> None:
    """Count a number's calls anew, ``without`` one that stands no more.

    What was noted on the number by hand stays.
    """
    answered, tried = _calls(ctx, phone)
    noted = phone.last_reached_on
    own = without.outcome != NOT_REACHED and noted == without.happened_on
    if noted is not None and not own:
        answered.append(noted)
    number_recounted(ctx, phone, answered=answered, tried=tried)


def _calls(ctx: Ctx, phone: GuardianPhone) -> tuple[list[date], list[date]]:
    """Return the days on which a number was answered, and those of each call in vain."""
    rows = ctx.session.execute(
        records(Contact)
        .where(Contact.phone_id == phone.id)
        .with_only_columns(Entry.act_id, Entry.happened_on, Entry.outcome)
        .distinct()
    ).all()
    tried = [day for _act, day, outcome in rows if outcome == NOT_REACHED]
    return [day for _act, day, outcome in rows if outcome != NOT_REACHED], tried


def _keep_step(ctx: Ctx, told: Told, child: Child, fresh: Entry, step: NextStep | None) -> None:
    """Let the next step hang on the new entry; one in other words begins anew."""
    if step is not None and step.text == told.next_step.strip():
        step.entry_id, step.due_on = fresh.id, told.next_on
    else:
        note_step(ctx, told, child, fresh)


def _contact(ctx: Ctx, entry_id: UUID) -> Contact | None:
    return ctx.session.scalar(select(Contact).where(Contact.id == entry_id))


def _phone(ctx: Ctx, contact: Contact | None) -> GuardianPhone | None:
    if contact is None or contact.phone_id is None:
        return None
    return ctx.session.scalar(select(GuardianPhone).where(GuardianPhone.id == contact.phone_id))


def _step(ctx: Ctx, entry: Entry) -> NextStep | None:
    return ctx.session.scalar(select(NextStep).where(NextStep.entry_id == entry.id))
