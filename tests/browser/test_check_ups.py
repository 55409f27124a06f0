"""A whole class is typed into one table, by keyboard, by pasting, and without scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from app.kernel.clock import Clock
from tests.browser.scenes import Scene, scene
from tests.support.browser import PHONE, Visit, Window
from tests.support.world import World

pytestmark = pytest.mark.browser


def cell(page: Page, name: str, item: str) -> Locator:
    """Return the box of a child and a measure."""
    return page.get_by_label(f"{name} {item}", exact=True)


def open_class(window: Visit, world: World) -> Scene:
    """Open a round and the table of its class as the school's health worker."""
    at = scene(world, modules=("health_checks",))
    window.sign_in(world.person(at.center, "health_worker", "north"))
    page = window.page
    page.goto(f"{at.school}m/health_checks/rounds/new")
    page.fill("[name=title]", "秋季体检")
    page.fill("[name=held_on]", Clock().today().isoformat())
    window.press("建好，开始录入")
    return at


def test_a_class_is_filled_in_from_the_keyboard(visit: Window, world: World) -> None:
    window = visit()
    page = window.page
    at = open_class(window, world)
    window.check_both("check-up-round")
    window.follow("录入")
    rows = page.locator("tbody tr th").all_inner_texts()
    first, second, third, _ = (text.split()[0] for text in rows)
    cell(page, first, "身高").click()
    for typed in ("131.5", "１２８。５", "12"):
        page.keyboard.type(typed)
        page.keyboard.press("Enter")
    expect(cell(page, second, "身高")).to_have_value("128.5")
    expect(page.locator("tbody tr").nth(2).locator(".cell-hint")).to_contain_text("90")
    expect(page.locator(".grid-state")).to_contain_text("3")

    cell(page, first, "体重").focus()
    page.evaluate(
        """(text) => {
            const clipboardData = new DataTransfer();
            clipboardData.setData("text/plain", text);
            const how = { clipboardData, bubbles: true, cancelable: true };
            document.activeElement.dispatchEvent(new ClipboardEvent("paste", how));
        }""",
        "28.1\t4.9\n27.4\t5.0\n26\t4.8\n",
    )
    expect(cell(page, second, "左眼视力")).to_have_value("5.0")
    window.check_both("check-up-typed")

    window.press("全部保存")
    expect(page.get_by_role("alert")).to_contain_text(third)
    wrong = cell(page, third, "身高")
    expect(wrong).to_have_attribute("aria-invalid", "true")
    expect(page.locator(f"[id='{wrong.get_attribute('aria-describedby')}']")).to_contain_text("12")
    expect(cell(page, first, "身高")).to_have_value("131.5")
    expect(cell(page, third, "体重")).to_have_value("26")
    window.refused()
    window.check_both("check-up-wrong")

    wrong.fill("126")
    window.press("全部保存")
    expect(page.get_by_role("status").first).to_contain_text("新录入 3 人")
    window.check_both("check-up-saved")
    window.follow("名单")
    window.check_both("check-up-list")

    teacher = visit()
    teacher.sign_in(at.admin)
    teacher.page.goto(at.child(first))
    teacher.check_both("child-timeline")
    teacher.page.locator("#parts nav").get_by_text("体检档案").click()
    expect(teacher.page.locator("main")).to_contain_text("131.5")
    teacher.check_both("child-with-check-up")


def test_without_scripts_the_class_is_saved_too(visit: Window, world: World) -> None:
    window = visit(PHONE, scripts=False)
    open_class(window, world)
    window.follow("录入")
    cell(window.page, "石小满", "身高").fill("131")
    window.press("全部保存")
    expect(window.page.get_by_role("status").first).to_contain_text("新录入 1 人")
