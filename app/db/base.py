"""The declarative base: composite keys, typed links and security for every table.

``center_id`` stands first in every primary key and every foreign key. PostgreSQL's foreign-key
checks bypass row-level security, so a single-column key could point into another centre; a
composite one cannot. What belongs to a child names the child and its school in one key, so that
nobody can hang a row of their own school on another school's child (decision 0011).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, cast

from sqlalchemy import (
    ColumnElement,
    DateTime,
    ForeignKeyConstraint,
    Index,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    and_,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, foreign, mapped_column, relationship

from app.db.policies import Security

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


# Kinds of tables whose ``school_id`` is always that of the child; ``move_custody`` moves them.
CUSTODY = frozenset({"child", "child-staff", "child-family", "record"})


class _Link:
    """A placeholder that :class:`Base` replaces by a relationship over (center_id, column)."""

    def __init__(self, column: str, **options: Any) -> None:
        self.column = column
        self.options = options


def ref(table: str, *, index: bool = True, **options: Any) -> Any:
    """Declare a column that refers to ``table`` in the same centre.

    ``index=False`` leaves out the index (center_id, column).
    """
    return mapped_column(info={"ref": table, "index": index}, **options)


def link(column: str, **options: Any) -> Any:
    """Declare the many-to-one side over the column made by :func:`ref`."""
    return _Link(column, **options)


def _joined(child: Table, column: str) -> ColumnElement[bool]:
    parent = child.metadata.tables[child.c[column].info["ref"]]
    return and_(child.c.center_id == parent.c.center_id, foreign(child.c[column]) == parent.c.id)


def many(target: str, **options: Any) -> Any:
    """Declare the one-to-many side: ``many("photo.visit_id", back_populates="visit")``."""
    table, column = target.split(".")

    def on() -> ColumnElement[bool]:
        return _joined(Base.metadata.tables[table], column)

    return relationship(primaryjoin=on, **options)


class Base(DeclarativeBase):
    """The root of every model."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB,
        list[str]: ARRAY(Text),
    }
    __scope_kind__: ClassVar[str] = ""
    __security__: ClassVar[dict[str, Any]] = {}

    def __init_subclass__(cls, **kw: Any) -> None:
        for name, value in list(vars(cls).items()):
            if isinstance(value, _Link):
                setattr(cls, name, cls._relationship(value))
        if "__tablename__" not in vars(cls):
            cls.__tablename__ = _snake(cls.__name__)
        super().__init_subclass__(**kw)

    @classmethod
    def _relationship(cls, placeholder: _Link) -> Any:
        def on() -> ColumnElement[bool]:
            return _joined(cast(Table, cls.__table__), placeholder.column)

        return relationship(primaryjoin=on, **placeholder.options)

    @classmethod
    def __table_cls__(cls, name: str, metadata: MetaData, *args: Any, **kw: Any) -> Table:
        """Build the table; add its composite foreign keys, indexes and security."""
        table = Table(name, metadata, *args, **kw)
        in_custody = cls.__scope_kind__ in CUSTODY and not table.c.child_id.nullable
        if in_custody:
            table.append_constraint(_custody())
        for column in list(table.columns):
            target = column.info.get("ref")
            if target and not (in_custody and column.name in ("school_id", "child_id")):
                table.append_constraint(
                    ForeignKeyConstraint(
                        ["center_id", column.name], [f"{target}.center_id", f"{target}.id"]
                    )
                )
            if target and column.info["index"] and not _begins_an_index(table, column.name):
                Index(None, table.c.center_id, column)
        if "center_id" in table.c and all(c.nullable for c in table.c if c.info.get("ref")):
            table.append_constraint(ForeignKeyConstraint(["center_id"], ["center.id"]))
        table.info["security"] = Security(name, cls.__scope_kind__, **cls.__security__)
        return table


def _custody() -> ForeignKeyConstraint:
    """Return the key to the child at its school; a transfer defers it until all rows have moved."""
    return ForeignKeyConstraint(
        ["center_id", "school_id", "child_id"],
        ["child.center_id", "child.school_id", "child.id"],
        deferrable=True,
    )


def _begins_an_index(table: Table, column: str) -> bool:
    """Tell whether an index of all rows begins with the centre and this column already."""
    keys = [index.columns.keys() for index in table.indexes if not _is_partial(index)]
    keys += [
        constraint.columns.keys()
        for constraint in table.constraints
        if isinstance(constraint, UniqueConstraint)
    ]
    return any(found[:2] == ["center_id", column] for found in keys)


def _is_partial(index: Index) -> bool:
    return index.dialect_options["postgresql"]["where"] is not None


def unique(*columns: str, **options: Any) -> UniqueConstraint:
    """Return a unique constraint within the centre."""
    return UniqueConstraint("center_id", *columns, **options)


def _snake(name: str) -> str:
    return "".join("_" + c.lower() if c.isupper() else c for c in name).lstrip("_")
