"""What a spreadsheet is to the rest of the project, and how much of one is accepted."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

Cell = str | float | bool | date
"""What a cell holds: "" when empty, an int or float in a number cell, a str in a text cell."""


@dataclass(frozen=True, slots=True)
class Merged:
    """A merged range, counted from 0, both ends inside; its value stands in the first cell."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(slots=True)
class Sheet:
    """One visible sheet; ``rows[0]`` is row 1 of the sheet, rows may differ in length."""

    name: str
    rows: list[list[Cell]] = field(default_factory=list)
    merged: list[Merged] = field(default_factory=list)


@dataclass(slots=True)
class Workbook:
    """The visible sheets of a file in order; hidden ones are named and not read."""

    name: str
    sheets: list[Sheet] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Limits:
    """What is refused: sizes in bytes, rows and columns a sheet, processor seconds for all of it.

    ``memory`` is the address space of the reader, ``content`` what it may hand over; ``patience``
    is how many seconds it is waited for on a busy machine.
    """

    file_bytes: int = 20 * 1024 * 1024
    inflated: int = 256 * 1024 * 1024
    rows: int = 50_000
    columns: int = 256
    sheets: int = 100
    cells: int = 5_000_000
    seconds: int = 4
    patience: int = 20
    memory: int = 300 * 1024 * 1024
    content: int = 64 * 1024 * 1024
