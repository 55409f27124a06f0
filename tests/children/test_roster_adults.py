"""The adults of a roster, and what it says of left-behind children."""

from typing import Any

import pytest

from app.children.roster.report import RosterReport
from app.sheets.workbook import Cell
from tests.children.checking import check, codes, identity


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
    [("是", "否", "both"), ("否", "是", "one"), ("否", "否", "unknown"), ("否", "", "unknown")],
)
def test_left_behind_questions_of_the_register(both: str, one: str, kind: str) -> None:
    head = "姓名 身份证号 班级 父母双方同时外出（是/否） 父母一方外出另一方无监护能力（是/否）"
    report = check(["甲一", identity(), "301", both, one], head=head)
    assert report.to_json()["by_left_behind"][kind] == 1


_REGISTER = (
    "姓名 身份证号 班级 父亲姓名 父亲务工地点 母亲姓名 母亲务工地点 父母双方同时外出（是/否） "
    "父母一方外出另一方无监护能力（是/否） 无监护能力"
)


@pytest.mark.parametrize(
    ("place", "one", "who", "kind", "father", "mother"),
    [
        ("深圳", "是", "母亲", "one", ("yes", "unknown"), ("no", "no")),
        ("深圳", "是", "", "one", ("yes", "unknown"), ("no", "no")),
        ("—", "是", "母亲", "one", ("yes", "unknown"), ("no", "no")),
        ("深圳", "否", "", "one", ("yes", "unknown"), ("no", "yes")),
        ("—", "否", "", "none", ("unknown", "unknown"), ("unknown", "unknown")),
    ],
)
def test_the_register_says_who_is_away_and_who_can_care(
    place: str, one: str, who: str, kind: str, father: tuple[str, str], mother: tuple[str, str]
) -> None:
    row: list[Cell] = ["甲一", identity(), "301", "甲父", place, "乙母", "—", "否", one, who]
    (read,) = (report := check(row, head=_REGISTER)).rows
    assert codes(report) == []
    assert read.child is not None
    assert read.child.left_behind == kind
    assert [(adult.away, adult.can_care) for adult in read.guardians] == [father, mother]


def test_contradicting_left_behind_columns_are_not_guessed() -> None:
    head = "姓名 身份证号 班级 是否留守儿童 父母双方同时外出"
    report = check(["甲一", identity(), "301", "非留守儿童", "是"], head=head)
    assert ("left_behind", "warning", "left_behind_contradiction") in codes(report)
    assert report.to_json()["by_left_behind"]["unknown"] == 1


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
