"""Which tables hold something about a child or a guardian: read off the tables, not off a list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import ARRAY, Column, LargeBinary, String, Table, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from app.db.base import Base
from app.db.ddl import security_of
from app.db.sealed import Sealed, SealedData
from app.host.manifest import PersonalTable
from app.host.registry import Registry
from app.kernel.errors import QinchaoError
from app.kernel.text import T

Subject = Literal["child", "guardian"]
SUBJECTS: tuple[Subject, ...] = ("child", "guardian")
# Acts and attachments are shared by several people: the core gathers and erases them by itself.
_BY_HAND = ("act", "attachment", "erasure")
# Helps to sort, to search or to find a file; says nothing that another column does not say.
_UNSAID = frozenset({"version", "position", "name_pinyin", "name_initials", "storage_key"})


@dataclass(frozen=True)
class Held:
    """A table, and the column by which its rows belong to a person.

    With ``through`` the column refers to that table, whose rows belong to the person.
    """

    table: Table
    subject: Subject
    column: str
    through: Held | None = None


def held_tables(registry: Registry) -> list[Held]:
    """Return every table that holds something about a child or a guardian, by name.

    A table belongs to both when it refers to both. What hangs on a held table comes after it.
    """
    tables = sorted(
        (t for t in Base.metadata.tables.values() if not security_of(t).is_global),
        key=lambda table: table.name,
    )
    tables = [t for t in tables if t.name not in _BY_HAND and t.name not in registry.not_personal]
    found = [held for table in tables for held in _direct(table, registry)]
    named = {held.table.name for held in found}
    return found + [
        held for table in tables if table.name not in named for held in _hanging(table, found)
    ]


def _hanging(table: Table, found: Sequence[Held]) -> list[Held]:
    """Return how a table hangs on held ones, by one reference for a subject: a required one."""
    chosen: dict[Subject, Held] = {}
    for column in sorted(table.columns, key=lambda column: bool(column.nullable)):
        for parent in found:
            if column.info.get("ref") == parent.table.name and parent.table.name not in SUBJECTS:
                chosen.setdefault(parent.subject, Held(table, parent.subject, column.name, parent))
    return list(chosen.values())


def _direct(table: Table, registry: Registry) -> Iterator[Held]:
    described = registry.personal.get(table.name)
    if described and described.by:
        yield Held(table, "child", described.by)
        return
    for subject in SUBJECTS:
        if table.name == subject:
            yield Held(table, subject, "id")
        elif f"{subject}_id" in table.c:
            yield Held(table, subject, f"{subject}_id")
        else:
            others = [c.name for c in table.columns if c.info.get("ref") == subject]
            yield from (Held(table, subject, name) for name in others if table.name != "child")


def described(registry: Registry, table: Table) -> PersonalTable:
    """Return what the manifest says of a table; without it the names of its columns must do."""
    found = registry.personal.get(table.name)
    names = {c.name: T(c.name) for c in table.columns if _must_be_said(c)}
    return found or PersonalTable(table.name, T(table.name), names)


def emptied(table: Table, about: PersonalTable) -> dict[str, str]:
    """Return how each column that erasing empties is emptied: null, word, object or array.

    Raises when one can be nothing of these: it must be kept then.
    """
    return {
        c.name: _way(c)
        for c in table.columns
        if not (_is_key(c) or c.name in about.keeps or c.name == about.by)
    }


def _is_key(column: Column[object]) -> bool:
    kind = column.type.item_type if isinstance(column.type, ARRAY) else column.type
    return column.primary_key or bool(column.info.get("ref")) or isinstance(kind, Uuid)


def _way(column: Column[object]) -> str:
    if column.nullable:
        return "null"
    ways = {Sealed: "", SealedData: "", JSONB: "object", ARRAY: "array", String: "word"}
    way = next((way for kind, way in ways.items() if isinstance(column.type, kind)), "")
    if not way:
        raise QinchaoError(f"{column.table.name}.{column.name} cannot be emptied: keep it")
    return way


def _must_be_said(column: Column[object]) -> bool:
    hidden = _is_key(column) or column.name in _UNSAID
    return not hidden and (
        isinstance(column.type, Sealed) or not isinstance(column.type, LargeBinary)
    )


def faults(registry: Registry) -> list[str]:
    """Return what keeps a person's data from being copied and erased whole; empty when all is well.

    Every table that refers to a child or a guardian, or hangs on one that does, must be described
    by its owner, each column in words; what is kept must be all that cannot be emptied.
    """
    found = []
    for table in {held.table.name: held.table for held in held_tables(registry)}.values():
        if table.name not in registry.personal:
            found.append(f"{table.name} holds something about a person: describe it in `personal`")
            continue
        about = registry.personal[table.name]
        silent = [c.name for c in table.columns if _must_be_said(c) and c.name not in about.columns]
        unknown = {*about.columns, *about.keeps, *about.words} - set(table.columns.keys())
        found += [f"{table.name}.{name} has no title in `personal`" for name in silent]
        found += [f"{table.name} has no column {name}" for name in sorted(unknown)]
        if about.keeps:
            found += _not_emptied(table, about)
    missing = set(registry.personal) - set(Base.metadata.tables)
    found += [
        f"{held.table.name} cannot be kept: {held.through.table.name} is not"
        for held in held_tables(registry)
        if held.through and _keeps(registry, held) and not _keeps(registry, held.through)
    ]
    return found + [f"`personal` names {name}, which does not exist" for name in sorted(missing)]


def _keeps(registry: Registry, held: Held) -> bool:
    return bool(described(registry, held.table).keeps)


def _not_emptied(table: Table, about: PersonalTable) -> list[str]:
    try:
        emptied(table, about)
    except QinchaoError as error:
        return [str(error)]
    return []
