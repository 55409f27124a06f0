"""Spreadsheets are read as they are meant; hostile ones are refused quickly and cheaply."""

import csv
import io
import struct
import subprocess
import sys
import threading
import time
import zipfile
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter
import xlwt

from app.kernel.errors import Refused
from app.sheets.read import read_workbook
from app.sheets.workbook import Limits, Merged

ROOT = Path(__file__).parents[2]

SECONDS = 5
MEGABYTES = 300


def simple(path: Path) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("一年级")
        sheet.write_row(0, 0, ["姓名", "身份证号"])
        sheet.write_row(1, 0, ["甲一", "990101201503010110"])
    return path


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def repack(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def test_cells_keep_their_kind_and_place(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("名单")
        sheet.merge_range("B2:C3", "标题")
        sheet.write_row(3, 1, ["990101201503010110", 990101201503010110, 1.5, True])
        sheet.write_datetime(4, 1, datetime(2015, 3, 1), book.add_format({"num_format": "d/m/yy"}))  # noqa: DTZ001
        book.add_worksheet("字典").hide()
        book.add_worksheet("二")
    book = read_workbook(path)
    first = book.sheets[0]
    assert [sheet.name for sheet in book.sheets] == ["名单", "二"]
    assert book.hidden == ["字典"]
    assert first.merged == [Merged(1, 1, 2, 2)]
    assert first.rows[1][:3] == ["", "标题", ""]
    assert first.rows[3][1] == "990101201503010110"
    assert isinstance(first.rows[3][2], float)
    assert first.rows[3][3:] == [1.5, True]
    assert first.rows[4][1] == date(2015, 3, 1)


def test_old_workbook(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("旧表")
    for column, text in enumerate(["姓名", "甲一", "990101201503010110"]):
        sheet.write(0, column, text)
    path = tmp_path / "list.csv"  # a wrong name does not matter
    book.save(str(path))
    assert read_workbook(path).sheets[0].rows == [["姓名", "甲一", "990101201503010110"]]


@pytest.mark.parametrize(
    ("encoding", "delimiter"),
    [
        ("utf-8", ","),
        ("utf-8-sig", ","),
        ("gbk", ","),
        ("gb18030", "\t"),
        ("utf-16", "\t"),
        ("gbk", ";"),
    ],
)
def test_text_tables(tmp_path: Path, encoding: str, delimiter: str) -> None:
    rows = [["姓名", "住址"], ["甲一", "一组\n二号"], ["乙二", 'a"b']]
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    path = tmp_path / "list.txt"
    path.write_bytes(text.getvalue().encode(encoding))
    (sheet,) = read_workbook(path).sheets
    assert (sheet.name, sheet.rows) == ("list", rows)
    assert read_workbook(path, name="一年级.csv").sheets[0].name == "一年级"


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ('姓名,性别\n"张三,男\n李四,女\n', 2),
        ('姓名,性别,班级\n张三,男,301\n李四,"女,301\n王五,女,301\n赵六,"女",301\n', 3),
    ],
)
def test_a_quotation_mark_that_swallows_rows_is_refused_where_it_stands(
    tmp_path: Path, text: str, row: int
) -> None:
    path = tmp_path / "list.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Refused, match=rf"Row {row}: a quotation mark is opened"):
        read_workbook(path)


def truncated(path: Path) -> None:
    path.write_bytes(simple(path).read_bytes()[:-400])


def cut_in_half(path: Path) -> None:
    data = simple(path).read_bytes()
    path.write_bytes(data[: len(data) // 2])


def bomb(path: Path) -> None:
    members = parts(simple(path))
    del members["xl/worksheets/sheet1.xml"]
    repack(path, members)
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w") as member,
    ):
        for _ in range(400):
            member.write(b" " * (1 << 20))


def lying_bomb(path: Path) -> None:
    """The directory says 1,000 bytes; the stream holds 400 MB."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = b" " * (1 << 20)
    data = b"".join(packer.compress(block) for _ in range(400)) + packer.flush()
    repack(path, parts(simple(path)))
    old = path.read_bytes()
    name = b"xl/worksheets/sheet9.xml"
    local = struct.pack(
        "<4sHHHHHLLLHH", b"PK\3\4", 20, 0, 8, 0, 0, 0, len(data), 1000, len(name), 0
    )
    end = old.rindex(b"PK\5\6")
    *_, entries, size, start, _ = struct.unpack("<4sHHHHLLH", old[end : end + 22])
    central = struct.pack(
        "<4sHHHHHHLLLHHHHHLL",
        *(b"PK\1\2", 20, 20, 0, 8, 0, 0, 0, len(data), 1000, len(name), 0, 0, 0, 0, 0, start),
    )
    directory = old[start : start + size] + central + name
    place = start + len(local) + len(name) + len(data)
    tail = struct.pack(
        "<4sHHHHLLH", b"PK\5\6", 0, 0, entries + 1, entries + 1, len(directory), place, 0
    )
    path.write_bytes(old[:start] + local + name + data + directory + tail)


def entities(path: Path) -> None:
    members = parts(simple(path))
    lines = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
    declared = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{lines}]>'
    sheet = members["xl/worksheets/sheet1.xml"].split(b"?>", 1)[1]
    members["xl/worksheets/sheet1.xml"] = declared.encode() + sheet
    repack(path, members)


def far_cell(path: Path) -> None:
    members = parts(simple(path))
    rows = b'<row r="1"><c r="A1"><v>1</v></c></row>'
    rows += b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    sheet = members["xl/worksheets/sheet1.xml"]
    start, end = sheet.index(b"<sheetData>"), sheet.index(b"</sheetData>")
    members["xl/worksheets/sheet1.xml"] = sheet[:start] + b"<sheetData>" + rows + sheet[end:]
    repack(path, members)


def million_rows(path: Path) -> None:
    members = parts(simple(path))
    rows = b"".join(b"<row><c><v>1</v></c></row>" for _ in range(1_000_000))
    sheet = members["xl/worksheets/sheet1.xml"]
    start, end = sheet.index(b"<sheetData>"), sheet.index(b"</sheetData>")
    members["xl/worksheets/sheet1.xml"] = sheet[:start] + b"<sheetData>" + rows + sheet[end:]
    repack(path, members)


def many_copies(path: Path) -> None:
    """One long text, used by every cell."""
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        for row in range(4000):
            sheet.write_row(row, 0, ["x" * 30_000])


def wide(path: Path) -> None:
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet().write_row(0, 0, list(range(5000)))


def macros(path: Path) -> None:
    repack(path, parts(simple(path)) | {"xl/vbaProject.bin": b"x"})


def links(path: Path) -> None:
    repack(path, parts(simple(path)) | {"xl/externalLinks/externalLink1.xml": b"<a/>"})


def letter(path: Path) -> None:
    repack(path, {"[Content_Types].xml": b"<a/>", "word/document.xml": b"<a/>"})


def old_password(path: Path) -> None:
    book = xlwt.Workbook()
    book.add_sheet("a").write(0, 0, "x")
    book.save(str(path))
    data = path.read_bytes()
    # The record after BOF becomes FILEPASS with RC4, as in a workbook with a password.
    at = data.index(b"\x09\x08\x10\x00\x00\x06") + 20
    path.write_bytes(data[:at] + b"\x2f\x00" + data[at + 2 : at + 4] + b"\1\0" + data[at + 6 :])


def encrypted(path: Path) -> None:
    book = xlwt.Workbook()
    book.add_sheet("a").write(0, 0, "x")
    book.save(str(path))
    entry = "EncryptedPackage".encode("utf-16-le")
    name = "Workbook".encode("utf-16-le")
    data = path.read_bytes()
    path.write_bytes(data.replace(name.ljust(len(entry), b"\0"), entry))


def old_workbook_to(share: float) -> Callable[[Path], None]:
    """Cut an .xls off, as a broken transfer does."""

    def make(path: Path) -> None:
        book = xlwt.Workbook()
        sheet = book.add_sheet("a")
        for row in range(300):
            sheet.write(row, 0, f"甲{row}")
        book.save(str(path))
        data = path.read_bytes()
        path.write_bytes(data[: int(len(data) * share)])

    return make


def content(data: bytes) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        path.write_bytes(data)

    return make


HOSTILE: list[tuple[str, Callable[[Path], None], str]] = [
    ("truncated", truncated, "damaged"),
    ("half", cut_in_half, "damaged"),
    ("bomb", bomb, "unpacked"),
    ("lying bomb", lying_bomb, "unpacked"),
    ("entities", entities, "declarations"),
    ("far cell", far_cell, "too big"),
    ("million rows", million_rows, "rows"),
    ("wide", wide, "columns"),
    ("many copies", many_copies, "too big"),
    ("macros", macros, "macros"),
    ("links", links, "other files"),
    ("letter", letter, "not a spreadsheet"),
    ("xls password", old_password, "password"),
    ("encrypted", encrypted, "password"),
    ("xls half", old_workbook_to(0.5), "incomplete"),
    ("xls begun", old_workbook_to(0.05), "incomplete"),
    ("empty", content(b""), "empty"),
    ("blank", content(b" \n "), "empty"),
    ("html", content(b"<html><table><tr><td>x</td></tr></table></html>"), "web page"),
    ("xml", content(b'\xef\xbb\xbf<?xml version="1.0"?><Workbook/>'), "web page"),
    ("pdf", content(b"%PDF-1.7 ..."), "PDF"),
    ("picture", content(b"\x89PNG\r\n\x1a\n" + b"\0" * 50), "picture"),
    ("archive", content(b"Rar!\x1a\x07\x00"), "archive"),
    ("program", content(b"\x7fELF" + bytes(range(256)) * 20), "not a spreadsheet"),
    (
        "noise",
        content(bytes((n * 197 + n // 7) % 255 + 1 for n in range(9000))),
        "not a spreadsheet",
    ),
    ("prose", content("只有一段话，没有表格。".encode()), "no columns"),
    (
        "ole noise",
        content(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 4000),
        "not a spreadsheet",
    ),
    ("long lines", content(b"a,b\n" * 200_000), "rows"),
    ("giant field", content(b'a,b\n"' + b"x" * 1_000_000), "cell is too long"),
]


@pytest.mark.parametrize(
    ("make", "words"), [row[1:] for row in HOSTILE], ids=[row[0] for row in HOSTILE]
)
def test_hostile_files_are_refused(
    tmp_path: Path, make: Callable[[Path], None], words: str
) -> None:
    path = tmp_path / "名单.xlsx"
    make(path)
    started = time.monotonic()
    refusal, peak = _read_apart(path)
    assert words in refusal
    assert time.monotonic() - started < SECONDS
    assert peak < MEGABYTES, f"a reader used {peak:.0f} MB"


_APART = """
import resource, sys
from pathlib import Path
from app.kernel.errors import Refused
from app.sheets.read import read_workbook
try:
    read_workbook(Path(sys.argv[1]))
    print("not refused")
except Refused as refused:
    print(refused)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def _read_apart(path: Path) -> tuple[str, float]:
    """Read in a process of its own, whose only child is the reader; return words and megabytes."""
    ran = subprocess.run(
        [sys.executable, "-c", _APART, str(path)],
        capture_output=True, text=True, check=True, cwd=ROOT,
    )  # fmt: skip
    *words, peak = ran.stdout.splitlines()
    return "\n".join(words), int(peak) / 1024


def test_too_many_bytes(tmp_path: Path) -> None:
    path = tmp_path / "big.xlsx"
    with path.open("wb") as file:
        file.truncate(21 * 1024 * 1024)
    with pytest.raises(Refused, match="20 MB"):
        read_workbook(path)


def test_a_reader_without_time_or_memory_is_stopped(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        for row in range(20_000):
            sheet.write_row(row, 0, ["甲" * 20 + str(row)] * 20)
    with pytest.raises(Refused, match=r"too long|too big"):
        read_workbook(path, limits=Limits(seconds=0))
    with pytest.raises(Refused, match=r"too big|damaged"):
        read_workbook(path, limits=Limits(memory=45 * 1024 * 1024))


def test_several_readers_at_once(tmp_path: Path) -> None:
    path = simple(tmp_path / "list.xlsx")
    with ThreadPoolExecutor(4) as pool:
        books = list(pool.map(read_workbook, [path] * 12))
    assert all(book == books[0] for book in books)


def test_no_reader_stays_behind(tmp_path: Path) -> None:
    read_workbook(simple(tmp_path / "list.xlsx"))
    children = Path(f"/proc/self/task/{threading.get_native_id()}/children").read_text().split()
    left = [Path(f"/proc/{pid}/cmdline").read_bytes() for pid in children]
    assert not [line for line in left if b"sheets" in line]


@pytest.mark.parametrize("control", ["\x07", "\x00", "\x1b"])
def test_a_control_character_does_not_make_a_table_binary(tmp_path: Path, control: str) -> None:
    path = tmp_path / "list.csv"
    path.write_text(f"姓名,性别\n甲{control}一,男\n甲二,女\n", encoding="utf-8")
    (sheet,) = read_workbook(path).sheets
    assert sheet.rows[1:] == [[f"甲{control}一", "男"], ["甲二", "女"]]
