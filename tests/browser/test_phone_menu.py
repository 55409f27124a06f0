"""On a phone the whole menu is one tap away, also where scripts do not run."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.scenes import scene
from tests.support.browser import PHONE, Window
from tests.support.world import World

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scripts", [True, False])
def test_the_menu_opens_leads_on_and_closes(visit: Window, world: World, scripts: bool) -> None:
    at = scene(world, "石小满")
    window = visit(PHONE, scripts=scripts)
    page = window.page
    window.sign_in(at.admin)
    menu = page.locator("nav.side")
    expect(menu).to_be_hidden()
    page.locator(".tabbar").get_by_role("link", name="菜单").click()
    expect(menu).to_be_visible()
    window.shoot("phone-menu")
    menu.get_by_role("link", name="收起菜单").click()
    expect(menu).to_be_hidden()
    page.locator(".tabbar").get_by_role("link", name="菜单").click()
    menu.get_by_role("link", name="教职工").click()
    expect(page.locator("h1")).to_have_text("教职工")
    expect(menu).to_be_hidden()
    page.locator(".bar-end summary").click()
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_url("**/sign-in")
