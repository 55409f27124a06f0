"""The program that opens a spreadsheet somebody sent us, alone in a process of its own.

Started by path (never imported by the web process) with the file and its limits; it imports the
standard library and the reader only, limits itself, and writes frames to standard output: four
bytes of length, then a marshalled tuple ``(kind, …)``. Kinds: ``sheet`` (name, merged ranges),
``rows`` (rows, dates), ``hidden`` (names), ``refused`` (code, values), ``end``.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import marshal
import re
import resource
import struct
import sys
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook, PasswordError, SheetVisibleEnum

BATCH = 1000
CHUNK = 1 << 18
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MARKUP = (b"<html", b"<!doctype html", b"<table", b"<head", b"<?xml", b"<div", b"mime-version:")
FOREIGN = (
    (b"%PDF", "pdf"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"BM", "binary"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"\x1f\x8b", "archive"),
)
# Old workbooks keep stream names in 128-byte directory entries, in UTF-16.
OLE_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
OLE_MACROS = "_VBA_PROJECT_CUR".encode("utf-16-le")
OLE_BOOKS = ("Workbook".encode("utf-16-le"), "Book".encode("utf-16-le"))
BOF, FILEPASS = b"\x09\x08\x10\x00\x00\x06", 0x2F
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
DATE_TYPES = (dt.date, dt.time, dt.timedelta)


class No(Exception):
    """The file is refused; the code says why."""

    def __init__(self, code: str, **values: int | str) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


def send(*frame: Any) -> None:
    """Write one frame to the parent."""
    data = marshal.dumps(frame)
    sys.stdout.buffer.write(struct.pack(">I", len(data)) + data)


def confine(limits: dict[str, int]) -> None:
    """Take away memory, processor time, files and core dumps from ourselves."""
    memory, seconds = limits["memory"], limits["seconds"]
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def read(path: Path, limits: dict[str, int]) -> None:
    """Look at the content, never at the name, and send what is in it."""
    with path.open("rb") as file:
        head = file.read(1024)
    if not head.strip():
        raise No("empty")
    for magic, code in FOREIGN:
        if head.startswith(magic):
            raise No(code)
    if head.startswith(ZIP):
        check_zip(path, limits)
    elif head.startswith(OLE):
        check_ole(path)
    else:
        send_rows("", [], text_rows(path.read_bytes()), limits)
        return
    read_workbook(path, limits)


def check_zip(path: Path, limits: dict[str, int]) -> None:
    """Refuse bombs, macros, links and markup tricks before the reader sees the file."""
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
        names = {entry.filename for entry in entries}
        if not any(name.startswith("xl/workbook.") for name in names):
            raise No("not_spreadsheet")
        if any(name.lower().endswith("vbaproject.bin") for name in names):
            raise No("macros")
        if any(name.startswith("xl/externalLinks/") for name in names):
            raise No("external_links")
        if any(entry.flag_bits & 1 for entry in entries):
            raise No("password")
        if len(entries) > 2000 or sum(e.file_size for e in entries) > limits["inflated"]:
            raise No("bomb")
        check_members(path, entries, limits["inflated"])


def check_members(path: Path, entries: list[zipfile.ZipInfo], room: int) -> None:
    """Inflate every part ourselves: the sizes in the directory may lie."""
    with path.open("rb") as file:
        for entry in entries:
            found = b""
            for block in inflate(file, entry):
                room -= len(block)
                if room < 0:
                    raise No("bomb")
                window = found[-16:] + block
                if b"<!DOCTYPE" in window or b"<!ENTITY" in window:
                    raise No("markup")
                found = block


def inflate(file: io.BufferedReader, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield the content of one part in blocks of bounded size."""
    file.seek(entry.header_offset)
    header = file.read(30)
    if len(header) < 30 or not header.startswith(ZIP):
        raise No("damaged")
    file.seek(sum(struct.unpack("<HH", header[26:30])), 1)
    left = entry.compress_size
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise No("damaged")
    stored = entry.compress_type == zipfile.ZIP_STORED
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    while left > 0 and (data := file.read(min(CHUNK, left))):
        left -= len(data)
        if stored:
            yield data
            continue
        while data:
            yield stream.decompress(data, CHUNK)
            data = stream.unconsumed_tail


def check_ole(path: Path) -> None:
    """Tell an encrypted or macro workbook, and old Word files, from an .xls."""
    data = path.read_bytes()

    def has(name: bytes) -> bool:
        at = data.find(name)
        while at >= 0 and at % 128:
            at = data.find(name, at + 1)
        return at >= 0

    if has(OLE_ENCRYPTED) or has_filepass(data):
        raise No("password")
    if has(OLE_MACROS):
        raise No("macros")
    if not any(has(name) for name in OLE_BOOKS):
        raise No("damaged" if is_cut_off(data) else "not_spreadsheet")


def is_cut_off(data: bytes) -> bool:
    """Say whether the directory of streams lies behind the end of the file."""
    if len(data) < 512:
        return True
    order, shift = struct.unpack_from("<HH", data, 28)
    (directory,) = struct.unpack_from("<I", data, 48)
    return order == 0xFFFE and shift in (9, 12) and (directory + 2) << shift > len(data)


def has_filepass(data: bytes) -> bool:
    """Say whether the first records of the book, which begin a sector, tell of a password."""
    at = data.find(BOF)
    while at >= 0 and at % 512:
        at = data.find(BOF, at + 1)
    for _ in range(4 if at >= 0 else 0):
        kind, size = struct.unpack_from("<HH", data, at)
        if kind == FILEPASS:
            return True
        at += 4 + size
    return False


def read_workbook(path: Path, limits: dict[str, int]) -> None:
    """Send every visible sheet; leave hidden ones, naming them."""
    book = CalamineWorkbook.from_path(str(path))
    sheets = book.sheets_metadata
    if len(sheets) > limits["sheets"]:
        raise No("too_many_sheets", limit=limits["sheets"])
    send("hidden", [s.name for s in sheets if s.visible is not SheetVisibleEnum.Visible])
    for meta in sheets:
        if meta.visible is not SheetVisibleEnum.Visible:
            continue
        sheet = book.get_sheet_by_name(meta.name)
        if sheet.total_height > limits["rows"]:
            raise No("too_many_rows", limit=limits["rows"])
        if sheet.total_width > limits["columns"]:
            raise No("too_many_columns", limit=limits["columns"])
        left = [""] * (sheet.start[1] if sheet.start else 0)
        merged = [(*first, *last) for first, last in sheet.merged_cell_ranges or ()]
        rows: Iterable[list[Any]] = sheet.iter_rows() if sheet.start else ()
        send_rows(meta.name, merged, ([*left, *row] for row in rows) if left else rows, limits)


def send_rows(
    name: str,
    merged: Sequence[tuple[int, ...]],
    rows: Iterable[list[Any]],
    limits: dict[str, int],
) -> None:
    """Send one sheet in batches; dates go beside their rows, as marshal has none."""
    send("sheet", name, merged)
    batch: list[list[Any]] = []
    total = 0
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            total += send_batch(batch, limits)
            batch = []
            if total > limits["rows"]:
                raise No("too_many_rows", limit=limits["rows"])
    send_batch(batch, limits)


def send_batch(batch: list[list[Any]], limits: dict[str, int]) -> int:
    """Send some rows; return how many."""
    try:
        send("rows", batch, [])
    except ValueError:
        dates = []
        for at, row in enumerate(batch):
            for column, value in enumerate(row):
                if isinstance(value, DATE_TYPES):
                    kind = "d" if isinstance(value, dt.date) else "t"
                    dates.append((at, column, kind, str(value)))
                    row[column] = ""
        send("rows", batch, dates)
    if any(len(row) > limits["columns"] for row in batch):
        raise No("too_many_columns", limit=limits["columns"])
    return len(batch)


def text_rows(data: bytes) -> Iterator[list[str]]:
    """Yield the rows of a text table in UTF-8, UTF-16 or GB 18030 (of which GBK is a part)."""
    if data[:200].lstrip(b"\xef\xbb\xbf \t\r\n")[:14].lower().startswith(MARKUP):
        raise No("markup_table")
    text = decode(data)
    start = text[:20000]
    # One slipped in is neutralised like any; of what is no text every tenth character is one.
    if len(CONTROL.findall(start)) > max(3, len(start) // 50):
        raise No("binary")
    sample = text[:4000]
    delimiter = max("\t,;", key=sample.count)
    if not sample.count(delimiter):
        raise No("no_columns")
    return csv_rows(text, delimiter)


def csv_rows(text: str, delimiter: str) -> Iterator[list[str]]:
    """Yield the rows; refuse a quotation mark that swallows the rows below it."""
    source: list[str] = []  # the lines of the row that is being read

    def lines() -> Iterator[str]:
        for line in io.StringIO(text, newline=""):
            source.append(line)
            yield line

    reader = csv.reader(lines(), delimiter=delimiter)
    number = width = 0
    while True:
        source.clear()
        number += 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise No("quote_open" if len(source) > 1 else "cell_too_long", row=number) from error
        if len(source) > 1 and (swallows(row, delimiter, width) or is_open(source, delimiter)):
            raise No("quote_open", row=number)
        width = max(width, len(row))
        yield row


def swallows(row: list[str], delimiter: str, width: int) -> bool:
    """Say whether a cell of several lines holds one that has the columns of a row."""
    least = max(2, width - 1)
    return any(line.count(delimiter) >= least for cell in row for line in cell.split("\n")[1:])


def is_open(source: list[str], delimiter: str) -> bool:
    """Say whether the text ends before the quotation mark of a row's last cell is closed."""
    try:
        list(csv.reader(source, delimiter=delimiter, strict=True))
    except csv.Error as error:
        return "end of data" in str(error)
    return False


def decode(data: bytes) -> str:
    """Return the text of a file whose encoding nobody wrote down."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise No("binary")


def main() -> None:
    """Read the file of the first argument under the limits of the second."""
    limits: dict[str, int] = json.loads(sys.argv[2])
    confine(limits)
    try:
        read(Path(sys.argv[1]), limits)
        send("end")
    except No as no:
        send("refused", no.code, no.values)
    except PasswordError:
        send("refused", "password", {})
    except MemoryError:
        send("refused", "too_big", {})
    except BaseException:  # noqa: BLE001 - a panic of the reader is not an Exception
        send("refused", "damaged", {})
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
