"""Who a child of a roster is: identity numbers, birth dates, one child in two rows."""

from datetime import date
from pathlib import Path

import pytest

from app.children.roster.check import check_workbook
from app.sheets.read import read_workbook
from app.sheets.workbook import Cell
from tests.children.checking import EAST, SCHOOLS, TODAY, WRONG, check, codes, identity


def test_a_wrong_check_digit_is_kept_to_be_verified() -> None:
    (row,) = check(["甲一", "男", WRONG, "301"]).children()
    assert row.child is not None
    assert (row.child.id_number, row.child.id_state) == (WRONG, "bad_check_digit")


def test_other_documents_are_not_judged_as_identity_numbers() -> None:
    report = check(
        ["甲一", "男", "护照", "E1234", "301"], head="姓名 性别 身份证件类型 身份证件号 班级"
    )
    assert [code for _, _, code in codes(report)] == ["birth_missing"]
    child = report.rows[0].child
    assert child is not None
    assert (child.id_kind, child.id_number) == ("护照", "E1234")


def test_a_pupil_number_fills_an_empty_identity_column() -> None:
    number = "G" + identity()
    for head in ("姓名 学籍号 身份证号 班级", "姓名 身份证号/学籍号 性别 班级"):
        (row,) = check(["甲一", number, "", "301"], head=head).rows
        assert row.child is not None
        assert (row.child.pupil_number, row.child.id_number) == (number, identity())


FULL_WIDTH = {ord(sign): ord(sign) + 0xFEE0 for sign in "0123456789GX"}


def test_full_width_numbers_of_a_text_table_are_kept_half_width(tmp_path: Path) -> None:
    path = tmp_path / "名单.csv"
    wide = identity().translate(FULL_WIDTH)
    pupil = ("G" + identity(sequence=13)).translate(FULL_WIDTH)
    lines = ["姓名,身份证号,学籍号,班级", f"甲一,{wide},,301", f"乙二,,{pupil},301"]
    lines.append(f"丙三,{('G' + identity(sequence=15)).translate(FULL_WIDTH)},,301")
    path.write_text("\n".join(lines), encoding="utf-8")
    report = check_workbook(read_workbook(path), schools=SCHOOLS, default_school=EAST, today=TODAY)
    assert codes(report) == []
    children = [row.child for row in report.rows if row.child]
    assert [(child.id_number, child.pupil_number) for child in children] == [
        (identity(), None),
        (identity(sequence=13), "G" + identity(sequence=13)),
        (identity(sequence=15), "G" + identity(sequence=15)),
    ]


@pytest.mark.parametrize(
    ("second", "level", "code"),
    [
        (["甲一", "男", identity(), "301"], "warning", "same_child_twice"),
        (["乙二", "男", identity(), "301"], "refused", "number_of_another_child"),
    ],
)
def test_one_number_twice(second: list[Cell], level: str, code: str) -> None:
    report = check(["甲一", "男", identity(), "301"], second)
    assert [(found.row, found.level, found.code) for found in report.problems()] == [
        (3, level, code)
    ]
    assert len(report.children()) == 1


def test_same_name_and_birth_without_a_number_is_proposed_as_one_child() -> None:
    head = "姓名 出生日期 身份证号 班级"
    report = check(
        ["甲一", "2018-03-01", "", "301"],
        ["甲一", "2018-03-01", identity(), "301"],
        ["甲一", "2018-03-02", "", "301"],
        head=head,
    )
    assert [row.same_as for row in report.rows] == [None, ("名单", 2), None]
    assert report.to_json()["children"] == 2


def test_two_children_with_numbers_of_their_own_are_never_one() -> None:
    report = check(
        ["甲一", "", identity(sequence=11), "301"], ["甲一", "", identity(sequence=13), "302"]
    )
    assert report.to_json()["children"] == 2


@pytest.mark.parametrize(
    ("month", "code"),
    [("2018-03", None), ("2018年3月", None), ("201803", None), ("2018.4", "birth_differs_from_id")],
)
def test_a_month_of_birth_is_enough_beside_an_identity_number(month: str, code: str | None) -> None:
    report = check(["甲一", month, identity(), "301"], head="姓名 出生年月 身份证号 班级")
    assert [found for _, _, found in codes(report)] == ([code] if code else [])
    assert report.rows[0].child is not None
    assert report.rows[0].child.birth == date(2018, 3, 1)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("2017年3月", "“2017年3月” has no day: write it like 2017-03-05"),
        ("201703", "“201703” has no day: write it like 2017-03-05"),
        ("去年", "“去年” is not a date: write it like 2015-03-01"),
        ("", "No birth date is given: fill it in"),
    ],
)
def test_a_birth_date_says_what_is_wrong_with_it(said: str, reason: str) -> None:
    report = check(["甲一", said, "301"], head="姓名 出生日期 班级")
    assert [str(problem.reason) for problem in report.problems()] == [reason]
    report = check(["甲一", "301", "甲父", said], head="姓名 班级 父亲姓名 父亲出生日期")
    told = [str(p.reason) for p in report.problems() if p.field == "father.birth"]
    assert told == ([reason] if said else [])
