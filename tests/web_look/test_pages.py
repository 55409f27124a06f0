"""Every page of the gallery is readable, reachable and quiet under the strict policy."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask, render_template
from playwright.sync_api import Page

from app.web.look import asset, icon, init_look
from tests.web_look.conftest import Gallery
from tests.web_look.gallery.app import ERRORS, create_gallery

PAGES = ("/", "/form", "/grid", "/family", "/sign-in")
SIZES = ((1280, 900), (360, 740))
INLINE = re.compile(r"\sstyle\s*=|<style|<script(?![^>]*\ssrc=)|\son[a-z]+\s*=|javascript:", re.I)

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("path", PAGES)
def test_page_fits_and_has_no_serious_barrier(
    page: Page, gallery: Gallery, path: str, size: tuple[int, int]
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(path, wait_until="networkidle")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    found = Axe().run(page).response["violations"]
    assert [v["id"] for v in found if v["impact"] in ("serious", "critical")] == []
    assert gallery.complaints == []


@pytest.mark.parametrize("path", [*PAGES, *(f"/error/{code}" for code in ERRORS)])
def test_page_holds_nothing_inline(path: str) -> None:
    html = create_gallery().test_client().get(path).get_data(as_text=True)
    assert "<h1>" in html
    assert INLINE.search(html) is None


@pytest.mark.parametrize("name", ["layout.html", "family_layout.html", "bare_layout.html"])
def test_layout_stands_without_any_value(name: str) -> None:
    app = create_gallery()
    app.template_context_processors[None].clear()
    with app.test_request_context("/"):
        assert '<main id="main"' in render_template(name)


def test_every_thing_to_tap_on_a_family_page_is_big_enough(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/family")
    boxes = page.locator("main a, main button, header summary").all()
    heights = [box.bounding_box()["height"] for box in boxes if box.is_visible()]  # type: ignore[index]
    assert len(heights) > 5
    assert min(heights) >= 48


def test_wrong_form_names_each_fault_on_top_and_beside_its_field(plain_page: Page) -> None:
    plain_page.goto("/form")
    plain_page.click(".form-actions .btn-primary")
    links = plain_page.locator(".form-errors a")
    assert links.count() == 3
    for number in range(3):
        target = plain_page.locator(links.nth(number).get_attribute("href") or "#nothing")
        assert target.count() == 1
    told = plain_page.locator("#place").get_attribute("aria-describedby") or ""
    assert plain_page.locator("#place-error").is_visible()
    assert "place-error" in told.split()


def test_phone_menu_opens_and_closes_without_scripts(plain_page: Page) -> None:
    plain_page.goto("/")
    assert not plain_page.locator(".side").is_visible()
    plain_page.click(".tabbar a[href='#menu']")
    assert plain_page.locator(".side").is_visible()
    plain_page.click(".side-close")
    assert not plain_page.locator(".side").is_visible()


def test_masked_number_is_shown_without_scripts(plain_page: Page) -> None:
    plain_page.goto("/")
    plain_page.click(".masked button >> nth=1")
    assert plain_page.locator("text=199 0000 0012").is_visible()


def test_masked_number_is_shown_in_its_place(page: Page, gallery: Gallery) -> None:
    page.goto("/")
    page.click(".masked button >> nth=1")
    page.wait_for_selector("text=199 0000 0012")
    assert page.locator("h1").is_visible()
    assert gallery.complaints == []


def test_lost_connection_is_said_in_words(page: Page) -> None:
    page.goto("/")
    page.route("**/show-phone", lambda route: route.abort())
    page.click(".masked button >> nth=1")
    page.wait_for_selector(".toast-line")
    page.click(".toast-line button")
    assert page.locator(".toast-line").count() == 0


def test_printed_page_has_content_and_no_navigation(page: Page) -> None:
    page.goto("/")
    page.emulate_media(media="print")
    assert page.locator("table#children").is_visible()
    for part in (".bar", ".side", ".filter-bar", ".pager", ".page-actions"):
        assert not page.locator(part).first.is_visible()


def test_list_is_narrowed_while_typing(page: Page) -> None:
    page.goto("/")
    page.fill("[data-filter-table]", "周石生")
    assert page.locator("#children tbody tr:visible").count() == 1
    page.fill("[data-filter-table]", "")
    assert page.locator("#children tbody tr:visible").count() == 4


def test_static_address_changes_with_its_content() -> None:
    app = create_gallery()
    with app.test_request_context("/"):
        assert re.fullmatch(r"/static/app\.css\?v=[0-9a-f]{8}", asset("app.css"))
        assert re.fullmatch(r"/static/vendor/htmx-[0-9a-f]{12}\.js", asset("vendor/htmx.js"))


def test_unknown_icon_is_nothing() -> None:
    init_look(Flask("icons"))
    assert icon("../../../etc/passwd") == ""
    assert icon("house").startswith("<svg")
