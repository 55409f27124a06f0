"""Invented children written in each layout come back as they were, by any road."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
import xlwt

from app.children.roster.check import check_workbook
from app.children.roster.corrections import write_corrections
from app.children.roster.fields import PROBLEM_HEADING
from app.children.roster.invented import Inventor, Numbers, invent_children
from app.children.roster.layouts import Layout, columns_of, table, write_csv, write_layout
from app.children.roster.report import RosterReport, guardian_key
from app.children.roster.rows import RosterRow, SchoolHint
from app.kernel.grades import Stage
from app.kernel.national_id import IdState, parse
from app.sheets.read import read_workbook

TODAY = date(2026, 11, 22)
EAST = SchoolHint("1150000001", "清溪镇东岭小学")
WEST = SchoolHint("1150000002", "清溪镇西岭学校", (), (Stage.PRIMARY, Stage.JUNIOR))
NUMBERS = Numbers(both=60, one=30, none=25, unknown=5)


@pytest.fixture(scope="module")
def invented() -> list[RosterRow]:
    return invent_children(11, EAST, NUMBERS, today=TODAY)


def check(path: Path, *, school: SchoolHint | None = EAST) -> RosterReport:
    return check_workbook(
        read_workbook(path), schools=[EAST, WEST], default_school=school, today=TODAY
    )


def write_xls(path: Path, rows: list[RosterRow], layout: Layout) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("花名册")
    for column, (heading, _) in enumerate(columns_of(layout)):
        sheet.write(0, column, heading.group + heading.heading)
    for number, cells in enumerate(table(rows, layout, today=TODAY), 1):
        for column, text in enumerate(cells):
            sheet.write(number, column, text)
    book.save(str(path))


def test_the_same_seed_gives_the_same_people(invented: list[RosterRow]) -> None:
    assert invented == invent_children(11, EAST, NUMBERS, today=TODAY)
    assert invented != invent_children(12, EAST, NUMBERS, today=TODAY)


def test_invented_people_are_plausible_and_distinct(invented: list[RosterRow]) -> None:
    children = [row.child for row in invented if row.child]
    assert Counter(child.left_behind for child in children) == {
        "both": 60,
        "one": 30,
        "none": 25,
        "unknown": 5,
    }
    numbers = [child.id_number for child in children]
    adults = {adult.id_number for row in invented for adult in row.guardians}
    assert len({*numbers, *adults}) == len(numbers) + len(adults)
    for child in children:
        found = parse(child.id_number or "", today=TODAY)
        assert (found.state, found.birth, found.sex) == (IdState.OK, child.birth, child.sex)
        assert found.number.startswith("990101")
    phones = {number for row in invented for adult in row.guardians for number in adult.phones}
    assert all(number.startswith("1990000") for number in phones)


def test_about_one_child_in_eight_has_a_brother_or_sister() -> None:
    rows = invent_children(3, WEST, Numbers(both=500, one=300, none=200), today=TODAY)
    families = Counter(guardian_key(row.guardians[0]) for row in rows)
    shared = sum(count - 1 for count in families.values())
    assert 0.07 < shared / len(rows) < 0.15


@pytest.mark.parametrize("layout", Layout)
def test_each_layout_comes_back_whole(
    tmp_path: Path, invented: list[RosterRow], layout: Layout
) -> None:
    path = tmp_path / "名单.xlsx"
    write_layout(path, {"一": invented}, layout, today=TODAY, title="2026年秋季学期花名册")
    report = check(path)
    assert list(report.problems()) == []
    assert_same(report, invented)


def assert_same(report: RosterReport, invented: list[RosterRow]) -> None:
    read = report.children()
    assert [row.homeroom for row in read] == [row.homeroom for row in invented]
    for row, truth in zip(read, invented, strict=True):
        assert row.child is not None
        assert truth.child is not None
        for name in ("name", "sex", "birth", "id_number", "boarding", "address", "left_behind"):
            assert getattr(row.child, name) == getattr(truth.child, name), name
        known = {(adult.name, adult.phones) for adult in truth.guardians}
        assert {(adult.name, adult.phones) for adult in row.guardians} <= known
        guardian = next(adult.name for adult in truth.guardians if adult.is_guardian)
        assert guardian in {adult.name for adult in row.guardians}
    assert report.to_json()["by_left_behind"] == {"both": 60, "one": 30, "none": 25, "unknown": 5}


@pytest.mark.parametrize("encoding", ["gbk", "gb18030", "utf-8", "utf-8-sig"])
def test_text_tables_in_every_encoding(
    tmp_path: Path, invented: list[RosterRow], encoding: str
) -> None:
    path = tmp_path / "名单.csv"
    write_csv(path, invented, Layout.CLASS_LIST, today=TODAY, encoding=encoding)
    assert_same(check(path), invented)


@pytest.mark.parametrize("layout", [Layout.NATIONAL, Layout.CLASS_LIST])
def test_old_workbooks(tmp_path: Path, invented: list[RosterRow], layout: Layout) -> None:
    path = tmp_path / "名单.xls"
    write_xls(path, invented, layout)
    assert_same(check(path), invented)


def test_the_national_template_has_its_71_headings() -> None:
    headings = [column.heading for column, _ in columns_of(Layout.NATIONAL)]
    assert len(headings) == len(set(headings)) == 71
    assert headings[:4] == ["学校标识码", "姓名", "性别", "出生日期"]
    assert headings[46:49] == ["成员1姓名", "成员1关系", "成员1关系说明"]
    assert headings[-1] == "是否进城务工人员随迁子女"


def test_a_district_workbook_with_a_sheet_a_school(tmp_path: Path) -> None:
    inventor = Inventor(5, TODAY)
    rows = {
        EAST.name: inventor.children(EAST, Numbers(both=20, one=10)),
        WEST.name: inventor.children(WEST, Numbers(none=30)),
    }
    path = tmp_path / "全区.xlsx"
    write_layout(path, rows, Layout.REGISTER_2016, today=TODAY)
    report = check(path, school=None)
    assert [sheet.school for sheet in report.sheets] == [EAST, WEST]
    assert Counter(row.school for row in report.children()) == {EAST: 30, WEST: 30}
    assert report.to_json()["by_left_behind"]["none"] == 30


@pytest.mark.parametrize("layout", Layout)
def test_the_corrections_can_be_mended_and_sent_again(
    tmp_path: Path, invented: list[RosterRow], layout: Layout
) -> None:
    rows = invent_children(11, EAST, NUMBERS, today=TODAY)
    for wrong in (rows[3], rows[70]):
        assert wrong.child is not None
        wrong.child.id_number = "12345"
    path, back = tmp_path / "名单.xlsx", tmp_path / "问题.xlsx"
    write_layout(path, {"一": rows}, layout, today=TODAY)
    book = read_workbook(path)
    report = check_workbook(book, schools=[EAST], default_school=EAST, today=TODAY)
    assert write_corrections(back, book, report) == 2
    (sheet,) = read_workbook(back).sheets
    assert any(PROBLEM_HEADING in row for row in sheet.rows)
    again = check(back)
    assert len(again.rows) == 2
    names = [row.child.name for row in again.rows if row.child]
    assert names == [row.child.name for row in (rows[3], rows[70]) if row.child]
    assert {found.code for found in again.problems()} <= {found.code for found in report.problems()}


def test_nothing_to_correct_writes_nothing(tmp_path: Path, invented: list[RosterRow]) -> None:
    path, back = tmp_path / "名单.xlsx", tmp_path / "问题.xlsx"
    write_layout(path, {"一": invented}, Layout.NATIONAL, today=TODAY)
    assert write_corrections(back, read_workbook(path), check(path)) == 0
    assert not back.exists()
