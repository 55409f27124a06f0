"""What an import does: counted, listed where it differs, and kept for undoing."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

SOURCE = "roster"


@dataclass(slots=True)
class Trace:
    """Rows added, by table, and earlier values of rows changed: ``(table, id, values)``."""

    added: dict[str, list[str]] = field(default_factory=dict)
    before: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)

    def add(self, table: str, row_id: UUID) -> None:
        """Note a new row."""
        self.added.setdefault(table, []).append(str(row_id))

    @property
    def empty(self) -> bool:
        """Say whether nothing happened."""
        return not self.added and not self.before

    def include(self, other: Trace) -> None:
        """Note what another trace has noted."""
        self.before += other.before
        for table, ids in other.added.items():
            self.added.setdefault(table, []).extend(ids)


@dataclass(slots=True)
class Deeds:
    """What was done at one school since it was last written down; children with their version."""

    created: dict[str, int] = field(default_factory=dict)
    updated: dict[str, int] = field(default_factory=dict)
    trace: Trace = field(default_factory=Trace)


@dataclass(frozen=True, slots=True)
class Difference:
    """The file says otherwise than the record, which stays; sealed values are not repeated."""

    sheet: str
    row: int
    child: str
    field: str
    ours: str | None
    theirs: str | None

    def to_json(self) -> dict[str, Any]:
        """Return plain data."""
        return asdict(self)


@dataclass(slots=True)
class Totals:
    """What was written, in children, adults and classes."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    guardians_created: int = 0
    homerooms_created: int = 0
    differences: list[Difference] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """Return plain data."""
        return asdict(self)
