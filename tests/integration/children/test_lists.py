"""Lists of children: what they find, whom they show, how many queries they take."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import event, select

from app.audit.models import AuditEvent
from app.children.attention import ATTENTION
from app.children.models import (
    Child,
    Declaration,
    GuardianPhone,
    IdentityDocument,
    ParentStatus,
)
from app.db.session import db
from tests.support.world import CenterHandle, World, identity_number

NUMBER = identity_number(date(2017, 5, 4), 122)


@contextmanager
def counting(app: Flask) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


@pytest.fixture
def center(world: World) -> CenterHandle:
    return world.center()


def _list(center: CenterHandle, query: str = "") -> str:
    return f"/c/{center.slug}/s/north/children?{query}"


@pytest.mark.parametrize(
    "typed", ["石小满", "小满", "石 小满", "shixiaoman", "shix", "Shi Xiaoman", "sxm", "SX"]
)
def test_a_child_is_found_by_characters_pinyin_and_initials(
    world: World, center: CenterHandle, typed: str
) -> None:
    world.child(center, "north")
    world.child(center, "north", name="周念安")
    browser = world.client(world.person(center, "school_admin", "north"))
    page = browser.get(_list(center), query_string={"q": typed}).text
    assert "石小满" in page
    assert "周念安" not in page


@pytest.mark.parametrize("typed", [NUMBER, NUMBER[-4:], NUMBER.lower(), f" {NUMBER} "])
def test_who_may_see_identity_numbers_finds_by_them(
    world: World, center: CenterHandle, typed: str
) -> None:
    child = world.child(center, "north", number=NUMBER)
    world.child(center, "north", name="周念安")
    admin = world.client(world.person(center, "school_admin", "north"))
    mentor = world.client(world.person(center, "mentor", "north", children=(child,)))
    found = admin.get(_list(center), query_string={"q": typed}).text
    assert "石小满" in found
    assert "周念安" not in found
    assert "石小满" not in mentor.get(_list(center), query_string={"q": typed}).text


def test_a_child_is_found_by_a_guardians_phone(world: World, center: CenterHandle) -> None:
    child = world.child(center, "north")
    world.child(center, "north", name="周念安")
    world.guardian(center, child, phone="19900008123")
    browser = world.client(world.person(center, "school_admin", "north"))
    page = browser.get(_list(center, "q=19900008123")).text
    assert "石小满" in page
    assert "周念安" not in page


def test_four_digits_find_a_guardians_phone_by_whom_may_see_it(
    world: World, center: CenterHandle
) -> None:
    child = world.child(center, "north")
    world.child(center, "north", name="周念安", number=NUMBER[:-4] + "8127")
    other = world.child(center, "north", name="白小云")
    for number in ("19900008126", "19900018126"):
        world.guardian(center, child if number == "19900008126" else other, phone=number)
    admin = world.client(world.person(center, "school_admin", "north"))
    page = admin.get(_list(center, "q=8126")).text
    assert "石小满" in page
    assert "白小云" in page
    assert "周念安" not in page
    reader = world.client(world.person(center, "center_inspector"))
    assert "石小满" not in reader.get(f"/c/{center.slug}/children?q=8126").text
    mentor = world.client(world.person(center, "mentor", "north", children=(other,)))
    found = mentor.get(_list(center, "q=8126")).text
    assert "白小云" in found
    assert "石小满" not in found


def test_four_digits_are_looked_up_along_an_index_each(world: World, center: CenterHandle) -> None:
    world.guardian(center, world.child(center, "north"), phone="19900008125")
    browser = world.client(world.person(center, "school_admin", "north"))
    with counting(world.app) as statements:
        assert "石小满" in browser.get(_list(center, "q=8125")).text
    looked_up = [s for s in statements if "tail_index = " in s]
    assert len(looked_up) == 2
    assert not any(" JOIN " in s or s.count("SELECT") > 1 for s in looked_up)


@pytest.mark.parametrize("typed", ["19900008124", NUMBER])
def test_a_number_is_looked_up_by_itself_along_its_index(
    world: World, center: CenterHandle, typed: str
) -> None:
    """Joined with the list it took minutes in a small centre beside a large one."""
    child = world.child(center, "north", number=NUMBER)
    world.guardian(center, child, phone="19900008124")
    browser = world.client(world.person(center, "school_admin", "north"))
    with counting(world.app) as statements:
        assert "石小满" in browser.get(_list(center), query_string={"q": typed}).text
    looked_up = [s for s in statements if "number_index = " in s or "tail_index = " in s]
    assert len(looked_up) == 1
    assert " JOIN " not in looked_up[0]
    assert looked_up[0].count("SELECT") == 1


def test_filters_narrow_the_list(world: World, center: CenterHandle) -> None:
    third, fourth = (world.homeroom(center, "north", intake=year) for year in (2024, 2023))
    girl = world.child(center, "north", name="石小满", homeroom=third)
    world.child(center, "north", name="周念安", homeroom=fourth, sex="male")
    father = world.guardian(center, girl).id
    with world.inside(center.scope) as ctx:
        ctx.session.add(
            ParentStatus(
                guardian_id=father, away="yes", confirmed_on=date(2026, 9, 5), source="visit"
            )
        )
    browser = world.client(world.person(center, "school_admin", "north"))
    for query in (
        f"homeroom={third}", "grade=primary-3", "sex=female", "education=left_behind",
        "education=one", "civil=unknown&sex=female",
    ):  # fmt: skip
        page = browser.get(_list(center, query)).text
        assert "石小满" in page, query
        assert "周念安" not in page, query
    assert "周念安" in browser.get(_list(center, "education=unknown")).text
    assert "石小满" not in browser.get(_list(center, "homeroom=none")).text
    assert browser.get(_list(center, "homeroom=nonsense&grade=x-y&page=-3")).status_code == 200


def test_unknown_to_civil_affairs_and_contradictions_are_tasks(
    world: World, center: CenterHandle
) -> None:
    """Counted on the page, and each count leads to its list."""
    away = world.child(center, "north", name="石小满")
    father = world.guardian(center, away).id
    mother = world.guardian(center, away, name="林秋", relation="mother").id
    with world.inside(center.scope) as ctx:
        for guardian in (father, mother):
            ctx.session.add(
                ParentStatus(
                    guardian_id=guardian, away="no", can_care="unknown", source="visit",
                    confirmed_on=date(2026, 9, 5),
                )
            )  # fmt: skip
        ctx.session.add(
            Declaration(
                school_id=center.schools["north"], child_id=away, left_behind="both",
                as_of=date(2026, 9, 10), source="roster",
            )
        )  # fmt: skip
    world.child(center, "north", name="周念安")
    browser = world.client(world.person(center, "school_admin", "north"))
    overview = browser.get(f"/c/{center.slug}/s/north/children/attention").text
    home = browser.get(f"/c/{center.slug}/s/north/").text
    assert "attention=civil_unknown" in overview
    assert "attention=conflict" in overview
    assert "civil=unknown" in home
    page = browser.get(_list(center, "attention=conflict")).text
    assert "石小满" in page
    assert "周念安" not in page
    assert "周念安" in browser.get(_list(center, "attention=civil_unknown")).text


def test_a_mentor_without_children_is_told_whom_to_ask(world: World, center: CenterHandle) -> None:
    world.child(center, "north")
    mentor = world.client(world.person(center, "mentor", "north"))
    for page in (f"/c/{center.slug}/s/north/", _list(center)):
        shown = mentor.get(page).text
        assert "请找学校管理员安排" in shown
        assert "花名册" not in shown.split("<main")[1]


def test_a_page_of_the_centre_names_the_one_school_of_who_reads_it(
    world: World, center: CenterHandle
) -> None:
    browser = world.client(world.person(center, "school_admin", "north"))
    shown = browser.get(f"/c/{center.slug}/children").text
    assert '<span class="context-name clip">north小学</span>' in shown


def test_lists_of_what_needs_attention(world: World, center: CenterHandle) -> None:
    calm = world.child(center, "north", name="石小满")
    father = world.guardian(center, calm).id
    dead = world.child(center, "north", name="周念安", number=NUMBER)
    unreachable = world.guardian(center, dead, name="周大海").id
    with world.inside(center.scope) as ctx:
        ctx.session.scalars(
            select(GuardianPhone).where(GuardianPhone.guardian_id == unreachable)
        ).one().dead_on = date(2026, 11, 1)
        ctx.session.scalars(
            select(IdentityDocument).where(IdentityDocument.child_id == dead)
        ).one().state = "to_verify"
        for guardian, day in ((father, date(2026, 11, 1)), (unreachable, date(2026, 1, 5))):
            ctx.session.add(
                ParentStatus(guardian_id=guardian, away="yes", confirmed_on=day, source="visit")
            )
    browser = world.client(world.person(center, "school_admin", "north"))
    for name in ("no_phone", "stale", "to_verify"):
        page = browser.get(_list(center, f"attention={name}")).text
        assert "周念安" in page, name
        assert "石小满" not in page, name
    counts = browser.get(f"/c/{center.slug}/s/north/children/attention").text
    assert counts.count("stat-value") == len(ATTENTION) + 1, "and the adults entered twice"


def test_a_teacher_sees_the_class_and_a_mentor_the_children(
    world: World, center: CenterHandle
) -> None:
    mine, other = (world.homeroom(center, "north", number=n) for n in (1, 2))
    one = world.child(center, "north", name="石小满", homeroom=mine)
    two = world.child(center, "north", name="周念安", homeroom=mine)
    three = world.child(center, "north", name="何家乐", homeroom=other)
    world.child(center, "south", name="罗书瑶")
    teacher = world.client(world.person(center, "homeroom_teacher", "north", homerooms=(mine,)))
    mentor = world.client(world.person(center, "mentor", "north", children=(one,)))
    seen = {
        "teacher": teacher.get(_list(center)).text,
        "mentor": mentor.get(_list(center)).text,
    }
    shown = {
        who: [n for n in ("石小满", "周念安", "何家乐", "罗书瑶") if n in text]
        for who, text in seen.items()
    }
    assert shown == {"teacher": ["石小满", "周念安"], "mentor": ["石小满"]}
    pages = {child: f"/c/{center.slug}/children/{child}/" for child in (one, two, three)}
    assert [mentor.get(pages[c]).status_code for c in (one, two, three)] == [200, 404, 404]
    assert [teacher.get(pages[c]).status_code for c in (one, two, three)] == [200, 200, 404]


def test_another_schools_list_and_child_do_not_exist(world: World, center: CenterHandle) -> None:
    child = world.child(center, "south")
    browser = world.client(world.person(center, "school_admin", "north"))
    assert browser.get(f"/c/{center.slug}/s/south/children").status_code == 404
    assert browser.get(f"/c/{center.slug}/children/{child}/").status_code == 404


@pytest.mark.parametrize(
    ("role", "school", "path"),
    [
        ("school_admin", "north", "s/north/children"),
        ("school_admin", "north", "s/north/children?q=sxm"),
        ("center_admin", None, "children"),
        ("center_admin", None, "children?education=unknown"),
    ],
)
def test_the_number_of_queries_does_not_grow(
    world: World, app: Flask, center: CenterHandle, role: str, school: str | None, path: str
) -> None:
    room = world.homeroom(center, "north")
    browser = world.client(world.person(center, role, school))
    numbers = []
    for wanted in (1, 12):
        for _ in range(wanted):
            world.guardian(center, world.child(center, "north", homeroom=room))
        with counting(app) as statements:
            assert browser.get(f"/c/{center.slug}/{path}").status_code == 200
        numbers.append(len([s for s in statements if "bind_scope" not in s]))
    assert numbers[0] == numbers[1]
    assert numbers[1] <= 8, statements


def test_the_list_goes_out_as_a_sheet_with_numbers_as_text(
    world: World, center: CenterHandle
) -> None:
    room = world.homeroom(center, "north")
    child = world.child(center, "north", homeroom=room, number=NUMBER)
    world.guardian(center, child, name="石大山", phone="19900008124")
    browser = world.client(world.person(center, "school_admin", "north"))
    answer = browser.get(f"/c/{center.slug}/s/north/children/export.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    cells = [cell for row in sheet.iter_rows(values_only=True) for cell in row if cell]
    assert NUMBER in cells
    assert "19900008124" in cells
    with world.inside(center.scope) as ctx:
        event_row = ctx.session.scalars(
            select(AuditEvent).where(AuditEvent.action == "children.export")
        ).one()
        assert event_row.detail == {"rows": 1}


def test_a_teachers_sheet_masks_identity_numbers(world: World, center: CenterHandle) -> None:
    room = world.homeroom(center, "north")
    world.child(center, "north", homeroom=room, number=NUMBER)
    teacher = world.client(world.person(center, "homeroom_teacher", "north", homerooms=(room,)))
    answer = teacher.get(f"/c/{center.slug}/s/north/classes/{room}/roster.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    cells = [cell for row in sheet.iter_rows(values_only=True) for cell in row if cell]
    assert NUMBER not in cells
    assert f"990101********{NUMBER[-4:]}" in cells


def test_who_may_not_export_gets_nothing(world: World, center: CenterHandle) -> None:
    child = world.child(center, "north")
    mentor = world.client(world.person(center, "mentor", "north", children=(child,)))
    assert mentor.get(f"/c/{center.slug}/s/north/children/export.xlsx").status_code == 403


def test_a_child_who_left_or_was_merged_is_not_listed(world: World, center: CenterHandle) -> None:
    gone, kept = world.child(center, "north", name="何家乐"), world.child(center, "north")
    double = world.child(center, "north", name="石小蛮")
    with world.inside(center.scope) as ctx:
        ctx.session.scalars(select(Child).where(Child.id == gone)).one().left_on = date(2026, 11, 1)
        ctx.session.scalars(select(Child).where(Child.id == double)).one().merged_into_id = kept
    page = world.client(world.person(center, "school_admin", "north")).get(_list(center)).text
    assert [name in page for name in ("何家乐", "石小蛮", "石小满")] == [False, False, True]


def test_class_papers_are_pdf(world: World, center: CenterHandle) -> None:
    room = world.homeroom(center, "north")
    child = world.child(center, "north", homeroom=room)
    world.guardian(center, child)
    browser = world.client(world.person(center, "school_admin", "north"))
    for path in (
        f"s/north/classes/{room}/roster.pdf", "s/north/children/roster.pdf",
        f"s/north/classes/{room}/contact-cards.pdf", f"children/{child}/contact-card.pdf",
    ):  # fmt: skip
        answer = browser.get(f"/c/{center.slug}/{path}")
        assert answer.status_code == 200, path
        assert answer.data.startswith(b"%PDF"), path


def test_only_schools_of_ones_own_are_offered(world: World, center: CenterHandle) -> None:
    browser = world.client(world.person(center, "school_admin", "north"))
    page = browser.get(f"/c/{center.slug}/children").text
    assert 'value="north"' in page
    assert 'value="south"' not in page
