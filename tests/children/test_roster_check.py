"""What a check of a roster says, and that nothing breaks it."""

import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.children.roster.check import check_workbook
from app.children.roster.fields import VOCABULARY
from app.kernel.errors import Refused
from app.kernel.grades import HomeroomKey, Stage
from app.sheets.workbook import Cell, Sheet, Workbook
from tests.children.checking import EAST, SCHOOLS, TODAY, WRONG, check, codes, identity


def test_a_clean_row() -> None:
    report = check(["甲一", "男", identity(), "三（2）班"])
    (row,) = report.children()
    assert codes(report) == []
    assert row.homeroom == HomeroomKey(Stage.PRIMARY, 2024, 2)
    assert row.child is not None
    assert (row.child.sex, row.child.birth) == ("male", date(2018, 3, 1))
    assert (row.child.id_number, row.child.id_state) == (identity(), "ok")


def test_the_report_is_one_document_with_fixed_keys() -> None:
    report = check(["甲一", "男", identity(), "三（2）班"], ["", "女", "", "三（2）班"]).to_json()
    assert report == {
        "file": "a.xlsx",
        "sheets": [
            {
                "name": "名单",
                "school": "S01",
                "heading_row": 1,
                "mapping": {
                    "姓名": "name",
                    "性别": "sex",
                    "身份证号": "id_number",
                    "班级": "class",
                },
            }
        ],
        "rows": 2,
        "accepted": 1,
        "warned": 0,
        "refused": 1,
        "children": 1,
        "guardians": 0,
        "by_sex": {"male": 1, "female": 0},
        "by_left_behind": {"both": 0, "one": 0, "none": 0, "unknown": 1},
        "by_grade": {"小学三年级": 1},
        "problems": [
            {
                "sheet": "名单",
                "row": 3,
                "field": "name",
                "level": "refused",
                "code": "name_missing",
                "reason": "The name is missing: fill it in",
            }
        ],
    }


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["甲一", "男", WRONG, "301"], ("id_number", "warning", "id_bad_check_digit")),
        (
            ["甲一", "男", 9.9010120180301e17, "301"],
            ("id_number", "refused", "id_damaged_by_excel"),
        ),
        (["甲一", "男", "1.1E+17", "301"], ("id_number", "refused", "id_damaged_by_excel")),
        (["甲一", "男", "99010120180301", "301"], ("id_number", "warning", "id_bad_length")),
        (["甲一", "女", identity(), "301"], ("sex", "warning", "sex_differs_from_id")),
        (["甲一", "两", identity(), "301"], ("sex", "warning", "word_unknown")),
        (["甲一", "男", identity("20990101"), "301"], ("id_number", "warning", "id_future_birth")),
        (["甲一", "男", identity("19700101"), "301"], ("birth", "warning", "age_impossible")),
        (["甲一", "男", "", "301"], ("birth", "warning", "birth_missing")),
        (["甲一", "男", identity(), ""], ("class", "warning", "class_missing")),
        (["甲一", "男", identity(), "七1班"], ("class", "warning", "class_not_taught")),
        (["甲一", "男", identity(), date(2026, 3, 2)], ("class", "warning", "class_is_date")),
        (["甲一", "男", identity(), "二（99班"], ("class", "warning", "class_unknown")),
        (["甲一", "男", identity(), "火箭班"], ("class", "warning", "class_unknown")),
        (["甲一", "男", identity(), "二（9班"], ("class", "warning", "class_unknown")),
        (["甲一", "男", identity(), "二9）班"], ("class", "warning", "class_unknown")),
        (
            ["甲一", "男", "\x01" + identity(), "301"],
            ("id_number", "warning", "control_characters"),
        ),
        (["=1+1", "男", identity(), "301"], ("name", "warning", "formula_text")),
        (["甲\x07一", "男", identity(), "301"], ("name", "warning", "control_characters")),
        (["甲" * 51, "男", identity(), "301"], ("name", "refused", "too_long")),
        (["12", "男", identity(), "301"], ("name", "warning", "name_is_number")),
    ],
)
def test_findings(cells: list[Cell], expected: tuple[str, str, str]) -> None:
    report = check(cells)
    assert expected in codes(report)
    (row,) = report.rows
    assert row.refused == (expected[1] == "refused")
    found = next(found for found in report.problems() if found.code == expected[2])
    assert (found.sheet, found.row) == ("名单", 2)


def test_a_workbook_without_a_roster_is_refused() -> None:
    book = Workbook("a.xlsx", [Sheet("一", [["收入", "支出"], [1.0, 2.0]])])
    with pytest.raises(Refused, match="heading row"):
        check_workbook(book, schools=SCHOOLS, today=TODAY)


def test_unknown_headings_are_listed() -> None:
    report = check(["甲一", identity(), "301", "x"], head="姓名 身份证号 班级 星座")
    assert codes(report) == [(None, "warning", "heading_unknown")]
    assert report.to_json()["sheets"][0]["mapping"]["星座"] is None


ANY_CELL = st.one_of(
    st.text(max_size=30),
    st.floats(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.sampled_from(["姓名", "合计", "—", "是", "男", identity(), "301", "1.1E+17", "19900000001"]),
)


@settings(max_examples=150, deadline=None)
@given(
    head=st.lists(st.sampled_from(sorted(VOCABULARY.fields)), min_size=1, max_size=20),
    rows=st.lists(st.lists(ANY_CELL, max_size=21), max_size=6),
)
def test_no_cell_whatever_breaks_a_check(head: list[str], rows: list[list[Cell]]) -> None:
    book = Workbook("a.xlsx", [Sheet("一", [["姓名", *head], *rows])])
    report = check_workbook(book, schools=SCHOOLS, default_school=EAST, today=TODAY)
    document = report.to_json()
    assert document["accepted"] + document["refused"] == document["rows"]
    assert json.loads(json.dumps(document)) == document
    assert sum(document["by_left_behind"].values()) == document["children"]
    assert sum(document["by_sex"].values()) == document["children"]
    assert sum(document["by_grade"].values()) == document["children"]


def test_a_control_character_costs_a_row_nothing_but_a_warning() -> None:
    report = check(
        ["甲\x00一", "男", f"\x02{identity()}", "三（2\x1f）班", "1990\x070004001"],
        head="姓名 性别 身份证号 班级 父亲电话",
    )
    assert {field for field, _, _ in codes(report)} == {
        "name", "id_number", "class", "father.phone"
    }  # fmt: skip
    (row,) = report.children()
    assert row.child is not None
    assert (row.child.name, row.child.id_number) == ("甲一", identity())
    assert row.homeroom == HomeroomKey(Stage.PRIMARY, 2024, 2)
    assert row.guardians[0].phones == ("19900004001",)


def test_a_name_too_long_is_said_once() -> None:
    assert codes(check(["甲" * 300, "男", identity(), "301"])) == [("name", "refused", "too_long")]


def test_a_heading_that_stands_twice_is_named_with_its_columns() -> None:
    report = check(["甲一", "301", "甲二"], head="姓名 班级 姓名")
    (found,) = [p for p in report.problems() if p.code == "heading_repeated"]
    assert str(found.reason).startswith("Column C “姓名” says what column A says already")
    assert report.rows[0].child is not None
    assert report.rows[0].child.name == "甲一"


def test_headings_without_children_are_said() -> None:
    report = check()
    assert [(p.code, p.row) for p in report.problems()] == [("no_children", 1)]


def test_a_cell_of_two_names_is_refused_and_marks_nobody_sees_are_told() -> None:
    report = check(["张三\n李四", identity(), "301"], head="姓名 身份证号 班级")
    assert codes(report) == [("name", "refused", "name_of_several_lines")]
    report = check(["甲\u200b一\u202e", identity(), "301"], head="姓名 身份证号 班级")
    assert codes(report) == [("name", "warning", "control_characters")]
    assert report.rows[0].child
    assert report.rows[0].child.name == "甲一"


def test_a_birth_date_in_the_future_is_told_and_not_taken() -> None:
    report = check(["甲一", "20990101", "301"], head="姓名 出生日期 班级")
    assert codes(report) == [("birth", "warning", "birth_in_future")]
    assert report.rows[0].child
    assert report.rows[0].child.birth is None
