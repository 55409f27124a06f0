"""Whose column a heading names: the child's, or that of the person named to its left."""

import random

import pytest

from app.children.roster.fields import VOCABULARY
from app.children.roster.layouts import Layout, columns_of
from app.sheets.headings import data_rows, find_headings
from app.sheets.workbook import Cell, Sheet

NATIONAL = [column.heading for column, _ in columns_of(Layout.NATIONAL)]


def mapping(*rows: list[Cell]) -> dict[str, str | None]:
    headings = find_headings(Sheet("名单", [*map(list, rows)]), VOCABULARY, required="name")
    assert headings is not None
    return headings.mapping


@pytest.mark.parametrize("seed", range(30))
def test_the_national_headings_mean_the_same_in_any_order(seed: int) -> None:
    shuffled = list(NATIONAL)
    random.Random(seed).shuffle(shuffled)  # noqa: S311 - an order, not a secret
    assert mapping(list(shuffled)) == mapping(list(NATIONAL))
    assert None not in mapping(list(shuffled)).values()


@pytest.mark.parametrize(
    ("heading", "key"),
    [
        ("家庭住址", "home_address"),
        ("现住址", "address"),
        ("住址", "home_address"),
        ("户籍所在地", "registered_residence"),
        ("民族", "ethnic_group"),
        ("身份证号", "id_number"),
        ("联系电话", "phone"),
    ],
)
def test_after_a_guardian_what_the_child_lacks_is_the_child_s(heading: str, key: str) -> None:
    head: list[Cell] = ["姓名", "性别", "监护人", "关系", "监护人电话", heading]
    assert mapping(head)[heading] == key


@pytest.mark.parametrize(
    ("heading", "key"),
    [("身份证号", "guardian.id_number"), ("出生日期", "guardian.birth"),
     ("年龄", "guardian.other_age"), ("电话", "guardian.phone"), ("现住址", "guardian.address")],
)  # fmt: skip
def test_after_a_guardian_what_the_child_has_is_the_guardian_s(heading: str, key: str) -> None:
    own: list[Cell] = ["姓名", "身份证号", "出生日期", "联系电话", "现住址"]
    found = mapping([*own, "监护人", heading])
    assert key in found.values()
    assert {"id_number", "birth", "phone", "address"} <= set(found.values())


@pytest.mark.parametrize(
    "other",
    [
        ["姓名", "性别", "家庭住址"],
        ["姓 名", "性别", "家庭住址（村组）"],
        ["班主任（签名）：", "", ""],
        ["", "班主任（签字）", "日期：2026年9月"],
        ["第1页 共1页", "", ""],
        ["说明：", "", ""],
        ["1.请如实填写", "", ""],
        ["2、身份证号以户口簿为准", "", ""],
    ],
)
def test_headings_printed_again_and_notes_are_nobody(other: list[Cell]) -> None:
    people: list[list[Cell]] = [["甲一", "男", "东岭村"], ["1.乙二", "", ""], ["丙三", "", "说明"]]
    sheet = Sheet("名单", [["姓名", "性别", "家庭住址"], people[0], other, *people[1:]])
    headings = find_headings(sheet, VOCABULARY, required="name")
    assert headings is not None
    assert [row for _, row in data_rows(sheet, headings)] == people


def test_both_heading_rows_printed_again_are_nobody() -> None:
    heads: list[list[Cell]] = [
        ["儿童基本情况", "", "父亲情况", ""],
        ["姓名", "性别", "姓名", "电话"],
    ]
    child: list[Cell] = ["甲一", "男", "甲父", "19900000001"]
    sheet = Sheet("名单", [*heads, child, *heads, child])
    headings = find_headings(sheet, VOCABULARY, required="name")
    assert headings is not None
    assert [number for number, _ in data_rows(sheet, headings)] == [3, 6]


@pytest.mark.parametrize("health", ["健康/残疾/患病", "（健康/残疾/患病）"])
def test_the_register_of_2016_with_headings_in_two_rows(health: str) -> None:
    one = "父母一方外出另一方无监护能力"
    groups: list[Cell] = ["姓名", "身体情况", "", "", "父母双方同时外出", one, "", "备注"]
    heads: list[Cell] = ["", health, "残疾类别及等级", "患病类型", "是否", "是否",
                         "无监护能力（父亲/母亲）", ""]  # fmt: skip
    child: list[Cell] = ["甲一", "健康", "", "", "否", "是", "父亲", ""]
    sheet = Sheet("登记表", [groups, heads, child])
    headings = find_headings(sheet, VOCABULARY, required="name")
    assert headings is not None
    assert headings.last_row == 2
    assert headings.columns == {
        "name": 0,
        "health": 1,
        "disability": 2,
        "other.患病类型": 3,
        "both_away": 4,
        "one_away": 5,
        "incapable_parent": 6,
        "remark": 7,
    }
