"""Whom of a family one can reach on which number, and which numbers to ask for anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.sdk import Adult, Child, Ctx, GuardianPhone, families, mask_phone, module_settings
from plugins.home_contact.manifest import NAME, TRIES


@dataclass(frozen=True)
class Reachable:
    """A family's numbers at a glance.

    ``state``: ok (one was answered), never (none was tried with success yet), ask (one has not
    been answered so often that a new one is wanted), none (no number works). ``last`` is the day
    a number was answered last; ``asked`` are the adults and numbers to ask about.
    """

    state: str
    last: date | None
    asked: Sequence[tuple[Adult, GuardianPhone]]


def adults_of(ctx: Ctx, child_ids: Sequence[UUID]) -> Mapping[UUID, list[Adult]]:
    """Return each child's adults whom one may speak with: alive and not kept away."""
    return {
        child: [a for a in found if not a.bond.barred and a.guardian.died_on is None]
        for child, found in families(ctx, child_ids).items()
    }


def tries_of(ctx: Ctx, school_id: UUID) -> int:
    """Return after how many calls in vain the school asks for a new number."""
    return int(module_settings(ctx, school_id, NAME)[TRIES])


def reachable(adults: Sequence[Adult], tries: int) -> Reachable:
    """Return how a family can be reached."""
    living = [(a, phone) for a in adults for phone in a.phones if phone.dead_on is None]
    asked = [(a, phone) for a, phone in living if phone.failed_tries >= tries]
    days = [phone.last_reached_on for _a, phone in living if phone.last_reached_on]
    if not living:
        state = "none"
    elif asked:
        state = "ask"
    else:
        state = "ok" if days else "never"
    return Reachable(state, max(days, default=None), asked)


@dataclass(frozen=True)
class Choice:
    """An adult, with a number where one was called, as the form offers them."""

    value: str
    adult: Adult
    phone: GuardianPhone | None

    @property
    def number(self) -> str:
        """Return the number, its middle hidden; nothing without one."""
        return mask_phone(self.phone.number) if self.phone else ""


def choices_of(adults: Sequence[Adult], *, with_numbers: bool) -> list[Choice]:
    """Return whom the form offers: who looks after the child day by day first."""
    ordered = sorted(adults, key=lambda a: not (a.bond.cares_daily or a.bond.entrusted))
    found = []
    for adult in ordered:
        numbers = [p for p in adult.phones if p.dead_on is None] if with_numbers else []
        found += [Choice(f"{adult.guardian.id}.{p.id}", adult, p) for p in numbers]
        if not numbers:
            found.append(Choice(str(adult.guardian.id), adult, None))
    return found


def chosen(child: Child, adults: Mapping[UUID, list[Adult]], value: str) -> Choice | None:
    """Return what was chosen for a child, by its value; None for nothing."""
    own = adults.get(child.id, [])
    every = [*choices_of(own, with_numbers=True), *choices_of(own, with_numbers=False)]
    return next((choice for choice in every if choice.value == value), None)
