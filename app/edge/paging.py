"""A page of a long list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

Row = TypeVar("Row")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page: its rows, its number from 1, and how many there are in all."""

    rows: Sequence[Row]
    page: int
    size: int
    total: int

    @property
    def pages(self) -> int:
        """Return the number of pages, at least one."""
        return max(1, -(-self.total // self.size))


def page_of(rows: Sequence[Row], page: int, *, size: int = 50) -> Page[Row]:
    """Return one page of rows that are all at hand; a number beyond the last means the last."""
    page = min(max(1, page), max(1, -(-len(rows) // size)))
    return Page(rows[(page - 1) * size : page * size], page, size, len(rows))


def paginate(
    session: Session, statement: Select[Any], page: int, *, size: int = 50, scalars: bool = True
) -> Page[Any]:
    """Run ``statement`` for one page: two queries, whatever the number of rows."""
    counted = select(func.count()).select_from(statement.order_by(None).subquery())
    total = session.execute(counted).scalar_one()
    page = min(max(1, page), max(1, -(-total // size)))
    result = session.execute(statement.limit(size).offset((page - 1) * size))
    rows = result.scalars().all() if scalars else result.all()
    return Page(rows, page, size, total)
