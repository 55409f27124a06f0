"""What a school prints: cards and rosters as PDF, and pages without their menus."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.scenes import scene
from tests.documents.readers import text as pdf_text
from tests.support.browser import Visit, Window
from tests.support.world import World

pytestmark = pytest.mark.browser


def paper(window: Visit, name: str) -> str:
    """Return the text of the PDF behind the first link of this name."""
    link = window.page.locator("main").get_by_role("link", name=name, exact=True).first
    answer = window.page.request.get(str(link.get_attribute("href")))
    assert answer.headers["content-type"] == "application/pdf"
    return pdf_text(answer.body())


def test_cards_and_rosters_come_as_pdf(visit: Window, world: World) -> None:
    at = scene(world)
    window = visit()
    window.sign_in(at.admin)
    window.page.goto(at.child("石小满"))
    card = paper(window, "联系卡")
    assert "石小满" in card
    assert "周念安" not in card
    window.page.goto(f"{at.school}classes")
    window.check_both("classes")
    cards = paper(window, "联系卡")
    roster = paper(window, "打印")
    for name in at.children:
        assert name in cards
        assert name in roster
    window.page.goto(f"{at.school}children")
    assert "柳青青" in paper(window, "打印花名册")


def test_a_printed_page_holds_its_content_and_no_menu(visit: Window, world: World) -> None:
    at = scene(world)
    window = visit()
    page = window.page
    window.sign_in(at.admin)
    for name, address in (
        ("print-child", at.child("石小满")),
        ("print-children", f"{at.school}children"),
    ):
        page.goto(address)
        page.wait_for_load_state("networkidle")
        page.emulate_media(media="print")
        for part in ("header.bar", "nav.side", "nav.crumbs", ".page-actions", ".tabbar"):
            expect(page.locator(part)).to_be_hidden()
        for button in page.locator("main .btn").all():
            expect(button).to_be_hidden()
        expect(page.locator("main")).to_contain_text("石小满")
        expect(page.locator(".print-only").first).to_contain_text("north小学")
        window.shoot(name)
        page.emulate_media(media="screen")
