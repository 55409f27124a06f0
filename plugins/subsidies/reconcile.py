"""Sums that must agree: heads × amount = sum, schools = centre, paid + open = approved.

Plain arithmetic on groups of awards; nothing is rounded, nothing is left over.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from uuid import UUID


@dataclass(frozen=True)
class Group:
    """Awards of one round, school and kind of pupil with the same sum for each (``each``, fen).

    ``heads`` stand: of them ``paid`` have arrived, ``sent`` are on their way, ``returned`` came
    back; ``reversed`` were paid and taken back and stand no more.
    """

    round_id: UUID
    school_id: UUID
    stage: str
    boarding: str | None
    each: int
    heads: int
    paid: int = 0
    sent: int = 0
    returned: int = 0
    reversed: int = 0

    @property
    def amount(self) -> int:
        """Return heads × amount."""
        return self.each * self.heads


@dataclass(frozen=True)
class Sums:
    """Heads and fen; they can be added."""

    heads: int = 0
    committed: int = 0
    paid_heads: int = 0
    paid: int = 0
    sent: int = 0
    returned: int = 0
    reversed_heads: int = 0
    reversed: int = 0

    @property
    def open(self) -> int:
        """Return what was approved and has not arrived."""
        return self.committed - self.paid

    @property
    def due(self) -> int:
        """Return what no batch holds: never sent, or returned."""
        return self.open - self.sent

    @property
    def gross(self) -> int:
        """Return everything that ever arrived, what was taken back included."""
        return self.paid + self.reversed

    def __add__(self, other: Sums) -> Sums:
        return Sums(*(a + b for a, b in zip(self._row(), other._row(), strict=True)))

    def _row(self) -> tuple[int, ...]:
        return (
            self.heads, self.committed, self.paid_heads, self.paid,
            self.sent, self.returned, self.reversed_heads, self.reversed,
        )  # fmt: skip


def sums_of(group: Group) -> Sums:
    """Return a group in heads and fen."""
    each = group.each
    return Sums(
        group.heads, group.amount, group.paid, each * group.paid,
        each * group.sent, each * group.returned, group.reversed, each * group.reversed,
    )  # fmt: skip


def total(groups: Iterable[Group]) -> Sums:
    """Return the sums of all groups."""
    return sum(map(sums_of, groups), Sums())


def by(groups: Iterable[Group], key: Callable[[Group], Hashable]) -> Mapping[Hashable, Sums]:
    """Return the sums by anything: school, round, kind of pupil."""
    found: dict[Hashable, Sums] = {}
    for group in groups:
        found[key(group)] = found.get(key(group), Sums()) + sums_of(group)
    return found


def merged(groups: Iterable[Group]) -> list[Group]:
    """Return the groups over all schools: one line for each kind of pupil and amount."""
    found: dict[Hashable, Group] = {}
    for group in groups:
        key = (group.round_id, group.stage, group.boarding, group.each)
        if key not in found:
            found[key] = group
            continue
        one = found[key]
        found[key] = replace(
            one,
            heads=one.heads + group.heads,
            paid=one.paid + group.paid,
            sent=one.sent + group.sent,
            returned=one.returned + group.returned,
            reversed=one.reversed + group.reversed,
        )
    return sorted(found.values(), key=lambda g: (g.stage, g.boarding or "", g.each))
