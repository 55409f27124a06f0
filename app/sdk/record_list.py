"""A list of a module's records: its columns, what narrows it, its order, its pages.

A module says once what its list is; the page, the sheet and the phone's cards come from that.
``app.sdk.record_pages`` shows it, ``app.sdk.record_listing`` has what lists of ledger records need.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from sqlalchemy import Select

from app.edge.paging import Page, paginate
from app.host.context import Ctx
from app.kernel.text import T, Text
from app.sdk.record_filters import Box, Filter
from app.sheets.workbook import Cell
from app.sheets.write import Column, SheetSpec

Line = TypeVar("Line")


@dataclass(frozen=True)
class ListColumn(Generic[Line]):
    """A column of a list.

    ``value`` gives what stands in it: a text, a number, a day, yes or no, or None for nothing.
    ``sort`` is the SQL expression it sorts by; ``url`` leads from the cell; ``num`` puts figures to
    the right. ``own``: the page's template writes the cell itself, ``value`` is for the sheet.
    ``only`` "page" or "sheet" leaves it out of the other; ``digits``: long numbers that a
    spreadsheet would round; ``width`` in characters is the sheet's.
    """

    name: str
    title: Text
    value: Callable[[Line], Cell | Text | None]
    sort: Any = None
    url: Callable[[Line], str] | None = None
    num: bool = False
    own: bool = False
    only: str = ""
    digits: bool = False
    width: float = 12

    def text(self, line: Line) -> Cell | None:
        """Return the value as people read it; days and numbers stay what they are."""
        found = self.value(line)
        if isinstance(found, bool):
            return str(T("Yes")) if found else str(T("No"))
        return str(found) if isinstance(found, Text) else found

    def written(self, line: Line) -> str | None:
        """Return the value as it stands on a page; None for nothing."""
        found = self.text(line)
        return None if found is None else str(found)


@dataclass(frozen=True)
class RecordList(Generic[Line]):
    """What a list is; made once, when the module is loaded.

    ``name`` begins with the module's and names the list in the audit. ``rows`` gives the query,
    narrowed to what the reader may see, without order; ``lines`` turns the rows of a page into what
    the columns read, with the same queries for any number. ``order`` ends with a key, so that no
    row stands on two pages.
    """

    name: str
    title: Text
    rows: Callable[[Ctx], Select[Any]]
    lines: Callable[[Ctx, Sequence[Any]], Sequence[Line]]
    columns: Sequence[ListColumn[Line]]
    order: Sequence[Any]
    filters: Sequence[Filter] = ()
    size: int = 25

    def shown(self, where: str) -> list[ListColumn[Line]]:
        """Return the columns of the page or of the sheet."""
        return [column for column in self.columns if column.only in ("", where)]


@dataclass(frozen=True)
class Listed(Generic[Line]):
    """One page of a list as somebody asked for it.

    ``sort`` is a column's name, with a dash before it from the end; empty for the list's own order.
    """

    spec: RecordList[Line]
    page: Page[Line]
    boxes: Sequence[Box]
    sort: str = ""

    @property
    def kept(self) -> dict[str, str]:
        """Return what the address of another page of the same list says."""
        found = {box.name: box.value for box in self.boxes if box.value}
        return found | ({"sort": self.sort} if self.sort else {})

    @property
    def narrowed(self) -> bool:
        """Tell whether something is asked for."""
        return any(box.value for box in self.boxes)


def read_list(
    ctx: Ctx, spec: RecordList[Line], given: Mapping[str, str], *, page: int = 1, size: int = 0
) -> Listed[Line]:
    """Return a page of ``spec`` as the address asks for it; a fixed number of queries.

    ``given`` are the address's values; those that no filter knows are ignored. ``size`` replaces
    the list's own.
    """
    stripped = {name: value.strip() for name, value in given.items()}
    asked = [one.ask(ctx, stripped) for one in spec.filters]
    conditions = [one.condition for one in asked if one.condition is not None]
    sort, order = _order(spec, stripped.get("sort", ""))
    statement = spec.rows(ctx).where(*conditions).order_by(*order)
    found = paginate(ctx.session, statement, page, size=size or spec.size, scalars=False)
    lines = spec.lines(ctx, found.rows)
    boxes = [box for one in asked for box in one.boxes]
    return Listed(spec, Page(lines, found.page, found.size, found.total), boxes, sort)


def _order(spec: RecordList[Any], sort: str) -> tuple[str, Sequence[Any]]:
    name = sort.removeprefix("-")
    column = next((c for c in spec.columns if c.name == name and c.sort is not None), None)
    if column is None:
        return "", spec.order
    first = column.sort.desc() if sort.startswith("-") else column.sort.asc()
    return sort, [first.nulls_last(), *spec.order]


def sheet_of(listed: Listed[Any], *, unit: str, day: date) -> SheetSpec:
    """Return the lines as a sheet like other registers: title, who reports, the day it shows."""
    columns = listed.spec.shown("sheet")
    return SheetSpec(
        name=str(listed.spec.title),
        columns=[Column(str(c.title), c.width, text=c.digits) for c in columns],
        rows=[[column.text(line) for column in columns] for line in listed.page.rows],
        title=str(listed.spec.title),
        unit=str(T("Reporting unit: ")) + unit,
        day=day.isoformat(),
    )
