"""What somebody has begun to write outlives a sign-out, and leaves nothing on a shared phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.scenes import scene
from tests.support.browser import PHONE, Window
from tests.support.world import World

pytestmark = pytest.mark.browser
WRITTEN = "奶奶住院了，周五再去一次"


def test_a_draft_comes_back_after_signing_in_again(visit: Window, world: World) -> None:
    at = scene(world, "石小满")
    window = visit(PHONE)
    page = window.page
    window.sign_in(at.admin)
    form = f"{at.child('石小满')}notes/new"
    page.goto(form)
    page.locator("textarea").first.fill(WRITTEN)
    window.sign_out()
    assert (
        page.evaluate("Object.keys(localStorage).filter((k) => k.startsWith('qc-draft')).length")
        == 0
    )
    window.sign_in(at.admin)
    page.goto(form)
    expect(page.locator("textarea").first).to_have_value(WRITTEN)
    expect(page.locator(".draft-bar")).to_contain_text("上次没写完的内容已恢复")
    window.check_both("draft-restored")
    page.fill("[name=title]", "聊近况")
    window.press("保存")
    expect(page.locator("main")).to_contain_text(WRITTEN)
    window.check_both("child-with-note")
    page.goto(form)
    page.wait_for_load_state("networkidle")
    expect(page.locator("textarea").first).to_have_value("")


def test_without_a_connection_the_draft_stays_on_the_device(visit: Window, world: World) -> None:
    at = scene(world, "石小满")
    window = visit(PHONE)
    page = window.page
    window.sign_in(at.admin)
    page.goto(f"{at.child('石小满')}notes/new")
    page.context.set_offline(True)
    page.locator("textarea").first.fill(WRITTEN)
    state = page.locator(".draft-state")
    expect(state).to_contain_text("网络不通", timeout=15_000)
    window.complaints.clear()
    page.context.set_offline(False)
    page.reload()
    expect(page.locator("textarea").first).to_have_value(WRITTEN)
    expect(page.locator(".draft-bar")).to_be_visible()
