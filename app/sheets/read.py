"""Read a spreadsheet somebody sent us: parsed in a confined process, refused with a reason."""

from __future__ import annotations

import json
import marshal
import select
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import IO, Any, cast

from app.kernel.errors import Refused
from app.kernel.text import T, Text
from app.sheets.workbook import Cell, Limits, Merged, Sheet, Workbook

CHILD = Path(__file__).with_name("child.py")
_BLOCK = 1 << 20
_NOT_SHEET = T("This is not a spreadsheet: open your list in WPS or Excel and save it as .xlsx")
_REASONS: dict[str, Text] = {
    "empty": T("The file is empty"),
    "pdf": T("This is a PDF, not a spreadsheet: send the .xlsx it was made from"),
    "image": T("This is a picture, not a spreadsheet: send the .xlsx, not a photograph of it"),
    "archive": T("This is a compressed archive: unpack it and send the spreadsheet inside"),
    "binary": _NOT_SHEET,
    "not_spreadsheet": _NOT_SHEET,
    "markup_table": T(
        "This is a web page under the name of a spreadsheet: open it in WPS or Excel and save it "
        "as .xlsx"
    ),
    "no_columns": T("The text has no columns: save the list as .xlsx or as CSV with commas"),
    "macros": T("The workbook holds macros: save it as .xlsx without macros"),
    "external_links": T(
        "The workbook takes values from other files: paste the cells as values into a new workbook"
    ),
    "password": T("The workbook has a password: remove the password and save it again"),
    "bomb": T("The file grows beyond all measure when unpacked and is refused"),
    "markup": T("The workbook holds declarations no spreadsheet program writes, and is refused"),
    "too_big": T(
        "The workbook is too big: delete what stands far below or beside the list, or split it, "
        "for example one file a school"
    ),
    "too_slow": T("The workbook takes too long to read: split it, for example one file a school"),
    "damaged": T(
        "The file is damaged or incomplete: open it in WPS or Excel and save it again as .xlsx"
    ),
    "no_content": T("The workbook has no visible sheet with anything in it"),
}


def read_workbook(path: Path, *, name: str | None = None, limits: Limits | None = None) -> Workbook:
    """Return what is in an .xlsx, .xls, .csv, .tsv or text table; ``Refused`` says why not.

    ``name`` is what its sender called it. The content decides what it is, never
    the name. Takes about as long as the parser alone.
    """
    limits = limits or Limits()
    size = path.stat().st_size
    if size > limits.file_bytes:
        limit = limits.file_bytes // (1024 * 1024)
        raise Refused(T("The file is bigger than {limit} MB: split it", limit=limit))
    book = Workbook(name or path.name)
    for frame in _frames(path, limits):
        _take(book, frame, limits)
    if not any(sheet.rows for sheet in book.sheets):
        raise Refused(_REASONS["no_content"])
    return book


def _take(book: Workbook, frame: tuple[Any, ...], limits: Limits) -> None:
    match frame:
        case ("sheet", str(name), list(merged)):
            ranges = [Merged(*corners) for corners in merged]
            book.sheets.append(Sheet(name or Path(book.name).stem, merged=ranges))
        case ("rows", list(rows), list(dates)):
            for at, column, kind, text in dates:
                rows[at][column] = _date(text) if kind == "d" else text
            book.sheets[-1].rows += rows
            if sum(len(s.rows) * len(s.rows[0]) for s in book.sheets if s.rows) > limits.cells:
                raise Refused(_REASONS["too_big"])
        case ("hidden", list(names)):
            book.hidden = names
        case ("refused", str(code), dict(values)):
            raise Refused(_reason(code, values))


def _date(text: str) -> Cell:
    moment = datetime.fromisoformat(text)
    return moment.date() if moment.time() == datetime.min.time() else moment


def _reason(code: str, values: dict[str, int]) -> Text:
    if code == "too_many_rows":
        return T("A sheet has more than {limit} rows: split it", **values)
    if code == "too_many_columns":
        return T("A sheet has more than {limit} columns: delete the empty ones", **values)
    if code == "too_many_sheets":
        return T("The workbook has more than {limit} sheets: split it", **values)
    if code == "quote_open":
        return T(
            "Row {row}: a quotation mark is opened and not closed, so that the rows below it fall "
            "into one cell: remove it, or save the list as .xlsx",
            **values,
        )
    if code == "cell_too_long":
        return T("Row {row}: a cell is too long: shorten it", **values)
    return _REASONS.get(code, _REASONS["damaged"])


def _frames(path: Path, limits: Limits) -> Iterator[tuple[Any, ...]]:
    """Start the reader and yield its frames; whatever happens, it is dead afterwards."""
    # A new program, not a fork: a thread of this one may hold a lock at this moment.
    command = [sys.executable, "-I", "-B", str(CHILD), str(path.absolute())]
    with subprocess.Popen(
        [*command, json.dumps(asdict(limits))],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"LC_ALL": "C.UTF-8"},
        cwd="/",
    ) as process:
        try:
            yield from _split(cast(IO[bytes], process.stdout), limits)
        finally:
            process.kill()


def _split(stream: IO[bytes], limits: Limits) -> Iterator[tuple[Any, ...]]:
    deadline = time.monotonic() + limits.patience
    room = limits.content
    received = bytearray()
    while True:
        while len(received) >= 4:
            (size,) = struct.unpack_from(">I", received)
            if len(received) < size + 4:
                break
            frame = marshal.loads(memoryview(received)[4 : size + 4])  # noqa: S302 - of our own child
            del received[: size + 4]
            yield frame
            if frame[0] in ("end", "refused"):
                return
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([stream], [], [], left)[0]:
            raise Refused(_REASONS["too_slow"])
        block = stream.read1(_BLOCK)  # type: ignore[attr-defined]
        room -= len(block)
        if not block or room < 0:  # without a word the reader ran out of memory or time
            raise Refused(_REASONS["too_big"])
        received += block
