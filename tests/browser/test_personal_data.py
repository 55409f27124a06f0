"""A copy is made for a family, and two administrators erase a child who has left."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from app.children.models import Child
from app.kernel.clock import Clock
from tests.browser.scenes import NAMES, scene
from tests.support.browser import Window
from tests.support.world import World

pytestmark = pytest.mark.browser


def test_two_people_erase_a_child_who_has_left(visit: Window, world: World) -> None:
    at = scene(world)
    name = NAMES[1]
    with world.inside(at.center.scope) as ctx:
        row = ctx.session.scalars(select(Child).where(Child.id == at.children[name])).one()
        row.left_on = Clock().today()
    first = visit()
    first.sign_in(world.person(at.center, "center_admin", name="林安"))
    first.page.goto(at.child(name))
    first.follow("个人信息")
    first.check_both("personal-data")
    first.follow("申请删除")
    first.check_both("erasure-ask")
    first.page.get_by_text("家长要求").click()
    first.page.fill("[name=reason]", "家长书面申请，已转学到外省。")
    first.press("提交申请")
    first.check_both("erasures")
    second = visit()
    second.sign_in(world.person(at.center, "center_admin", name="方远"))
    second.page.goto(f"/c/{at.center.slug}/personal-data")
    second.follow(name)
    second.check_both("erasure")
    second.page.locator("summary", has_text="同意并删除").click()
    second.page.locator("details[open]").get_by_role("button", name="同意并删除").click()
    expect(second.page.get_by_text("正在删除").first).to_be_visible()
