"""A record list on a page and as a spreadsheet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask import flash, redirect, request, url_for

from app.audit.services import record as audit
from app.edge.current import ctx, place
from app.edge.downloads import XLSX, download
from app.kernel.text import T, Text
from app.organisation.letters import unit_name
from app.sdk.record_list import ListColumn, Listed, RecordList, read_list, sheet_of
from app.sdk.sheets import sheet_bytes

Line = TypeVar("Line")
MOST_ROWS = 5000


@dataclass(frozen=True)
class ShownList(Generic[Line]):
    """A list with the addresses around it, as ``record_list.html`` shows it."""

    found: Listed[Line]
    sheet: str = ""
    endpoint: str = ""

    @property
    def clear_url(self) -> str:
        """Return the address of the whole list."""
        return self._url()

    @property
    def sheet_url(self) -> str:
        """Return the address of the same rows as a spreadsheet."""
        return _url(self.sheet, **self._kept()) if self.sheet else ""

    def page_url(self, number: int) -> str:
        """Return the address of another page."""
        return self._url(**self._kept(), page=number)

    def sort_url(self, column: ListColumn[Line]) -> str | None:
        """Return the address of the list in order of a column, the other way round if it is."""
        if column.sort is None:
            return None
        sort = f"-{column.name}" if self.found.sort == column.name else column.name
        return self._url(**(self._kept() | {"sort": sort}))

    def direction(self, column: ListColumn[Line]) -> str | None:
        """Return how the list is sorted by a column: ascending, descending, or not."""
        words = {column.name: "ascending", f"-{column.name}": "descending"}
        return words.get(self.found.sort)

    def sorts(self) -> list[tuple[str, Text | str]]:
        """Return the orders to choose from where no headings are shown."""
        found: list[tuple[str, Text | str]] = [("", T("As usual"))]
        for column in self.found.spec.shown("page"):
            if column.sort is not None:
                found.append((column.name, T("By {column}", column=str(column.title))))
                turned = T("By {column}, from the end", column=str(column.title))
                found.append((f"-{column.name}", turned))
        return found

    def _kept(self) -> dict[str, Any]:
        return _as_values(self.found.kept)

    def _url(self, **values: Any) -> str:
        return _url(self.endpoint or str(request.endpoint), **values)


def listed(spec: RecordList[Line], *, sheet: str = "", page: str = "") -> ShownList[Line]:
    """Return the page of a list that this request asks for.

    ``sheet`` is the endpoint that sends the same rows, a view that returns :func:`list_sheet`.
    ``page`` is the list's own endpoint where another view shows it too, such as a refused form.
    """
    number = request.args.get("page", 1, type=int)
    return ShownList(read_list(ctx(), spec, request.args, page=number), sheet, page)


def list_sheet(spec: RecordList[Any], *, page: str) -> Any:
    """Return the rows that this request asks for as an .xlsx file; the audit notes how many.

    Above 5000 rows it leads back to ``page``, the list's endpoint, and says so.
    """
    found = read_list(ctx(), spec, request.args, size=MOST_ROWS)
    if found.page.total > MOST_ROWS:
        flash(
            str(T("These are {count} rows, a file takes {most}. Narrow the list first.",
                  count=found.page.total, most=MOST_ROWS)),
            "warning",
        )  # fmt: skip
        return redirect(_url(page, **_as_values(found.kept)))
    audit(ctx(), f"{spec.name}.export", school_id=place(), count=len(found.page.rows))
    unit, today = unit_name(ctx(), place()), ctx().today()
    body = sheet_bytes([sheet_of(found, unit=unit, day=today)])
    return download(body, f"{unit}{spec.title}{today:%Y%m%d}.xlsx", XLSX)


def _as_values(kept: Mapping[str, str]) -> dict[str, Any]:
    return dict(kept)


def _url(endpoint: str, **values: Any) -> str:
    """Return an address about the same thing: what the path of this one names goes along."""
    return url_for(endpoint, **(request.view_args or {}), **values)
