"""The board and the list of contacts, and what they cost."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO

import openpyxl

from app.sdk.testing.schools import counted
from plugins.home_contact.tests.school import TODAY, School, visit


def test_the_board_begins_with_who_was_never_reached(school: School) -> None:
    teacher = school.client(school.teacher)
    day = (TODAY - timedelta(days=45)).isoformat()
    teacher.submit(school.new("石小满"), visit(happened_on=day))
    teacher.submit(school.new("柳青青", "talk"), visit())
    rows = re.findall(r"children/[^\"]+\">(石小满|柳青青)<", teacher.get(school.at).text)
    assert rows == ["柳青青", "石小满"]
    shown = teacher.get(f"{school.at}?days=40").text
    assert "45 天" in shown
    assert "石小满" not in teacher.get(f"{school.at}?days=60").text.split("<tbody")[-1]
    sheet = openpyxl.load_workbook(BytesIO(teacher.get(f"{school.at}/board.xlsx").data)).active
    assert sheet is not None
    values = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert any("石小满" in map(str, row) and 45 in row for row in values)


def test_contacts_are_filtered_and_exported(school: School) -> None:
    admin = school.client(school.world.person(school.center, "school_admin", "north"))
    teacher = school.client(school.teacher)
    teacher.submit(school.new("石小满"), visit(text="走访"))
    teacher.submit(school.new("柳青青", "talk"), visit(text="谈了谈"))
    both = admin.get(f"{school.at}/contacts").text
    assert "走访" in both
    assert "谈了谈" in both
    visits = admin.get(f"{school.at}/contacts?kind=home_contact.visit&person={school.teacher.id}")
    assert "走访" in visits.text
    assert "谈了谈" not in visits.text
    nobody = admin.get(f"{school.at}/contacts?person=nobody&homeroom=x&term=y")
    assert nobody.status_code == 200
    assert "走访" not in nobody.text
    body = admin.get(f"{school.at}/contacts.xlsx?kind=home_contact.talk").data
    sheet = openpyxl.load_workbook(BytesIO(body)).active
    assert sheet is not None
    words = {str(cell.value) for row in sheet.iter_rows() for cell in row}
    assert "谈了谈" in words
    assert "走访" not in words


def test_a_contact_taken_back_leaves_board_list_and_follow_up(school: School) -> None:
    mentor = school.client(school.mentors["石小满"])
    mentor.submit(school.new("石小满"), visit(text="写错了", next_step="再去"))
    [entry] = school.entries()
    void = f"{school.of('石小满')}/entries/{entry.id}/void"
    assert mentor.submit(void, {"reason": "写错了人"}).status_code == 302
    board = mentor.get(school.at).text
    assert "再去" not in board
    assert "没有联系记录" in board
    assert "写错了" not in mentor.get(f"{school.at}/contacts").text


def test_more_children_and_contacts_cost_no_more_queries(school: School) -> None:
    teacher = school.client(school.teacher)
    pages = (school.at, f"{school.at}/contacts", school.new("石小满"), school.of("石小满") + "/")
    for n in school.children:
        teacher.submit(school.new(n), visit(text="一", next_step="二"))
    costs = []
    for _more in range(2):
        with counted(school.world.app) as statements:
            for address in pages:
                assert teacher.get(address).status_code == 200
        costs.append(len(statements))
        for name in ("白云飞", "赵梓萱", "钱浩然"):
            made = school.world.child(school.center, "north", name=name, homeroom=school.room)
            school.world.guardian(school.center, made)
            school.children[name] = made
            teacher.submit(school.new(name), visit(text="一", next_step="二"))
            teacher.submit(school.new("石小满", "call"), visit(text="三", next_step="四"))
    assert costs[0] == costs[1]
