"""A register on A4 (花名册, 登记表): one table under a title, page after page."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from app.documents.pdf import render
from app.documents.words import day_text
from app.kernel.errors import Refused
from app.kernel.text import T, Text

MARGIN_MM = 14.0
SHORT_EDGE_MM, LONG_EDGE_MM = 210.0, 297.0
INSET_MM = 1.1
READABLE_PT = (9.5, 9.0, 8.5, 8.0)
SMALL_PT = (7.5, 7.0, 6.5, 6.0, 5.5, 5.0)
MM_PER_PT = 25.4 / 72

# A run that typst does not break: everything but spaces and the wide characters of Chinese.
_RUN = re.compile(r"[!-~\u00a1-\u2fff]+")
_LEAST_EM = 2.0
_NARROW_EM, _WIDE_EM = 0.62, 1.0


@dataclass(frozen=True)
class Column:
    """A column; ``width`` in Chinese characters, by default what nine in ten of its texts need."""

    heading: str
    width: float | None = None
    align: Literal["left", "center", "right"] = "left"


@dataclass(frozen=True)
class Register:
    """What stands on a register; ``unit`` is who reports (填报单位), ``day`` the day it shows.

    Each row has a text for each column, empty where nothing is known. ``signatures`` are the
    words before the lines to sign on; by default who is responsible, who filled it in, and when.
    ``roomy`` makes rows high enough to sign in.
    """

    title: str
    unit: str
    day: date
    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    signatures: Sequence[Text | str] = (T("Responsible"), T("Filled in by"), T("Date"))
    landscape: bool = True
    roomy: bool = False


def register(sheet: Register) -> bytes:
    """Return ``sheet`` as a PDF of A4 pages, headings repeated, each page numbered.

    Type shrinks until the longest number of every column stays in one line. Raises
    :class:`~app.kernel.errors.Refused` when even the smallest type cannot do that, and when a
    text cannot be printed; :class:`ValueError` for a row with more or fewer texts than columns.
    """
    for number, row in enumerate(sheet.rows, start=1):
        if len(row) != len(sheet.columns):
            raise ValueError(f"row {number}: {len(row)} texts for {len(sheet.columns)} columns")
    size, widths = _layout(sheet)
    columns = [
        {"heading": column.heading, "align": column.align, "width": width}
        for column, width in zip(sheet.columns, widths, strict=True)
    ]
    data: dict[str, Any] = {
        "labels": {
            "unit": str(T("Reporting unit: ")),
            "page": str(T("Page {page} of {pages}", page="{page}", pages="{pages}")),
        },
        "title": sheet.title,
        "unit": sheet.unit,
        "day": day_text(sheet.day),
        "size": size,
        "inset": INSET_MM,
        "landscape": sheet.landscape,
        "roomy": sheet.roomy,
        "columns": columns,
        "rows": sheet.rows,
        "signatures": [f"{label}" for label in sheet.signatures],
    }
    return render("register", data, title=sheet.title, on=sheet.day)


def _layout(sheet: Register) -> tuple[float, list[float]]:
    """Return the type size in points and the column widths in millimetres.

    The largest readable size that keeps most texts in one line; failing that, the largest at
    which no word or number is wider than its column.
    """
    paper = LONG_EDGE_MM if sheet.landscape else SHORT_EDGE_MM
    free = paper - 2 * MARGIN_MM
    runs = [_longest_run(sheet, index) for index in range(len(sheet.columns))]
    wishes = [_wish(sheet, index) for index in range(len(sheet.columns))]
    roomy = [max(pair) for pair in zip(runs, wishes, strict=True)]
    for ems, sizes in ((roomy, READABLE_PT), (runs, READABLE_PT + SMALL_PT)):
        for size in sizes:
            least = [em * size * MM_PER_PT + 2 * INSET_MM for em in ems]
            if sum(least) <= free:
                return size, _share(free, least, wishes)
    widest = max(range(len(runs)), key=runs.__getitem__)
    raise Refused(
        T(
            "The columns do not fit on the page; the widest is “{column}”. Leave one out.",
            column=sheet.columns[widest].heading,
        )
    )


def _share(free: float, least: Sequence[float], weights: Sequence[float]) -> list[float]:
    """Return widths in proportion to ``weights``, none below its ``least``, together ``free``."""
    fixed: set[int] = set()
    while True:
        rest = free - sum(least[index] for index in fixed)
        total = sum(weight for index, weight in enumerate(weights) if index not in fixed)
        widths = [
            least[index] if index in fixed else rest * weight / total
            for index, weight in enumerate(weights)
        ]
        short = {index for index, width in enumerate(widths) if width < least[index] - 1e-9}
        if not short:
            return widths
        fixed |= short


def _wish(sheet: Register, index: int) -> float:
    """Return the width in em that a column asks for.

    Nine in ten texts get one line, the longest three, and a long heading two.
    """
    column = sheet.columns[index]
    if column.width is not None:
        return column.width
    ems = sorted(_em(row[index]) for row in sheet.rows) or [0.0]
    heading = _em(column.heading)
    heading = heading if heading <= 4 else heading / 2 + 0.5
    return max(_LEAST_EM, heading, ems[len(ems) * 9 // 10], ems[-1] / 3)


def _longest_run(sheet: Register, index: int) -> float:
    """Return the width in em of the longest text of a column that cannot be broken."""
    texts = {row[index] for row in sheet.rows} | {sheet.columns[index].heading}
    return max([_LEAST_EM, *(_em(run) for text in texts for run in _RUN.findall(text))])


def _em(run: str) -> float:
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in run)
    return wide * _WIDE_EM + (len(run) - wide) * _NARROW_EM
