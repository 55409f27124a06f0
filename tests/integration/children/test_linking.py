"""Linking an adult opens a way to their family page; so it needs a right to their children."""

from __future__ import annotations

import re
from uuid import UUID

from tests.support.world import Browser, World

PHONE = "19900007001"


def _link(browser: Browser, slug: str, child: UUID) -> int:
    """Say that the known person is this child's father too."""
    page = f"/c/{slug}/children/{child}/guardians/new"
    typed = {"name": "石大山", "number": PHONE, "relation": "father"}
    asked = browser.submit(page, typed)
    assert asked.status_code == 422
    same = re.search(r'name="same"[^>]*value="([0-9a-f-]{36})"', asked.text)
    assert same
    answer = browser.submit(page, {**typed, "same": same.group(1)})
    return int(answer.status_code)


def test_a_class_teacher_cannot_take_over_another_classes_guardian(world: World) -> None:
    center = world.center()
    mine, theirs = (world.homeroom(center, "north", number=n) for n in (1, 2))
    pupil = world.child(center, "north", name="安宁", homeroom=mine)
    other = world.child(center, "north", homeroom=theirs)
    world.guardian(center, other, phone=PHONE, account=True)
    teacher = world.client(world.person(center, "homeroom_teacher", "north", homerooms=(mine,)))
    assert _link(teacher, center.slug, pupil) == 422
    admin = world.client(world.person(center, "school_admin", "north"))
    assert _link(admin, center.slug, pupil) == 302


def test_a_school_cannot_reset_a_guardian_of_another_schools_child(world: World) -> None:
    center = world.center()
    here, there = world.child(center, "north"), world.child(center, "south", name="安宁")
    mother = world.guardian(center, here, there, account=True)
    secrets = {"login": mother.login, "secret": mother.secret}
    for person, status in (
        (world.person(center, "school_admin", "north"), 302),
        (world.person(center, "center_admin"), 422),
    ):
        browser = world.client(person)
        page = f"/c/{center.slug}/children/{here}/activation"
        bond = re.search(r'type="checkbox"[^>]*value="([0-9a-f-]{36})"', browser.get(page).text)
        assert bond
        name = re.search(r'<input[^>]*type="checkbox"[^>]*name="([a-z_]+)"', browser.get(page).text)
        assert name
        answer = browser.submit(page, {name.group(1): bond.group(1)})
        assert answer.mimetype == "application/pdf"
        assert world.client().submit("/family/sign-in", secrets).status_code == status
