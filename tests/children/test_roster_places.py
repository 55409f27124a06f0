"""The school and the class that a roster names."""

import pytest

from app.children.roster.check import check_workbook
from app.children.roster.rows import SchoolHint
from app.kernel.grades import HomeroomKey, Stage, System
from app.sheets.workbook import Cell, Merged, Sheet, Workbook
from tests.children.checking import EAST, SCHOOLS, TODAY, WEST, check, codes, identity


@pytest.mark.parametrize("text", ["清溪镇东岭小学", "东岭小学", "S01", " 东岭 小学 "])
def test_the_school_column_understands_names_aliases_and_codes(text: str) -> None:
    report = check(["甲一", identity(), "301", text], head="姓名 身份证号 班级 学校", school=None)
    assert report.rows[0].school == EAST


def test_rows_without_a_school_or_of_another_are_refused() -> None:
    head = "姓名 身份证号 班级 学校"
    unknown = check(["甲一", identity(), "301", "南岭小学"], head=head, school=None)
    missing = check(["甲一", identity(), "301", ""], head=head, school=None)
    other = check(["甲一", identity(), "301", "西岭学校"], head=head, school=EAST)
    assert ("school", "refused", "school_unknown") in codes(unknown)
    assert ("school", "refused", "school_missing") in codes(missing)
    assert ("school", "refused", "school_other") in codes(other)


def test_a_sheet_a_school_and_a_school_named_in_the_title() -> None:
    row: list[Cell] = ["甲一", identity(), "七（1）班"]
    book = Workbook(
        "区.xlsx",
        [
            Sheet("说明", [["填写说明"], ["请逐项填写"]]),
            Sheet(
                "东岭小学", [["姓名", "身份证号", "班级"], ["甲二", identity(sequence=13), "301"]]
            ),
            Sheet("Sheet2", [["清溪镇西岭学校花名册"], ["姓名", "身份证号", "班级"], row]),
        ],
    )
    report = check_workbook(book, schools=SCHOOLS, today=TODAY)
    assert [row.school for row in report.rows] == [EAST, WEST]
    assert [found.code for found in report.problems()] == ["no_headings"]
    assert report.to_json()["by_grade"] == {"小学三年级": 1, "初中一年级": 1}


def test_a_sheet_called_like_a_school_nobody_knows_is_not_taken_as_ours() -> None:
    rows = [["姓名", "班级"], ["甲一", "301"]]
    sheets = [Sheet(name, [list(row) for row in rows]) for name in ("小学三年级", "南岭小学")]
    book = Workbook("a.xlsx", sheets)
    report = check_workbook(book, schools=SCHOOLS, default_school=EAST, today=TODAY)
    assert [row.school for row in report.rows] == [EAST, None]
    assert "sheet_of_unknown_school" in {found.code for found in report.problems()}
    alone = Workbook("a.xlsx", sheets[1:])
    report = check_workbook(alone, schools=SCHOOLS, default_school=EAST, today=TODAY)
    assert [row.school for row in report.rows] == [EAST]


def test_a_class_merged_beside_its_children() -> None:
    rows: list[list[Cell]] = [
        ["班级", "姓名", "身份证号"],
        ["301", "甲一", identity(sequence=11)],
        ["", "甲二", identity(sequence=13)],
    ]
    book = Workbook("a.xlsx", [Sheet("一", rows, [Merged(1, 0, 2, 0)])])
    report = check_workbook(book, schools=SCHOOLS, default_school=EAST, today=TODAY)
    assert codes(report) == []
    assert {row.homeroom for row in report.rows} == {HomeroomKey(Stage.PRIMARY, 2024, 1)}


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("三（2）班", ""),
        ("Sheet1", "清溪镇东岭小学三（2）班学生花名册"),
        ("Sheet1", "东岭小学2024级2班名单"),
        ("三年级2班花名册", "2026年秋季"),
    ],
)
def test_a_class_named_by_the_tab_or_the_title(name: str, title: str) -> None:
    rows: list[list[Cell]] = [[title], ["姓名", "身份证号"], ["甲一", identity()]]
    book = Workbook("a.xlsx", [Sheet(name, rows)])
    report = check_workbook(book, schools=SCHOOLS, default_school=EAST, today=TODAY)
    assert report.rows[0].homeroom == HomeroomKey(Stage.PRIMARY, 2024, 2)
    assert codes(report) == []


def test_class_number_with_the_month_of_entry() -> None:
    report = check(["甲一", identity(), "03", "202409"], head="姓名 身份证件号 班号 入学年月")
    assert report.rows[0].homeroom == HomeroomKey(Stage.PRIMARY, 2024, 3)


def test_five_four_schools() -> None:
    school = SchoolHint("S03", "北岭学校", (), (Stage.PRIMARY, Stage.JUNIOR), System.FIVE_FOUR)
    book = Workbook("a.xlsx", [Sheet("一", [["姓名", "班级"], ["甲一", "六（1）班"]])])
    report = check_workbook(book, schools=[school], default_school=school, today=TODAY)
    assert report.rows[0].homeroom == HomeroomKey(Stage.JUNIOR, 2026, 1)


def test_children_without_a_class_have_a_word_of_their_own() -> None:
    report = check(["甲一", "男", identity(), ""], ["甲二", "男", "", "三（1）班"])
    assert report.to_json()["by_grade"] == {"小学三年级": 1, "班级不明": 1}
