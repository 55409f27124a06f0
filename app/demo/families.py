"""The families whose guardians can sign in to the demonstration, chosen before anybody is written.

One grandmother or grandfather cares for brothers and sisters at two schools while both parents are
away; one father works far away. Their children sit in one class, whose teacher and mentor can sign
in as well, so that the same child is seen from every side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.children.roster.rows import RosterGuardian, RosterRow
from app.children.roster.words import BOTH, ONE, YES
from app.kernel.grades import HomeroomKey
from app.kernel.names import split_surname

MENTORED = 4
_FATHER, _LEFT_BEHIND = "father", (BOTH, ONE)


@dataclass(frozen=True)
class Families:
    """The class they meet in, its mentored children, and the two guardians who sign in."""

    homeroom: HomeroomKey
    mentored: tuple[RosterRow, ...]
    carer: RosterGuardian
    father: RosterGuardian

    @property
    def reachable(self) -> frozenset[str]:
        """Return the identity numbers of adults whose phones must work."""
        return frozenset(a.id_number for a in (self.carer, self.father) if a.id_number)


def choose_families(first: Sequence[RosterRow], second: Sequence[RosterRow]) -> Families | None:
    """Choose in the first school and give the carer a grandchild at the second one, too.

    Returns None where the schools are too small to have such children.
    """
    for homeroom in dict.fromkeys(row.homeroom for row in first if row.homeroom):
        room = [row for row in first if row.homeroom == homeroom and _kind(row) in _LEFT_BEHIND]
        cared = next((row for row in room if _kind(row) == BOTH), None)
        one = next((row for row in room if _kind(row) == ONE and _away_father(row)), None)
        other = next((row for row in second if _kind(row) == BOTH), None)
        if cared is None or one is None or other is None or len(room) < MENTORED:
            continue
        _make_sibling(other, cared)
        rest = [row for row in room if row is not cared and row is not one]
        carer = next(adult for adult in cared.guardians if adult.is_guardian)
        father = _away_father(one)
        if father is not None:
            mentored = (cared, one, *rest[: MENTORED - 2])
            return Families(homeroom, mentored, carer, father)
    return None


def _kind(row: RosterRow) -> str:
    return row.child.left_behind if row.child else ""


def _away_father(row: RosterRow) -> RosterGuardian | None:
    return next((a for a in row.guardians if a.relation == _FATHER and a.away == YES), None)


def _make_sibling(row: RosterRow, of: RosterRow) -> None:
    if row.child and of.child:
        given = split_surname(row.child.name)[1]
        row.child.name = split_surname(of.child.name)[0] + given
        row.child.address = of.child.address
        row.guardians = [replace(adult) for adult in of.guardians]
