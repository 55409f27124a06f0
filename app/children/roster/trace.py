"""What an import does: counted, listed where it differs, and kept for undoing."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

SOURCE = "roster"


def plain(value: Any) -> str:
    """Return a stored value as text that can be compared with what is stored later."""
    return bytes(value).hex() if isinstance(value, bytes | memoryview) else str(value)


@dataclass(slots=True)
class Trace:
    """Rows added, by table, and earlier values of rows changed: ``(table, id, values)``.

    ``filled`` are adults' facts that were unknown, as written: brothers and sisters share them.
    """

    added: dict[str, list[str]] = field(default_factory=dict)
    before: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    filled: dict[str, dict[str, str]] = field(default_factory=dict)

    def fill(self, guardian_id: UUID, values: dict[str, Any]) -> None:
        """Note facts of an adult that were not known before."""
        self.before.append(("guardian", str(guardian_id), dict.fromkeys(values)))
        seen = {name: plain(value) for name, value in values.items() if name != "identity_number"}
        self.filled.setdefault(str(guardian_id), {}).update(seen)

    def add(self, table: str, row_id: UUID) -> None:
        """Note a new row."""
        self.added.setdefault(table, []).append(row_id.hex)

    @property
    def empty(self) -> bool:
        """Say whether nothing happened."""
        return not self.added and not self.before

    def include(self, other: Trace) -> None:
        """Note what another trace has noted."""
        self.before += other.before
        for key, values in other.filled.items():
            self.filled.setdefault(key, {}).update(values)
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
