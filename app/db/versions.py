"""Who owns tables, and whether the database is at their newest versions.

Read without Alembic, which costs a command half a second to import.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

SHARED = Path(__file__).parents[2] / "migrations"
CORE = "core"


@dataclass(frozen=True)
class Owner:
    """Who owns tables: the core, or a plugin by its name; ``versions`` holds its revisions."""

    name: str
    versions: Path


CORE_OWNER = Owner(CORE, SHARED / "versions")


def owner_of(owners: Sequence[Owner], table: str) -> str | None:
    """Return the owner of ``table``: a plugin's tables begin with its name; versions have none."""
    if table.startswith("alembic_"):
        return None
    for owner in sorted(owners, key=lambda o: -len(o.name)):
        if table == owner.name or table.startswith(owner.name + "_"):
            return owner.name
    return CORE


def pending(engine: Engine, plugins: Sequence[Owner] = ()) -> list[str]:
    """Return the owners whose newest revision the database does not have."""
    owners = [CORE_OWNER, *plugins]
    with engine.connect() as connection:
        return [o.name for o in owners if _have(connection, o) != _newest(o.versions)]


def _have(connection: Connection, owner: Owner) -> set[str]:
    table = f"alembic_{owner.name}"
    if not inspect(connection).has_table(table):
        return set()
    return set(connection.execute(text(f"SELECT version_num FROM {table}")).scalars())  # noqa: S608 (a plugin's name)


def _newest(folder: Path) -> set[str]:
    """Return the revisions that no other builds on."""
    found: set[str] = set()
    earlier: set[str] = set()
    for file in folder.glob("*.py"):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                name = node.targets[0].id
                if name == "revision":
                    found.add(ast.literal_eval(node.value))
                elif name == "down_revision":
                    before = ast.literal_eval(node.value) or ()
                    earlier |= {before} if isinstance(before, str) else set(before)
    return found - earlier
