"""Who acts, and with which grants. Plain data; the rules stand in ``app.children.permits``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

PlainReach = Mapping[str, Any]


@dataclass(frozen=True)
class HeldGrant:
    """A grant as it counts today: its role's permissions and its own reach, never mixed.

    ``reach``: center, school, homerooms, children or family.
    """

    role: str
    reach: str
    permissions: frozenset[str]
    school_id: UUID | None = None
    homeroom_ids: frozenset[UUID] = frozenset()
    child_ids: frozenset[UUID] = frozenset()

    def plain(self) -> PlainReach:
        """Return the reach as JSON, to be kept."""
        return {
            "reach": self.reach,
            "school": str(self.school_id) if self.school_id else None,
            "homerooms": sorted(map(str, self.homeroom_ids)),
            "children": sorted(map(str, self.child_ids)),
        }

    def covers(self, earlier: PlainReach) -> bool:
        """Tell whether this grant reaches all that an ``earlier`` one reached."""
        if self.reach == "center":
            return True
        now = self.plain()
        if earlier["school"] is None or now["school"] != earlier["school"]:
            return False
        same = self.reach == earlier["reach"] and all(
            set(earlier[kind]) <= set(now[kind]) for kind in ("homerooms", "children")
        )
        return self.reach == "school" or same


@dataclass(frozen=True)
class Actor:
    """The person (or the system, without an account) on whose behalf something is done."""

    name: str
    account_id: UUID | None = None
    staff_id: UUID | None = None
    guardian_id: UUID | None = None
    grants: tuple[HeldGrant, ...] = ()
    address: str | None = None

    def holds(self, permission: str) -> bool:
        """Tell whether any grant has ``permission``, whatever its reach."""
        return any(permission in grant.permissions for grant in self.grants)

    def reach_of(self, permission: str) -> list[PlainReach]:
        """Return how far ``permission`` is held now, as JSON for :meth:`still_reaches`."""
        return [grant.plain() for grant in self.grants if permission in grant.permissions]

    def still_reaches(self, permission: str, earlier: Sequence[PlainReach]) -> bool:
        """Tell whether ``permission`` is held as far as it was."""
        held = [grant for grant in self.grants if permission in grant.permissions]
        return all(any(grant.covers(reach) for grant in held) for reach in earlier)


SYSTEM = Actor("system")
