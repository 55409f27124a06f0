"""Text of cells, made harmless; what changed in a way that matters is said, nothing is cut."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from enum import StrEnum

from app.sheets.workbook import Cell

_SUSPICIOUS = re.compile(r"[^\u4e00-\u9fffA-Za-z0-9（）()·./、，。-]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]|_x00[01][0-9A-Fa-f]_")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\xad]")
_SPACES = re.compile(r"[\s\u3000]+")
_FORMULA = re.compile(r"[=@].+|[+\-](?![\s\d.()\-+/]*$).+", re.DOTALL)
_FULL_WIDTH = re.compile(r"[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uff0b\uff0d-\uff0f\uff3f]+")
_PLACEHOLDERS = frozenset(
    {"-", "--", "—", "——", "/", "\\", "\uff0f", "无", "*", "－", "N/A", "#N/A"}
)


class Note(StrEnum):
    """What was found in a text."""

    CONTROL = "control_characters"
    FORMULA = "formula_text"


def text_of(cell: Cell) -> str:
    """Return a cell as the text a person sees in it: 3.0 is '3', a date is 2015-03-01."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="minutes")
    if isinstance(cell, date):
        return cell.isoformat()
    return f"{cell:.0f}" if float(cell).is_integer() else repr(cell)


def clean_text(cell: Cell) -> tuple[str, tuple[Note, ...]]:
    """Return the harmless text of a cell, and notes on what a person should see.

    Invisible characters go, full-width digits and letters become half-width, a run of white
    space becomes one blank. Text like a formula stays as it is: it is
    text, and is written back as text.
    """
    text = cell if isinstance(cell, str) else text_of(cell)
    if not _SUSPICIOUS.search(text) and not text.startswith("-"):
        return text, ()
    notes: list[Note] = []
    without = _CONTROL.sub("", text)
    if without != text:
        notes.append(Note.CONTROL)
    without = _INVISIBLE.sub("", without)
    without = _FULL_WIDTH.sub(lambda m: unicodedata.normalize("NFKC", m.group()), without)
    text = _SPACES.sub(" ", without).strip()
    if _FORMULA.fullmatch(text):
        notes.append(Note.FORMULA)
    return text, tuple(notes)


def without_control(text: str) -> str:
    """Return a text without control characters and without marks nobody sees."""
    if text.isprintable() and "_x00" not in text:
        return text
    return _INVISIBLE.sub("", _CONTROL.sub("", text))


def is_placeholder(text: str) -> bool:
    """Say whether a text means "nothing": a dash, a stroke, 无."""
    return text in _PLACEHOLDERS
