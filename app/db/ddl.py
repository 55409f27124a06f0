"""Alembic's part of row-level security: an operation, and a comparison nobody can forget."""

from __future__ import annotations

from typing import Any

from alembic.autogenerate import comparators, renderers
from alembic.autogenerate.api import AutogenContext
from alembic.operations import MigrateOperation, Operations
from alembic.operations.ops import UpgradeOps
from alembic.util import DispatchPriority
from sqlalchemy import MetaData, Table, text

from app.db.policies import Security

_NOTES = text(
    "SELECT conrelid::regclass::text, obj_description(oid, 'pg_constraint')"
    " FROM pg_constraint WHERE contype = 'p' AND connamespace = 'public'::regnamespace"
)
_UNGUARDED = text(
    "SELECT relname FROM pg_class WHERE relkind = 'r' AND NOT relrowsecurity"
    " AND relnamespace = 'public'::regnamespace"
)


@Operations.register_operation("secure_table")
class SecureTable(MigrateOperation):
    """Give a table its policies and grants."""

    def __init__(self, table: str, options: dict[str, Any]) -> None:
        self.table = table
        self.options = options

    @classmethod
    def secure_table(cls, operations: Operations, table: str, **options: Any) -> Any:
        """Run from a migration: ``op.secure_table("visit", kind="child")``."""
        return operations.invoke(cls(table, options))

    def to_diff_tuple(self) -> tuple[str, str]:
        """Return how ``alembic check`` names the difference."""
        return ("secure_table", self.table)

    def reverse(self) -> MigrateOperation:
        """Dropping the table drops its policies; a change of policy is not undone."""
        return Nothing()


class Nothing(MigrateOperation):
    """An operation without effect."""


@Operations.implementation_for(SecureTable)
def _secure(operations: Operations, op: SecureTable) -> None:
    for statement in Security(op.table, **op.options).statements():
        operations.execute(statement)


@renderers.dispatch_for(SecureTable)
def _render(_context: AutogenContext, op: SecureTable) -> str:
    options = "".join(f", {name}={value!r}" for name, value in op.options.items())
    return f"op.secure_table({op.table!r}{options})"


@renderers.dispatch_for(Nothing)
def _render_nothing(_context: AutogenContext, _op: Nothing) -> list[str]:
    return []


def security_of(table: Table) -> Security:
    """Return what the model of ``table`` demands."""
    security: Security = table.info["security"]
    return security


def _options(security: Security) -> dict[str, Any]:
    blank = Security(security.table, security.kind)
    names = (
        "kind", "deletable", "append_only", "updatable", "family_reads", "grants", "reason",
    )  # fmt: skip
    return {
        name: getattr(security, name)
        for name in names
        if name == "kind" or getattr(security, name) != getattr(blank, name)
    }


@comparators.dispatch_for("schema", priority=DispatchPriority.LAST)
def _compare(context: AutogenContext, ops: UpgradeOps, _schemas: Any) -> None:
    connection, metadata = context.connection, context.metadata
    if connection is None or not isinstance(metadata, MetaData):
        return
    config = context.migration_context.config
    if config is None:
        return
    attributes = config.attributes
    owner, owner_of = attributes["owner"], attributes["owner_of"]
    notes = {str(name): str(note) for name, note in connection.execute(_NOTES)}
    unguarded = set(connection.execute(_UNGUARDED).scalars())
    for table in metadata.sorted_tables:
        if owner_of(table.name) != owner:
            continue
        security = security_of(table)
        kept = notes.get(table.name) == f"{security.kind} {security.digest()}"
        if kept and (security.is_global or table.name not in unguarded):
            continue
        ops.ops.append(SecureTable(table.name, _options(security)))
