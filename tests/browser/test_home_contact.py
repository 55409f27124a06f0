"""A mentor writes a visit down on a phone in three taps; the family says whether it was so."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.scenes import Scene, scene
from tests.support.browser import PHONE, Visit, Window
from tests.support.world import Person, World

pytestmark = pytest.mark.browser
WRITTEN = "奶奶说晚上睡得早"


def mentored(world: World) -> tuple[Scene, Person, Person]:
    """Make a school with a mentor of one child, whose father can sign in."""
    at = scene(world, "石小满", "柳青青", modules=("home_contact",))
    child = at.children["石小满"]
    mentor = world.person(at.center, "mentor", "north", children=(child,), name="钱多多")
    father = world.guardian(at.center, child, name="石远行", relation="other", account=True)
    return at, mentor, father


def visited(window: Visit, at: Scene) -> None:
    """Write a visit down from the child's page: three taps."""
    window.page.goto(at.child("石小满"))
    window.follow("记一次联系")
    window.follow("家访")
    window.press("保存")
    expect(window.page.get_by_role("status").first).to_contain_text("已保存：家访，石小满")


def test_three_taps_on_a_phone_write_a_visit_down(visit: Window, world: World) -> None:
    at, mentor, _father = mentored(world)
    window = visit(PHONE)
    window.sign_in(mentor)
    visited(window, at)
    window.check_both("home-contact-child")
    page = window.page
    page.goto(f"{at.school}m/home_contact")
    window.check_both("home-contact-board")
    window.follow("记一次")
    window.follow("通话")
    page.get_by_text("没打通").click()
    page.locator("[name=text]").fill(WRITTEN)
    window.check_both("home-contact-call")
    page.get_by_text("下一步、时长、照片、代填").click()
    page.fill("[name=next_step]", "周末再打")
    window.press("保存")
    expect(page.locator("#steps")).to_contain_text("周末再打")
    page.goto(f"{at.school}m/home_contact/contacts")
    expect(page.locator("main")).to_contain_text(WRITTEN)
    window.check_both("home-contact-list")


def test_what_was_typed_outlives_another_kind_and_a_sign_out(visit: Window, world: World) -> None:
    at, mentor, _father = mentored(world)
    window = visit(PHONE)
    page = window.page
    window.sign_in(mentor)
    page.goto(f"{at.child('石小满')}m/home_contact/new?kind=visit")
    page.locator("[name=text]").fill(WRITTEN)
    window.follow("通话")
    expect(page.locator("[name=text]")).to_have_value(WRITTEN)
    window.sign_out()
    window.sign_in(mentor)
    page.goto(f"{at.child('石小满')}m/home_contact/new?kind=call")
    expect(page.locator("[name=text]")).to_have_value(WRITTEN)
    window.press("保存")
    expect(page.locator("main")).to_contain_text(WRITTEN)


def test_a_letter_is_worded_and_written_down(visit: Window, world: World) -> None:
    at, _mentor, _father = mentored(world)
    window = visit()
    window.sign_in(world.person(at.center, "homeroom_teacher", "north", homerooms=(at.room,)))
    window.page.goto(f"{at.school}m/home_contact")
    window.follow("写信")
    window.check_both("home-contact-letter")
    window.press("记下并打印")
    expect(window.page.get_by_role("status").first).to_contain_text("2 家的信")
    window.check_both("home-contact-letter-sent")


@pytest.mark.parametrize("scripts", [True, False])
def test_the_family_confirms_and_takes_it_back(visit: Window, world: World, scripts: bool) -> None:
    at, mentor, father = mentored(world)
    staff = visit(PHONE)
    staff.sign_in(mentor)
    visited(staff, at)
    window = visit(PHONE, scripts=scripts)
    window.sign_in(father)
    page = window.page
    expect(page.locator("main")).to_contain_text("老师来家访了吗")
    if scripts:
        window.check_both("family-asked")
    window.press("来过")
    expect(page.locator("main")).not_to_contain_text("老师来家访了吗")
    page.get_by_text("我点错了").click()
    if scripts:
        window.check_both("family-told")
    window.press("没来过")
    staff.page.goto(f"{at.child('石小满')}?tab=home_contact")
    expect(staff.page.locator("#home_contact")).to_contain_text("家长说没有这回事")


def test_the_family_says_that_nobody_came(visit: Window, world: World) -> None:
    at, mentor, father = mentored(world)
    staff = visit(PHONE)
    staff.sign_in(mentor)
    visited(staff, at)
    window = visit(PHONE)
    window.sign_in(father)
    window.page.locator("summary", has_text="没来过").click()
    window.page.locator("textarea").fill("那天家里没人来")
    window.press("发给学校")
    staff.page.goto(f"{at.school}m/home_contact/contacts")
    expect(staff.page.locator("main")).to_contain_text("那天家里没人来")
