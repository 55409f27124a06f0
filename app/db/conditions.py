"""Conditions that hold for every tenant table: which row a key means, and which day a row counts.

A day is a date in China; ``ends_on`` is the last day a row counts, empty while it has no end.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, any_, literal, not_, or_
from sqlalchemy.dialects.postgresql import ARRAY


def refers(key: Any, table: Any) -> ColumnElement[bool]:
    """Return the condition that ``key`` means the row of ``table``: in the same centre, by id.

    Example: ``select(Loan).join(Child, refers(Loan.child_id, Child))``
    """
    return and_(key.parent.entity.center_id == table.center_id, key == table.id)


def open_on(table: Any, day: date) -> ColumnElement[bool]:
    """Return the condition that a dated row counts on a day."""
    return and_(table.starts_on <= day, not_over(table, day))


def not_over(table: Any, day: date) -> ColumnElement[bool]:
    """Return the condition that a dated row counts on a day or later."""
    return or_(table.ends_on.is_(None), not_(table.ends_on < day))


def any_of(column: Any, values: Collection[Any]) -> ColumnElement[bool]:
    """Return the condition that a column holds one of some values, given as one parameter.

    ``in_`` makes a statement of its own for each number of values, which neither SQLAlchemy nor
    PostgreSQL prepares once and for all. For what many pages ask.
    """
    found: ColumnElement[bool] = column == any_(literal(list(values), ARRAY(column.type)))
    return found
