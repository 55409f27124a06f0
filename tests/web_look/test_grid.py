"""A class sheet is filled in as fast as in a spreadsheet, and points out odd figures."""

from __future__ import annotations

import pytest
from playwright.sync_api import Dialog, Page, expect

pytestmark = pytest.mark.browser

_PASTE = """text => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  const event = new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true});
  document.activeElement.dispatchEvent(event);
}"""


def _focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.name"))


@pytest.fixture
def sheet(page: Page) -> Page:
    page.goto("/grid", wait_until="networkidle")
    return page


def test_keys_move_through_the_sheet(sheet: Page) -> None:
    sheet.focus("[name=h1]")
    sheet.keyboard.press("Enter")
    assert _focused(sheet) == "h2"
    sheet.keyboard.press("ArrowDown")
    assert _focused(sheet) == "h3"
    sheet.keyboard.press("ArrowRight")
    assert _focused(sheet) == "w3"
    sheet.keyboard.press("ArrowUp")
    assert _focused(sheet) == "w2"


def test_block_copied_from_a_spreadsheet_fills_the_cells(sheet: Page) -> None:
    sheet.focus("[name=w2]")
    sheet.evaluate(_PASTE, "28.5\t1200\r\n３１．２\t1350\r\n")
    values = [sheet.input_value(f"[name={name}]") for name in ("w2", "v2", "w3", "v3")]
    assert values == ["28.5", "1200", "31.2", "1350"]
    assert sheet.locator(".is-changed").count() == 4


def test_odd_figure_is_pointed_out_and_forgiven(sheet: Page) -> None:
    sheet.fill("[name=h3]", "13.5")
    sheet.keyboard.press("Enter")
    assert sheet.locator("[name=h3]").get_attribute("aria-invalid") == "true"
    expect(sheet.locator("#h3-hint")).to_contain_text("80")
    sheet.fill("[name=h3]", "135")
    sheet.keyboard.press("Enter")
    assert sheet.locator("[name=h3]").get_attribute("aria-invalid") is None


def test_leaving_with_unsaved_cells_is_questioned(sheet: Page) -> None:
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    sheet.on("dialog", stay)
    sheet.click("[name=h3]")
    sheet.keyboard.type("135")
    expect(sheet.locator(".grid-state")).to_contain_text("1")
    sheet.goto("/family")
    assert asked == ["beforeunload"]
