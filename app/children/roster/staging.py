"""Writing very many rows: COPY into temporary tables, then one INSERT … SELECT a table.

COPY into a row-secured table is refused by PostgreSQL; the INSERT passes through the policies. Ids
are made beforehand, and fields that are sealed arrive sealed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from psycopg import Connection as PgConnection
from psycopg import sql
from sqlalchemy import Column, MetaData, Table, insert, literal, select
from sqlalchemy.orm import Session

from app.db.base import Base

Rows = list[Sequence[Any]]
Part = tuple[type[Base], Sequence[str], Rows]


class Staging:
    """Rows waiting to be written, by model, in the order in which the models were announced."""

    def __init__(self) -> None:
        self._tables: dict[type[Base], tuple[Sequence[str], Rows]] = {}

    def announce(self, model: type[Base], *columns: str) -> Rows:
        """Return the list to which rows of these columns are appended."""
        rows: Rows = []
        self._tables[model] = (columns, rows)
        return rows

    def detach(self) -> list[Part]:
        """Return the rows that wait and forget them, so that more can be collected meanwhile."""
        parts: list[Part] = []
        for model, (columns, rows) in self._tables.items():
            if rows:
                parts.append((model, columns, rows[:]))
                rows.clear()
        return parts

    def write(self, session: Session, constants: dict[str, Any]) -> None:
        """Write everything that waits, at once."""
        write_parts(session, self.detach(), constants)


def write_parts(session: Session, parts: Sequence[Part], constants: dict[str, Any]) -> None:
    """Write rows table by table; ``constants`` fill columns which the rows do not bring."""
    for model, columns, rows in parts:
        _write(session, model, columns, rows, constants)


def _write(
    session: Session,
    model: type[Base],
    columns: Sequence[str],
    rows: Rows,
    constants: dict[str, Any],
) -> None:
    target = model.metadata.tables[model.__tablename__]
    stage = Table(
        f"stage_{target.name}",
        MetaData(),
        *(Column(name, target.c[name].type) for name in columns),
        prefixes=["TEMPORARY"],
        postgresql_on_commit="DROP",
    )
    connection = session.connection()
    stage.create(connection)
    # Row-level security forbids COPY into the target itself.
    driver = cast(PgConnection[Any], connection.connection.driver_connection)
    with driver.cursor() as cursor:
        command = sql.SQL("COPY {} ({}) FROM STDIN").format(
            sql.Identifier(stage.name), sql.SQL(", ").join(map(sql.Identifier, columns))
        )
        with cursor.copy(command) as copy:
            for row in rows:
                copy.write_row(row)
    fixed = {
        name: value for name, value in constants.items() if name in target.c and name not in columns
    }
    chosen = [*stage.c, *(literal(value, target.c[name].type) for name, value in fixed.items())]
    connection.execute(insert(target).from_select([*columns, *fixed], select(*chosen)))
    stage.drop(connection)
