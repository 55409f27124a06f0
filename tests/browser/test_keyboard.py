"""Everything can be reached without a mouse, and one sees where one is."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.scenes import scene
from tests.support.browser import Window
from tests.support.world import World

pytestmark = pytest.mark.browser
_OUTLINE = """() => {
    const style = getComputedStyle(document.activeElement);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
}"""


def tab_to(page: Page, words: str, most: int = 40) -> None:
    """Press Tab until what is focused is called ``words``; every stop on the way can be seen."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            continue
        assert page.evaluate(_OUTLINE), page.evaluate("document.activeElement.outerHTML")
        if words in page.evaluate("document.activeElement.textContent"):
            return
    pytest.fail(f"Tab never reached {words}")


def test_from_the_sign_in_to_a_child_without_a_mouse(visit: Window, world: World) -> None:
    at = scene(world)
    window = visit()
    page = window.page
    page.goto("/sign-in")
    expect(page.locator("[name=login]")).to_be_focused()
    page.keyboard.type(at.admin.login)
    page.keyboard.press("Tab")
    expect(page.locator("[name=secret]")).to_be_focused()
    page.keyboard.type(at.admin.secret)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator("nav.side")).to_be_visible()

    page.keyboard.press("Tab")
    skip = page.locator(".skip-link")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()

    page.goto(at.school)
    tab_to(page, "儿童")
    page.keyboard.press("Enter")
    page.wait_for_url("**/children")
    # Past the menu at once: the skip link comes first.
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    tab_to(page, "石小满")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("石小满")


def test_a_menu_opens_and_closes_from_the_keyboard(visit: Window, world: World) -> None:
    at = scene(world, "石小满")
    window = visit()
    page = window.page
    window.sign_in(at.admin)
    summary = page.locator(".bar-end summary")
    summary.focus()
    page.keyboard.press("Enter")
    leave = page.get_by_role("button", name="退出登录")
    expect(leave).to_be_visible()
    page.keyboard.press("Escape")
    expect(leave).to_be_hidden()
    expect(summary).to_be_focused()
