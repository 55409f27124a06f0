"""A system (制度) as data: a policy is made of duty rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.duties.cadence import Cadence
from app.duties.school_calendar import SchoolCalendar
from app.duties.windows import Span, Window, windows


@dataclass(frozen=True, slots=True)
class DutyRule:
    """Who owes what to whom, how often.

    ``entry`` names the kinds of ledger entries that count, in one module or several; ``by`` is a
    word of ``PERFORMERS``, ``subject`` of ``SUBJECTS``, ``covers`` of ``GROUPS`` (whoever is in
    any of them), ``grades`` the school years 1 to 9 (7 is 初一), all of them when empty.
    ``max_times`` is None where more is welcome; only ``min_times`` is ever owed.
    """

    key: str
    title: str
    entry: tuple[str, ...]
    by: str
    every: Cadence
    subject: str = "child"
    covers: tuple[str, ...] = ("all",)
    min_times: int = 1
    max_times: int | None = 1
    grace_days: int = 0
    from_: date | None = None
    until: date | None = None
    grades: tuple[int, ...] = ()

    def in_force(self, on: date) -> bool:
        """Say whether the rule applies on a day; ``from_`` and ``until`` are included."""
        return (self.from_ is None or self.from_ <= on) and (self.until is None or on <= self.until)

    def windows(
        self, calendar: SchoolCalendar, between: Span, birth: date | None = None
    ) -> list[Window]:
        """Return the rule's windows that touch ``between`` and opened while it was in force.

        The day a window opens decides: nobody owes more in a month than was asked when it began.
        """
        found = windows(self.every, calendar, between, birth, self.grace_days)
        return [window for window in found if self.in_force(window.opens)]


@dataclass(frozen=True, slots=True)
class Policy:
    """A named system with the slogan and the text the school knows it by."""

    name: str
    slogan: str
    text: str
    duties: tuple[DutyRule, ...]
