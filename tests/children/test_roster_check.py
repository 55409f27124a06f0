"""What a roster check accepts, warns of and refuses, and what it says about it."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.children.roster.check import check_workbook
from app.children.roster.fields import VOCABULARY
from app.children.roster.report import RosterReport
from app.children.roster.rows import SchoolHint
from app.kernel.errors import Refused
from app.kernel.grades import HomeroomKey, Stage, System
from app.kernel.national_id import check_character
from app.sheets.read import read_workbook
from app.sheets.workbook import Cell, Merged, Sheet, Workbook

TODAY = date(2026, 11, 22)
EAST = SchoolHint("S01", "清溪镇东岭小学", ("东岭小学", "东岭校区"))
WEST = SchoolHint("S02", "清溪镇西岭学校", ("西岭学校",), (Stage.PRIMARY, Stage.JUNIOR))
SCHOOLS = (EAST, WEST)


def identity(birth: str = "20180301", sequence: int = 11) -> str:
    first = f"990101{birth}{sequence:03d}"
    return first + check_character(first)


def check(
    *rows: list[Cell],
    head: str = "姓名 性别 身份证号 班级",
    school: SchoolHint | None = EAST,
    name: str = "名单",
) -> RosterReport:
    sheet = Sheet(name, [list(head.split()), *map(list, rows)])
    return check_workbook(
        Workbook("a.xlsx", [sheet]), schools=SCHOOLS, default_school=school, today=TODAY
    )


def codes(report: RosterReport) -> list[tuple[str | None, str, str]]:
    return [(found.field, found.level, found.code) for found in report.problems()]


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


WRONG = identity()[:17] + ("1" if identity()[17] != "1" else "2")


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
    ("word", "kind", "warned"),
    [
        ("双亲留守儿童", "both", False),
        ("单亲留守", "one", False),
        ("非留守儿童", "none", False),
        ("否", "none", False),
        ("无", "none", False),
        ("", "unknown", False),
        ("—", "unknown", False),
        ("是", "unknown", True),
        ("1", "unknown", True),
        ("待查", "unknown", True),
    ],
)
def test_left_behind_words(word: str, kind: str, warned: bool) -> None:
    report = check(["甲一", identity(), "301", word], head="姓名 身份证号 班级 是否留守儿童")
    assert report.to_json()["by_left_behind"][kind] == 1
    assert bool(codes(report)) == warned


@pytest.mark.parametrize(
    ("both", "one", "kind"),
    [("是", "否", "both"), ("否", "是", "one"), ("否", "否", "none"), ("否", "", "unknown")],
)
def test_left_behind_questions_of_the_register(both: str, one: str, kind: str) -> None:
    head = "姓名 身份证号 班级 父母双方同时外出（是/否） 父母一方外出另一方无监护能力（是/否）"
    report = check(["甲一", identity(), "301", both, one], head=head)
    assert report.to_json()["by_left_behind"][kind] == 1


def test_contradicting_left_behind_columns_are_not_guessed() -> None:
    head = "姓名 身份证号 班级 是否留守儿童 父母双方同时外出"
    report = check(["甲一", identity(), "301", "非留守儿童", "是"], head=head)
    assert ("left_behind", "warning", "left_behind_contradiction") in codes(report)
    assert report.to_json()["by_left_behind"]["unknown"] == 1


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


def adults(report: RosterReport) -> list[tuple[Any, ...]]:
    return [
        (adult.relation, adult.name, adult.phones, adult.is_guardian, adult.away)
        for adult in report.rows[0].guardians
    ]


def test_adults_of_a_class_list() -> None:
    head = (
        "姓名 身份证号 班级 父亲姓名 务工地 联系电话 母亲姓名 务工地 联系电话 监护人姓名 关系 电话"
    )
    report = check(
        ["甲一", identity(), "301", "甲父", "广东", "19900000001", "甲母", "在家", "19900000002",
         "甲婆", "奶奶", "19900000003/023-61234567"],
        head=head,
    )  # fmt: skip
    assert adults(report) == [
        ("father", "甲父", ("19900000001",), False, "yes"),
        ("mother", "甲母", ("19900000002",), False, "no"),
        ("grandmother", "甲婆", ("19900000003", "023-61234567"), True, "unknown"),
    ]
    assert codes(report) == []


def test_a_guardian_who_is_the_mother_is_one_person() -> None:
    head = "姓名 身份证号 班级 母亲姓名 母亲电话 监护人姓名 与学生关系 监护人电话"
    report = check(
        ["甲一", identity(), "301", "甲母", "19900000002", "甲母", "母亲", "19900000004"], head=head
    )
    assert adults(report) == [("mother", "甲母", ("19900000002", "19900000004"), True, "unknown")]


@pytest.mark.parametrize(
    ("cell", "name", "phones"),
    [
        ("甲父 19900000001", "甲父", ("19900000001",)),
        ("甲父19900000001", "甲父", ("19900000001",)),
        ("甲父（19900000001）", "甲父", ("19900000001",)),
        ("甲父：19900000001/19900000002", "甲父", ("19900000001", "19900000002")),
        ("甲父", "甲父", ()),
        ("19900000001", None, ("19900000001",)),
        (19900000001.0, None, ("19900000001",)),
    ],
)
def test_name_and_phone_in_one_cell(cell: Cell, name: str | None, phones: tuple[str, ...]) -> None:
    report = check(["甲一", identity(), "301", cell], head="姓名 身份证号 班级 父亲姓名及电话")
    assert adults(report) == [("father", name, phones, False, "unknown")]


def test_an_endless_name_and_phone_cell_is_refused_not_cut() -> None:
    head = "姓名 身份证号 班级 父亲姓名及电话"
    report = check(["甲一", identity(), "301", "甲" * 30_000], head=head)
    assert codes(report) == [("father.name", "refused", "too_long")]


@pytest.mark.parametrize(
    ("month", "code"),
    [("2018-03", None), ("2018年3月", None), ("201803", None), ("2018.4", "birth_differs_from_id")],
)
def test_a_month_of_birth_is_enough_beside_an_identity_number(month: str, code: str | None) -> None:
    report = check(["甲一", month, identity(), "301"], head="姓名 出生年月 身份证号 班级")
    assert [found for _, _, found in codes(report)] == ([code] if code else [])
    assert report.rows[0].child is not None
    assert report.rows[0].child.birth == date(2018, 3, 1)


def test_members_of_the_national_template() -> None:
    head = (
        "姓名 身份证件号 班号 成员1姓名 成员1关系 成员1联系电话 成员1是否监护人 成员1工作单位 "
        "成员2姓名 成员2关系 成员2关系说明"
    )
    report = check(
        ["甲一", identity(), "301", "甲公", "祖父母或外祖父母", 19900000001.0, "是", "务农",
         "甲邻", "其他", "邻居"],
        head=head,
    )  # fmt: skip
    assert adults(report) == [
        ("grandparent", "甲公", ("19900000001",), True, "unknown"),
        ("other", "甲邻", (), False, "unknown"),
    ]
    assert report.rows[0].guardians[1].relation_note == "邻居"


def test_an_adult_is_marked_absent_by_a_dash_and_wrong_phones_are_a_warning() -> None:
    head = "姓名 身份证号 班级 父亲姓名 父亲电话 母亲姓名 母亲电话"
    report = check(["甲一", identity(), "301", "—", "—", "甲母", "1990000"], head=head)
    assert adults(report) == [("mother", "甲母", (), False, "unknown")]
    assert codes(report) == [("mother.phone", "warning", "phone_invalid")]


def test_adults_are_counted_once_by_name_and_phone() -> None:
    head = "姓名 身份证号 班级 父亲姓名 父亲电话"
    report = check(
        ["甲一", identity(sequence=11), "301", "甲父", "19900000001"],
        ["甲二", identity(sequence=13), "301", "甲父", "19900000001"],
        ["甲三", identity(sequence=15), "301", "甲父", "19900000002"],
        ["甲四", identity(sequence=17), "301", "甲父", ""],
        head=head,
    )
    assert report.guardians() == 3


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


def test_a_heading_that_stands_twice_is_named_with_its_columns() -> None:
    report = check(["甲一", "301", "甲二"], head="姓名 班级 姓名")
    (found,) = [p for p in report.problems() if p.code == "heading_repeated"]
    assert str(found.reason).startswith("Column C “姓名” says what column A says already")
    assert report.rows[0].child is not None
    assert report.rows[0].child.name == "甲一"


def test_headings_without_children_are_said() -> None:
    report = check()
    assert [(p.code, p.row) for p in report.problems()] == [("no_children", 1)]


def test_children_without_a_class_have_a_word_of_their_own() -> None:
    report = check(["甲一", "男", identity(), ""], ["甲二", "男", "", "三（1）班"])
    assert report.to_json()["by_grade"] == {"小学三年级": 1, "班级不明": 1}
