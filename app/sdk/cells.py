"""Cells of a spreadsheet as values, for :class:`SheetField`: the value, or why it is none."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation

from app.kernel.dates import parse_date as day_of
from app.kernel.text import T, Text
from app.sheets.clean import text_of
from app.sheets.workbook import Cell

__all__ = ["choice_of", "day_of", "number_of", "whole_of", "yes_of"]

_DIGITS = 15
_YES = frozenset(("是", "有", "√", "✓", "1", "y", "yes", "true"))


def number_of(cell: Cell) -> Decimal | Text:
    """Return a number; full-width digits count as digits."""
    text = _plain(cell)
    try:
        number = Decimal(text.replace("。", "."))
    except InvalidOperation:
        number = Decimal("nan")
    fits = number.is_finite() and abs(number.adjusted()) < _DIGITS
    return number if fits else T("“{typed}” is not a number", typed=text[:20])


def whole_of(cell: Cell) -> int | Text:
    """Return a whole number."""
    number = number_of(cell)
    if isinstance(number, Text):
        return number
    whole = int(number)
    return whole if whole == number else T("“{typed}” is not a whole number", typed=_plain(cell))


def choice_of(words: Mapping[str, Text]) -> Callable[[Cell], str | Text]:
    """Return what reads one of ``words``: its key, or its title in the reader's language."""

    def read(cell: Cell) -> str | Text:
        said = _plain(cell)
        known = {text: key for key, title in words.items() for text in (key, str(title))}
        allowed = "、".join(str(title) for title in words.values())
        return known.get(said, T("“{typed}” is none of {words}", typed=said[:20], words=allowed))

    return read


def yes_of(cell: Cell) -> bool:
    """Return whether it says yes: 是, 有, a tick, 1; anything else is no."""
    return _plain(cell).lower() in _YES


def _plain(cell: Cell) -> str:
    return unicodedata.normalize("NFKC", text_of(cell)).strip()
