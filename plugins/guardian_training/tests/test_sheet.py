"""Attendance from a spreadsheet, and the files of a course."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest

from app.sdk.testing.schools import counted
from plugins.guardian_training.models import Attendance, Course, CourseFile
from plugins.guardian_training.tests.school import PARENT_NUMBER, PNG, School

OWN = ["学生姓名", "班级", "家长姓名", "关系", "联系电话", "到场", "缺席原因", "备注"]


def sent(school: School, session: str, head: list[Any], *rows: list[Any]) -> str:
    """Send a sheet; return the address of the page that says what it holds."""
    book = openpyxl.Workbook()
    assert book.active
    for row in (head, *rows):
        book.active.append(row)
    body = io.BytesIO()
    book.save(body)
    body.seek(0)
    answer = school.admin.submit(f"{session}/sheet", {"file": (body, "签到.xlsx")})
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def known(school: School) -> dict[str, tuple[str, str | None, str | None]]:
    names = {school.grandmother.id: "王桂芳", school.grandfather.id: "石根生",
             school.father.id: "石大山"}  # fmt: skip
    return {names[r.guardian_id]: (r.state, r.way, r.reason) for r in school.rows(Attendance)}


def test_the_schools_own_table_is_understood_looked_at_and_written_once(school: School) -> None:
    session = school.plan(audience=[])
    page = sent(
        school, session, OWN,
        ["石小满", "", "王桂芳", "奶奶", "", "是", "", ""],
        ["石小星", "", "王桂芳", "奶奶", "", "是", "", ""],
        ["石小满", "", "", "爷爷", "", "否", "农活或打零工", ""],
        ["石小满", "", "", "", PARENT_NUMBER[-4:], "", "外地打工回不来", ""],
    )  # fmt: skip
    shown = school.admin.get(page).text
    assert known(school) == {}
    assert "还没有保存" in shown
    assert school.admin.submit(f"{page}/write", {}, page=page).status_code == 303
    found = known(school)
    assert found["王桂芳"] == ("present", "sheet", None), "one person, one attendance"
    assert found["石根生"][0] == "absent"
    assert found["石大山"] == ("absent", None, "other")
    again = sent(school, session, OWN, ["石小满", "", "王桂芳", "", "", "是", "", ""])
    school.admin.submit(f"{again}/write", {}, page=again)
    assert len(school.rows(Attendance)) == 3


@pytest.mark.parametrize(
    ("row", "word"),
    [
        (["石小满", "", "李四", "", "", "是", "", ""], "没有登记这位家长"),
        (["石小满", "", "", "", "", "是", "", ""], "多位家长"),
        (["没有人", "", "王桂芳", "", "", "是", "", ""], "没有人"),
    ],
)
def test_who_cannot_be_known_is_told_by_row(school: School, row: list[Any], word: str) -> None:
    page = sent(school, school.plan(audience=[]), OWN, row)
    shown = school.admin.get(page).text
    assert word in shown
    assert "第 2 行" in shown


def test_the_list_fetched_here_says_nothing_until_it_is_filled_in(school: School) -> None:
    session = school.plan(audience=[])
    fetched = openpyxl.load_workbook(io.BytesIO(school.admin.get(f"{session}/sheet.xlsx").data))
    assert fetched.active
    rows = [list(row) for row in fetched.active.iter_rows(values_only=True)]
    start = next(at for at, row in enumerate(rows) if "家长姓名" in row)
    assert {row[2] for row in rows[start + 1 :]} == {"王桂芳", "石根生", "石大山"}
    page = sent(school, session, rows[start], *rows[start + 1 :])
    school.admin.submit(f"{page}/write", {}, page=page)
    assert known(school) == {}
    for row in rows[start + 1 :]:
        row[4] = "√" if row[2] == "王桂芳" else "未到"
    page = sent(school, session, rows[start], *rows[start + 1 :])
    school.admin.submit(f"{page}/write", {}, page=page)
    assert {name: state for name, (state, *_rest) in known(school).items()} == {
        "王桂芳": "present", "石根生": "absent", "石大山": "absent",
    }  # fmt: skip


def test_a_session_to_come_takes_no_sheet(school: School) -> None:
    session = school.plan(day="2030-01-01")
    assert school.admin.get(f"{session}/sheet").status_code == 404


def test_a_course_keeps_pictures_and_papers_and_takes_them_away(school: School) -> None:
    school.plan()
    course = school.rows(Course)[0].id
    add = f"{school.at}/courses/{course}/files"
    files = [(io.BytesIO(PNG), "挂图.png"), (io.BytesIO(b"%PDF-1.7" + bytes(9)), "讲义.pdf")]
    page = f"{school.at}/courses"
    assert school.admin.submit(add, {"file": files}, page=page).status_code == 303
    shown = school.admin.get(page).text
    assert "讲义.pdf" in shown
    kept = {row.name: row for row in school.rows(CourseFile)}
    picture = f"{school.at}/course-files/{kept['挂图.png'].id}"
    assert school.admin.get(picture).data == PNG
    south = school.world.client(school.world.person(school.center, "school_admin", "south"))
    assert south.get(picture.replace("/s/north/", "/s/south/")).status_code == 404
    wrong = {"file": [(io.BytesIO(b"MZ12345"), "游戏.exe")]}
    school.admin.submit(add, wrong, page=page)
    assert "PDF" in school.admin.get(page).text
    assert len(school.rows(CourseFile)) == 2
    assert school.admin.submit(f"{picture}/void", {}, page=page).status_code == 303
    assert school.admin.get(picture).status_code == 404


def test_the_centre_sees_how_far_each_school_is(school: School) -> None:
    session = school.plan()
    school.mark(session, [school.grandmother])
    center = f"/c/{school.center.slug}/m/guardian_training"
    admin = school.world.client(school.world.person(school.center, "center_admin"))
    admin.get(center)
    with counted(school.world.app) as seen:
        page = admin.get(center).text
    assert len(seen) <= 12
    rows = page.split("<tbody>")[1].split("</tbody>")[0].split("</tr>")
    north = next(row for row in rows if "/s/north/" in row)
    south = next(row for row in rows if "/s/south/" in row)
    assert "50" in north, "one of two grandparents"
    assert "100" in south, "the grandmother's attendance counts at the other school, too"
