"""A mentor's term as it was, computed from records: rates with denominators, never one score."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from app.sdk import CHINA, Pairing

YES, CONTEST, NONE = "yes", "contest", "none"


@dataclass(frozen=True)
class Rules:
    """What the school has set.

    A record is late after so many days; ``many`` within so many ``minutes`` were written at once;
    so many days before an inspection are looked at.
    """

    late_days: int
    many: int
    minutes: int
    before_days: int


@dataclass(frozen=True)
class Told:
    """A contact as it stands in the ledger; ``answer`` is empty where no family is asked."""

    id: UUID
    act_id: UUID
    staff_id: UUID
    child_id: UUID
    kind: str
    happened_on: date
    written_at: datetime
    outcome: str
    answer: str = ""

    @property
    def written_on(self) -> date:
        """Return the day in China on which it was first written down."""
        return self.written_at.astimezone(CHINA).date()


@dataclass(frozen=True)
class Rate:
    """So many of so many."""

    n: int
    of: int

    @property
    def percent(self) -> int | None:
        """Return it in per cent, None without a denominator."""
        return round(100 * self.n / self.of) if self.of else None


@dataclass(frozen=True)
class Facts:
    """The numbers side by side, each with the contacts behind it."""

    kept: Rate
    weeks: Rate
    contacts: Sequence[Told]
    late: Sequence[Told]
    many: Sequence[Told]
    before: Sequence[Told]
    confirmed: Sequence[Told]
    contested: Sequence[Told]
    unanswered: Sequence[Told]

    @property
    def asked(self) -> int:
        """Return of how many contacts families were asked."""
        return len(self.confirmed) + len(self.contested) + len(self.unanswered)

    def rate(self, name: str) -> Rate:
        """Return a fact as a rate: of all contacts or, of answers, of those asked about."""
        found: Sequence[Told] = getattr(self, name)
        of = self.asked if name in ("confirmed", "contested", "unanswered") else len(self.contacts)
        return Rate(len(found), of)


def facts(
    contacts: Sequence[Told],
    held: Sequence[Pairing],
    *,
    kept: Rate,
    rules: Rules,
    inspections: Iterable[date],
    since: date,
    until: date,
) -> Facts:
    """Return the facts of some contacts in the pairings ``held``, of the days of a term so far."""
    days = list(inspections)
    return Facts(
        kept,
        steadiness(contacts, held, since, until),
        contacts,
        [t for t in contacts if (t.written_on - t.happened_on).days > rules.late_days],
        at_once(contacts, rules),
        [t for t in contacts if any(0 < (day - t.written_on).days <= rules.before_days
                                    for day in days)],
        [t for t in contacts if t.answer == YES],
        [t for t in contacts if t.answer == CONTEST],
        [t for t in contacts if t.answer == NONE],
    )  # fmt: skip


def steadiness(contacts: Iterable[Told], held: Iterable[Pairing], since: date, until: date) -> Rate:
    """Return the weeks with a contact, tries included, of those in which a mentor had a child.

    A week counts once for each mentor; it begins on a Monday.
    """
    weeks: set[tuple[UUID, date]] = set()
    for pairing in held:
        day = _monday(max(since, pairing.starts_on))
        last = min(until, pairing.ends_on or until)
        while day <= last:
            weeks.add((pairing.staff.id, day))
            day += timedelta(days=7)
    met = {(told.staff_id, _monday(told.happened_on)) for told in contacts}
    return Rate(len(weeks & met), len(weeks))


def at_once(contacts: Iterable[Told], rules: Rules) -> list[Told]:
    """Return the contacts that were among many first written down within minutes.

    Acts are counted, not children: a visit to two siblings or a letter to a class is one.
    """
    by_staff: dict[UUID, dict[UUID, datetime]] = {}
    for told in contacts:
        by_staff.setdefault(told.staff_id, {})[told.act_id] = told.written_at
    marked: set[UUID] = set()
    for acts in by_staff.values():
        marked |= _crowded(acts, rules)
    return [told for told in contacts if told.act_id in marked]


def _crowded(acts: Mapping[UUID, datetime], rules: Rules) -> set[UUID]:
    order = sorted(acts, key=lambda act: acts[act])
    span = timedelta(minutes=rules.minutes)
    marked: set[UUID] = set()
    first = 0
    for last, act in enumerate(order):
        while acts[act] - acts[order[first]] > span:
            first += 1
        if last - first + 1 >= rules.many:
            marked.update(order[first : last + 1])
    return marked


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
