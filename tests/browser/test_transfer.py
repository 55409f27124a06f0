"""A child moves to another school when that school accepts."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.scenes import scene
from tests.support.browser import Window
from tests.support.world import World

pytestmark = pytest.mark.browser


def test_asked_by_one_school_accepted_by_the_other(visit: Window, world: World) -> None:
    at = scene(world)
    world.homeroom(at.center, "south", number=2)
    giving = visit()
    page = giving.page
    giving.sign_in(at.admin)
    page.goto(at.child("石小满"))
    giving.follow("转学")
    page.select_option("[name=school]", label="south小学")
    page.fill("[name=reason]", "搬家")
    giving.check_both("transfer-new")
    giving.press("提交申请")
    expect(page.locator("main")).to_contain_text("已申请转到south小学")
    giving.check_both("child-in-transfer")

    taking = visit()
    taking.sign_in(world.person(at.center, "school_admin", "south"))
    other = taking.page
    other.goto(f"/c/{at.center.slug}/s/south/transfers")
    taking.check_both("transfers")
    taking.follow("接收")
    other.select_option("[name=homeroom]", label="三（2）班")
    taking.check_both("transfer-accept")
    taking.press("接收到该班")
    expect(other.locator("h1")).to_have_text("石小满")
    expect(other.locator("main .pills").first).to_contain_text("三（2）班")

    page.goto(f"{at.school}children")
    expect(page.get_by_role("link", name="周念安")).to_be_visible()
    expect(page.get_by_role("link", name="石小满")).to_have_count(0)
