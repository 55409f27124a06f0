"""One row in every tenant table, for two centres, schools and families: made by the owner."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Boolean,
    CheckConstraint,
    Connection,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    Numeric,
    Table,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB

from app.db.base import Base
from app.db.ddl import security_of
from app.db.sealed import Sealed
from app.kernel.ids import uuid7

_counter = itertools.count(1)
# Values that a CHECK constraint or a policy asks for.
_WORDS = {
    "sex": "female", "system": "6-3", "reach": "school", "away": "yes", "can_care": "no",
    "outcome": "done", "audience": "guardian", "stage": "primary", "code": None,
    "subject": "child", "state": "done", "ground": "request",
}  # fmt: skip


def _word(table: Table, name: str) -> str | None:
    """Return a word for a column that takes only some: what a check ``name IN (…)`` allows."""
    word = _WORDS.get(name)
    for check in table.constraints:
        if isinstance(check, CheckConstraint):
            found = re.fullmatch(rf"{name} IN \((.+)\)", str(check.sqltext))
            found = found or re.match(rf"({name} = '[^']+') OR ", str(check.sqltext))
            allowed = re.findall(r"'([^']+)'", found[1]) if found else []
            if allowed and word not in allowed:
                word = allowed[0]
    return word


def _by_two(table: Table) -> bool:
    """Tell whether a table wants two people for one of its steps."""
    checks = (one for one in table.constraints if isinstance(one, CheckConstraint))
    return "asked_by_id" in table.c or any("two_people" in str(one.name) for one in checks)


@dataclass(frozen=True)
class Corner:
    """One place of the world: a centre, a school in it, a child there and its guardian."""

    center: UUID
    school: UUID
    child: UUID
    guardian: UUID
    account: UUID

    @classmethod
    def new(cls, center: UUID | None = None, school: UUID | None = None) -> Corner:
        return cls(center or uuid7(), school or uuid7(), uuid7(), uuid7(), uuid7())


class Rows:
    """Makes the rows of a corner, parents first, and remembers their keys by table."""

    def __init__(self, connection: Connection, corner: Corner) -> None:
        self.connection = connection
        self.corner = corner
        self.ids: dict[str, UUID] = {
            "school": corner.school, "child": corner.child, "guardian": corner.guardian,
        }  # fmt: skip

    def make(self, existing: set[str]) -> None:
        """Insert one row into each tenant table that is not in ``existing``."""
        for table in Base.metadata.sorted_tables:
            if security_of(table).is_global or table.name in existing:
                continue
            self.connection.execute(table.insert().values(**self._values(table)))

    def _values(self, table: Table) -> dict[str, Any]:
        values = {c.name: self._value(table, c) for c in table.columns}
        if "entry_id" in values or table.c.id.info.get("ref"):
            values["id"] = self.ids["entry"] if table.c.id.info.get("ref") else values["id"]
        self.ids.setdefault(table.name, values["id"])
        return values

    def _value(self, table: Table, column: Any) -> Any:
        name = column.name
        if name == "center_id":
            return self.corner.center
        if name == "id":
            return self.ids.get(table.name) or uuid7()
        if name == "account_id":
            # Scoped tables hold the number only; accounts themselves are made where they must be.
            return self.corner.account if not column.foreign_keys else None
        target = column.info.get("ref")
        if target:
            return self._reference(table, target, nullable=column.nullable)
        return _word(table, name) or self._plain(column)

    def _reference(self, table: Table, target: str, *, nullable: bool) -> UUID | None:
        # What somebody asked, nobody of this corner can decide: there is one person only.
        second = nullable and target == "staff" and _by_two(table)
        if target == table.name or second or (target not in self.ids and nullable):
            return None
        return self.ids[target]

    def _plain(self, column: Any) -> Any:
        kind = column.type
        number = next(_counter)
        plain: dict[type, Any] = {
            DateTime: datetime(2026, 9, 1, tzinfo=UTC), Boolean: False, JSONB: {}, ARRAY: [],
            Date: date(2000, 9, 1) + timedelta(days=number), Uuid: uuid7(), Integer: number,
            Numeric: 1,
        }  # fmt: skip
        if column.nullable and column.name not in ("root_id",):
            return None
        if isinstance(kind, Sealed):
            return "sealed"
        if isinstance(kind, LargeBinary):
            return uuid7().bytes
        for type_, value in plain.items():
            if isinstance(kind, type_):
                return value
        return f"x{uuid7().hex[-12:]}"
