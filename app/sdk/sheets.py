"""Spreadsheets that people send to a module's pages and get from them."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from app.sheets.read import read_workbook
from app.sheets.workbook import Workbook
from app.sheets.write import SheetSpec, write_workbook


def uploaded_workbook(name: str, body: bytes) -> Workbook:
    """Read a spreadsheet that was sent; raises ``Refused`` with what to do about it."""
    with tempfile.TemporaryDirectory(prefix="qinchao-sheet-") as folder:
        path = Path(folder) / "sent"
        path.write_bytes(body)
        return read_workbook(path, name=name)


def sheet_bytes(sheets: Sequence[SheetSpec]) -> bytes:
    """Return the sheets as the bytes of an .xlsx file."""
    with tempfile.TemporaryDirectory(prefix="qinchao-sheet-") as folder:
        path = Path(folder) / "out.xlsx"
        write_workbook(path, sheets)
        return path.read_bytes()
