"""The module's lists as spreadsheets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.sdk import Column, SheetSpec, Text, sheet_bytes
from plugins.home_contact.board import Row
from plugins.home_contact.words import T

NUMBER_WORDS: dict[str, Text] = {
    "ok": T("Answered"),
    "never": T("Not tried yet"),
    "ask": T("Ask for a new number"),
    "none": T("No number works"),
}
ANSWER_WORDS: dict[str, Text] = {
    "yes": T("The family confirms it"),
    "contest": T("The family says it was not so"),
}


def of_board(rows: Sequence[Row]) -> bytes:
    """Return the board as a workbook."""
    titles = [
        (T("Class"), 12), (T("Name"), 10), (T("Left-behind child"), 10),
        (T("Days not reached"), 12),
        (T("Day of the last contact"), 12), (T("Kind"), 12),
        (T("Who wrote it"), 10), (T("Numbers"), 18),
    ]  # fmt: skip
    cells = [
        [
            row.room, row.child.name, _yes(row.left_behind),
            row.days if row.days is not None else str(T("Never")),
            row.last.happened_on if row.last else None,
            str(row.kind.title) if row.kind else None, row.by,
            str(NUMBER_WORDS[row.numbers.state]),
        ]
        for row in rows
    ]  # fmt: skip
    return _sheet(T("Not reached for how long"), titles, cells)


def _sheet(
    title: Text, columns: Sequence[tuple[Text, int]], rows: Sequence[Sequence[Any]]
) -> bytes:
    spec = SheetSpec(
        str(title), [Column(str(name), width) for name, width in columns], rows, title=str(title)
    )
    return sheet_bytes([spec])


def _yes(value: bool) -> str:
    return str(T("Yes")) if value else ""
