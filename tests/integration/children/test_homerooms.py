"""The classes of a school: shown with teacher and pupils, opened, closed."""

from __future__ import annotations

import pytest

from tests.support.world import CenterHandle, World


@pytest.fixture
def center(world: World) -> CenterHandle:
    return world.center()


def test_classes_are_shown_by_todays_grade_with_teacher_and_pupils(
    world: World, center: CenterHandle
) -> None:
    room = world.homeroom(center, "north")
    world.child(center, "north", homeroom=room)
    world.person(center, "homeroom_teacher", "north", homerooms=(room,), name="陈立群")
    page = world.client(world.person(center, "school_admin", "north")).get(
        f"/c/{center.slug}/s/north/classes"
    )
    for shown in ("三（1）班", "小学三年级", "陈立群", f"/classes/{room}/roster.xlsx"):
        assert shown in page.text, shown


def test_a_class_is_opened_once_and_closed_when_empty(world: World, center: CenterHandle) -> None:
    admin = world.client(world.person(center, "school_admin", "north"))
    page = f"/c/{center.slug}/s/north/classes"
    assert admin.submit(f"{page}/new", {"grade": "primary-2", "number": "3"}).status_code == 302
    assert "二（3）班" in admin.get(page).text
    assert admin.submit(f"{page}/new", {"grade": "primary-2", "number": "3"}).status_code == 422
    assert admin.submit(f"{page}/new", {"grade": "junior-1", "number": "1"}).status_code == 422
    full, empty = world.homeroom(center, "north"), world.homeroom(center, "north", number=9)
    world.child(center, "north", homeroom=full)
    closed = [
        admin.submit(f"{page}/{room}/close", {}, page=f"{page}/new").status_code
        for room in (full, empty)
    ]
    assert closed == [422, 302]
    assert "三（9）班" not in admin.get(page).text


def test_a_teacher_sees_classes_but_opens_none(world: World, center: CenterHandle) -> None:
    room = world.homeroom(center, "north")
    teacher = world.client(world.person(center, "homeroom_teacher", "north", homerooms=(room,)))
    assert teacher.get(f"/c/{center.slug}/s/north/classes").status_code == 200
    assert teacher.get(f"/c/{center.slug}/s/north/classes/new").status_code == 403
