"""Who contacts whom on which days in the demonstration, and when it is written down."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from uuid import UUID

from app.sdk import Adult, Child, Staff, Term
from app.sdk.history import Story
from plugins.home_contact.kinds import KINDS
from plugins.home_contact.numbers import Choice, choices_of

_AFTER_LESSONS, _AN_EVENING = time(8, 30), 300  # UTC: half past four in China; minutes
_SUPPER = time(10, 40)
_EVENINGS = 3
_SECONDS_EACH = 80
_LATE = 0.7
# Days until it is written down: mostly the same day, seldom long after.
_DELAYS = (0,) * 24 + (1,) * 7 + (2, 9)
_NEVER = 0.03
_WEEK = timedelta(days=7)
_WEDNESDAY = 2


@dataclass(frozen=True)
class Charge:
    """A child with its family and who looks after it at school."""

    child: Child
    adults: Sequence[Adult]
    staff: Staff
    mentored: bool
    choices: dict[bool, list[Choice]] = field(default_factory=dict, compare=False)

    def whom(self, kind: str) -> list[Choice]:
        """Return whom a contact may be with, who looks after the child first."""
        numbers = KINDS[kind].number
        if numbers not in self.choices:
            self.choices[numbers] = choices_of(self.adults, with_numbers=numbers)
        return self.choices[numbers]


@dataclass(frozen=True)
class Planned:
    """A contact that took place on a day and was written down at a moment."""

    charge: Charge
    kind: str
    day: date
    at: datetime


class Planner:
    """Plans what a school of a story did from a day on; nothing lies after ``now``."""

    def __init__(
        self, story: Story, terms: Sequence[Term], begin: date, now: datetime, today: date
    ) -> None:
        self._story = story
        self._now = now
        self._yesterday = today - timedelta(days=1)
        self._months = list(_months(terms, begin, self._yesterday))
        self._written: Counter[UUID] = Counter()

    def contacts(self, charge: Charge) -> Iterator[Planned]:
        """Give the contacts with a child's family, the earliest first."""
        own = Random(str(charge.child.id))  # noqa: S311 (invented data)
        if charge.child.id in self._story.on_paper or own.random() < _NEVER:
            return
        last = min(self._story.left.get(charge.staff.id, self._yesterday), self._yesterday)
        days = {
            (day, kind)
            for opens, closes in self._months
            for day, kind in self._in_month(own, charge, opens, (closes - opens).days)
            if day <= last
        }
        for day, kind in sorted(days):
            at = self._written_at(charge.staff.id, day, own)
            if at < self._now:
                yield Planned(charge, kind, day, at)

    def _in_month(
        self, own: Random, charge: Charge, opens: date, length: int
    ) -> Iterator[tuple[date, str]]:
        for kind in ("visit", "call"):
            if own.random() < self._story.diligence:
                yield opens + timedelta(days=own.randint(0, length)), kind
        if not charge.mentored:
            return
        for kind, share in (
            ("talk", 1.0),
            ("talk", 0.7),
            ("round_table", 0.3),
            ("video_call", 0.5),
        ):
            if own.random() < share:
                yield opens + timedelta(days=own.randint(0, length)), kind

    def wednesdays(self, since: date) -> Iterator[date]:
        """Give the afternoons on which pupils call their parents from school."""
        day = since + timedelta(days=(_WEDNESDAY - since.weekday()) % 7)
        while day <= self._yesterday:
            yield day
            day += _WEEK

    def class_written_at(self, staff_id: UUID, day: date) -> datetime | None:
        """Return when something about a whole class was written down; None for not at all."""
        at = self._written_at(staff_id, day, Random(f"{staff_id}{day}"))  # noqa: S311
        return at if day <= self._yesterday and at < self._now else None

    def _written_at(self, staff_id: UUID, day: date, own: Random) -> datetime:
        first = self._story.inspected_on - timedelta(days=_EVENINGS)
        if self._story.burst and day < first and own.random() < _LATE:
            before, self._written[staff_id] = self._written[staff_id], self._written[staff_id] + 1
            evening = datetime.combine(first + timedelta(days=before % _EVENINGS), _SUPPER, UTC)
            return evening + timedelta(
                seconds=before // _EVENINGS * _SECONDS_EACH + own.randint(0, 30)
            )
        written = datetime.combine(day + timedelta(days=own.choice(_DELAYS)), _AFTER_LESSONS, UTC)
        return written + timedelta(seconds=own.randint(0, _AN_EVENING * 60))


def _months(terms: Sequence[Term], begin: date, end: date) -> Iterator[tuple[date, date]]:
    """Give the months in term time that have begun; the last one may go on."""
    for term in terms:
        opens = term.starts_on
        while opens <= term.ends_on:
            following = (opens.replace(day=1) + timedelta(days=32)).replace(day=1)
            if begin <= opens <= end:
                yield opens, min(term.ends_on, following - timedelta(days=1))
            opens = following
