"""Headings are found wherever they stand; text is made harmless; what is written reads back."""

from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.sheets.clean import Note, clean_text, is_placeholder
from app.sheets.headings import Vocabulary, data_rows, find_headings, is_footer, normalise
from app.sheets.read import read_workbook
from app.sheets.workbook import Cell, Merged, Sheet
from app.sheets.write import Column, MarkedRow, SheetSpec, write_workbook

KNOWN = Vocabulary(
    fields={
        "姓名": "name",
        "性别": "sex",
        "父亲姓名": "father.name",
        "父亲电话": "father.phone",
        "母亲姓名": "mother.name",
        "母亲电话": "mother.phone",
        "电话": "phone",
    },
    people={"父亲姓名": "父亲", "母亲姓名": "母亲"},
    neutral=frozenset({"学生"}),
)


def sheet(*rows: list[Cell], merged: list[Merged] | None = None) -> Sheet:
    return Sheet("一", [list(row) for row in rows], merged or [])


def test_headings_under_titles_with_marks_and_spaces() -> None:
    found = find_headings(
        sheet(["清溪小学花名册"], ["填表：", "", "2026年"], ["*姓 名", "性别（男/女）", "爱好"]),
        KNOWN,
        required="name",
    )
    assert found is not None
    assert (found.first_row, found.last_row) == (3, 3)
    assert found.columns == {"name": 0, "sex": 1}
    assert found.unknown == ["爱好"]


def test_groups_over_columns() -> None:
    found = find_headings(
        sheet(
            ["登记表"],
            ["性别", "学生基本情况", "父亲情况", "", "母亲", "", "备注"],
            ["", "姓名", "姓名", "电话", "姓名", "电话", ""],
            ["男", "甲一", "甲父", "1", "甲母", "2", ""],
        ),
        KNOWN,
        required="name",
    )
    assert found is not None
    assert (found.first_row, found.last_row) == (2, 3)
    assert found.columns == {
        "sex": 0,
        "name": 1,
        "father.name": 2,
        "father.phone": 3,
        "mother.name": 4,
        "mother.phone": 5,
    }


def test_a_bare_attribute_belongs_to_the_person_before_it() -> None:
    found = find_headings(
        sheet(["姓名", "电话", "父亲姓名", "电话", "母亲姓名", "电话"]), KNOWN, required="name"
    )
    assert found is not None
    assert found.columns["phone"] == 1
    assert found.columns["father.phone"] == 3
    assert found.columns["mother.phone"] == 5


def test_no_headings() -> None:
    assert find_headings(sheet(["填写说明"], ["第一条", "第二条"]), KNOWN, required="name") is None


def test_blank_rows_do_not_end_the_list_and_totals_are_no_people() -> None:
    rows = sheet(
        ["姓名", "性别"],
        ["甲一", "男"],
        ["", ""],
        ["乙二", "女"],
        ["合 计", "2"],
        ["填表人：丙", ""],
        ["丁四", "男"],
    )
    found = find_headings(rows, KNOWN, required="name")
    assert found is not None
    assert [number for number, _ in data_rows(rows, found)] == [2, 4, 7]


def test_a_row_that_counts_the_columns_is_no_person() -> None:
    rows = sheet(["姓名", "性别", "电话"], ["1", 2.0, "3"], ["甲一", "男", "1"])
    found = find_headings(rows, KNOWN, required="name")
    assert found is not None
    assert [number for number, _ in data_rows(rows, found)] == [3]


def test_a_cell_merged_downwards_counts_for_each_row() -> None:
    rows = sheet(
        ["性别", "姓名"], ["男", "甲一"], ["", "乙二"], ["", "丙三"], merged=[Merged(1, 0, 2, 0)]
    )
    found = find_headings(rows, KNOWN, required="name")
    assert found is not None
    assert [row[0] for _, row in data_rows(rows, found)] == ["男", "男", ""]


@pytest.mark.parametrize(
    "text",
    [
        *("合计", "示例", "例：甲一", "总 计：", "填表人", "审核：", "注：以上属实", "校长签字"),
        *("本页合计", "全校小计", "累计"),
    ],
)
def test_footers(text: str) -> None:
    assert is_footer(["", text])


@pytest.mark.parametrize(
    "below",
    ["本页小计", "共2人", "本页共 12 名", "累计", "（盖章）", "学校（公章）", "2026年9月1日"],
)
def test_what_stands_below_a_list_is_no_child(below: str) -> None:
    rows = sheet(["姓名", "性别"], ["甲一", "男"], [below], ["盖章", "女"], ["王小计", "男"])
    found = find_headings(rows, KNOWN, required="name")
    assert found is not None
    assert [number for number, _ in data_rows(rows, found)] == [2, 4, 5]


def test_a_heading_loses_marks_but_not_its_meaning() -> None:
    assert normalise("＊身份证件号\n（18位）") == "身份证件号"
    assert normalise("（是/否）") == "是否"


@pytest.mark.parametrize(
    ("typed", "text", "notes"),
    [
        (" 一组　二号 ", "一组 二号", ()),
        ("Ａ１２", "A12", ()),
        ("甲\u200b一\ufeff", "甲一", ()),
        ("甲\x07一", "甲一", (Note.CONTROL,)),
        ("甲_x0007_一", "甲一", (Note.CONTROL,)),
        ("=HYPERLINK(1)", "=HYPERLINK(1)", (Note.FORMULA,)),
        ("@SUM(A1)", "@SUM(A1)", (Note.FORMULA,)),
        ("-2+cmd|' /C calc'!A0", "-2+cmd|' /C calc'!A0", (Note.FORMULA,)),
        ("+86 19900000001", "+86 19900000001", ()),
        ("-", "-", ()),
        (3.0, "3", ()),
        (3.5, "3.5", ()),
        (date(2015, 3, 1), "2015-03-01", ()),
        (True, "是", ()),
    ],
)
def test_text_is_made_harmless(typed: Cell, text: str, notes: tuple[Note, ...]) -> None:
    assert clean_text(typed) == (text, notes)


@given(st.text(max_size=60))
def test_cleaning_twice_changes_nothing(typed: str) -> None:
    once, _ = clean_text(typed)
    assert clean_text(once)[0] == once


def test_placeholders() -> None:
    assert all(map(is_placeholder, ("—", "-", "/", "无")))
    assert not is_placeholder("张")


def test_a_written_sheet_prints_well_and_reads_back(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    columns = [Column("姓名", 10), Column("姓名", group="父亲"), Column("电话", group="父亲")]
    rows: list[list[Cell | None] | MarkedRow] = [
        ["甲一", "=1+1", "19900000001"],
        MarkedRow(["990101201503010110", date(2015, 3, 1), None], {0: "请核对"}),
        ["https://example.org", 3, ""],
    ]
    spec = SheetSpec("名单", columns, rows, title="花名册", unit="清溪小学", signature="填表人：")
    write_workbook(path, [spec])
    (read,) = read_workbook(path).sheets
    assert read.rows[2:4] == [["姓名", "父亲", ""], ["", "姓名", "电话"]]
    assert read.rows[4:7] == [
        ["甲一", "=1+1", "19900000001"],
        ["990101201503010110", date(2015, 3, 1), ""],
        ["https://example.org", 3.0, ""],
    ]
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.page_setup.paperSize == 9
    assert sheet.print_title_rows == "$3:$4"
    assert sheet["B5"].data_type == "s"
    assert sheet["A6"].data_type == "s"
    assert sheet["A6"].comment.text.endswith("请核对")
    assert sheet["A7"].hyperlink is None
