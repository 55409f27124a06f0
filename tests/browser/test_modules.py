"""A school switches a module on and off; the menu follows at once."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.scenes import scene
from tests.support.browser import Window
from tests.support.world import World

pytestmark = pytest.mark.browser


def test_on_and_off_again(visit: Window, world: World) -> None:
    at = scene(world)
    window = visit()
    page = window.page
    window.sign_in(at.admin)
    entry = page.locator("nav.side").get_by_role("link", name="体检档案")
    page.goto(f"{at.school}modules")
    expect(entry).to_have_count(0)
    card = page.locator("#health_checks")
    card.get_by_text("它包含什么").click()
    expect(card).to_contain_text("录入体检记录")
    window.check_both("modules-explained")
    card.locator("summary", has_text="启用").click()
    window.check_both("modules-on-question")
    card.get_by_role("button", name="启用").click()
    expect(page.get_by_role("status").first).to_contain_text("“体检档案”已启用。")
    entry.click()
    expect(page.locator("main")).to_contain_text("还没有体检记录")
    window.check_both("check-ups-none")

    page.goto(f"{at.school}modules")
    card.locator("summary", has_text="停用").click()
    window.check_both("modules-off-question")
    page.locator("#health_checks").get_by_role("button", name="停用").click()
    expect(page.get_by_role("status").first).to_contain_text("数据都还在")
    expect(entry).to_have_count(0)
