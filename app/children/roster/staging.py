"""Writing very many rows: COPY into temporary tables, then one INSERT … SELECT a table.

COPY into a row-secured table is refused by PostgreSQL; the INSERT passes through the policies. Ids
are made beforehand, and fields that are sealed arrive sealed. Binary COPY spares both sides from
writing and reading identifiers and sealed bytes as text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

from psycopg import Connection as PgConnection
from psycopg import sql
from psycopg.types.json import Jsonb
from sqlalchemy import Column, MetaData, Table, insert, literal, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session
from sqlalchemy.sql.schema import CallableColumnDefault, ScalarElementColumnDefault

from app.db.base import Base
from app.db.sealed import Sealed, keys

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
        stages = Stages(session, constants)
        stages.write(self.detach())
        stages.close()


@dataclass(frozen=True, slots=True)
class _Stage:
    """A temporary table and its statements, put into words once for all parcels."""

    table: Table
    copy: sql.Composed
    types: list[str]
    insert: str
    values: Any
    empty: sql.Composed


class Stages:
    """The temporary tables of one bulk write: made at first use, emptied after each parcel.

    Making and dropping them for every parcel would cost as much as many rows.
    """

    def __init__(self, session: Session, constants: dict[str, Any]) -> None:
        """Write through ``session``; ``constants`` fill columns which the rows do not bring."""
        self._session, self._constants = session, constants
        self._made: dict[str, _Stage] = {}

    def write(self, parts: Sequence[Part]) -> None:
        """Write rows table by table."""
        for model, columns, rows in parts:
            self._write(model.metadata.tables[model.__tablename__], columns, rows)

    def close(self) -> None:
        """Drop the temporary tables, so that another bulk write may follow."""
        for stage in self._made.values():
            stage.table.drop(self._session.connection())
        self._made.clear()

    def _write(self, target: Table, columns: Sequence[str], rows: Rows) -> None:
        connection = self._session.connection()
        stage = self._made.get(target.name)
        if stage is None:
            stage = self._made[target.name] = self._make(target, columns)
        # Row-level security forbids COPY into the target itself.
        driver = cast(PgConnection[Any], connection.connection.driver_connection)
        with driver.cursor() as cursor:
            with cursor.copy(stage.copy) as copy:
                copy.set_types(stage.types)
                write = copy.write_row
                for row in rows:
                    write(row)
            cursor.execute(stage.insert, stage.values)
            cursor.execute(stage.empty)

    def _make(self, target: Table, columns: Sequence[str]) -> _Stage:
        stage = Table(
            f"stage_{target.name}",
            MetaData(),
            *(Column(name, target.c[name].type) for name in columns),
            prefixes=["TEMPORARY"],
            postgresql_on_commit="DROP",
        )
        stage.create(self._session.connection())
        fixed = _defaults(target) | self._constants
        fixed = {k: v for k, v in fixed.items() if k in target.c and k not in columns}
        chosen = [*stage.c, *(literal(value, target.c[name].type) for name, value in fixed.items())]
        source = select(*chosen)
        made = insert(target).from_select([*columns, *fixed], source, include_defaults=False)
        compiled = made.compile(self._session.connection())
        return _Stage(
            stage,
            sql.SQL("COPY {} FROM STDIN (FORMAT BINARY)").format(sql.Identifier(stage.name)),
            [_type_name(column) for column in stage.c],
            compiled.string,
            compiled.params,
            sql.SQL("TRUNCATE {}").format(sql.Identifier(stage.name)),
        )


def as_copied(model: type[Base], rows: Sequence[dict[str, Any]]) -> Iterator[tuple[Any, ...]]:
    """Give rows as they wait here: values in the first row's order, sealed where the column is.

    A mapping is given as JSON.
    """
    columns = model.metadata.tables[model.__tablename__].c
    names = list(rows[0]) if rows else []
    sealed = [
        (place, kind.purpose)
        for place, name in enumerate(names)
        if isinstance(kind := columns[name].type, Sealed)
    ]
    mappings = [at for at, name in enumerate(names) if isinstance(columns[name].type, JSONB)]
    for row in rows:
        values = [row[name] for name in names]
        for place, purpose in sealed:
            if values[place]:
                values[place] = keys().seal(values[place], purpose)
        for place in mappings:
            values[place] = Jsonb(values[place])
        yield tuple(values)


def _type_name(column: Column[Any]) -> str:
    # Without precision: numeric(4, 1) is sent as numeric.
    return re.sub(r"\(.*\)", "", _compiled(column)).lower()


def _compiled(column: Column[Any]) -> str:
    return column.type.compile(postgresql.dialect())  # type: ignore[no-untyped-call]


def _defaults(target: Table) -> dict[str, Any]:
    """Return what the model fills in where a row brings nothing: the centre, the first version."""
    found: dict[str, Any] = {}
    for column in target.c:
        default = column.default
        if isinstance(default, CallableColumnDefault):
            made = default.arg(cast(Any, None))
            found[column.name] = Jsonb(made) if isinstance(made, dict) else made
        elif isinstance(default, ScalarElementColumnDefault):
            found[column.name] = default.arg
    return found
