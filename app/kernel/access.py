"""Who acts, and with which grants. Plain data; the rules stand in ``app.children.permits``."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


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


SYSTEM = Actor("system")
