"""How every owner's migrations run: in one transaction, seeing only the owner's own tables."""

from typing import Any

from alembic import context

import app.db.ddl  # registers op.secure_table
from app.db.sealed import Sealed, SealedData

attributes = context.config.attributes
owner, owner_of = attributes["owner"], attributes["owner_of"]


def _owned_name(name: str | None, kind: str, _parents: Any) -> bool:
    return kind != "table" or owner_of(name or "") == owner


def _owned(_item: Any, name: str | None, kind: str, _reflected: bool, _compared: Any) -> bool:
    return kind != "table" or owner_of(name or "") == owner


def _plain(kind: str, item: Any, _context: Any) -> Any:
    # A sealed column is bytes to the database; migrations do not depend on our types.
    return "sa.LargeBinary()" if kind == "type" and isinstance(item, Sealed | SealedData) else False


def _drop_info(_context: Any, _revision: Any, directives: Any) -> None:
    for directive in directives:
        for op in directive.upgrade_ops.ops:
            if hasattr(op, "info"):
                op.info = {}
            for column in getattr(op, "columns", ()):
                if hasattr(column, "info"):
                    column.info = {}


with attributes["engine"].connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=attributes["metadata"],
        version_table=attributes["version_table"],
        include_name=_owned_name,
        include_object=_owned,
        process_revision_directives=_drop_info,
        render_item=_plain,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
