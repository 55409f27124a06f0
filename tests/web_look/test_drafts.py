"""What a teacher has written survives a closed page and an ended session."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.web_look.conftest import Gallery

pytestmark = pytest.mark.browser


def _wait(holds: Callable[[], object]) -> None:
    end = time.monotonic() + 12
    while not holds():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.1)


def _write(page: Page, text: str) -> None:
    page.goto("/form", wait_until="networkidle")
    page.fill("#place", text)
    page.check("#way-1")
    page.fill("#code", "secret-word")


def test_draft_comes_back_after_the_page_was_closed(page: Page, gallery: Gallery) -> None:
    kept = gallery.app.extensions["drafts"]
    _write(page, "石坪村四组")
    _wait(lambda: "visit" in kept)
    assert "secret-word" not in str(kept["visit"])
    assert "csrf_token" not in str(kept["visit"])
    page.goto("about:blank")
    page.goto("/form")
    expect(page.locator("#place")).to_have_value("石坪村四组")
    assert page.locator("#way-1").is_checked()
    page.click(".draft-bar button")
    expect(page.locator("#place")).to_have_value("")
    _wait(lambda: "visit" not in kept)


def test_leaving_at_once_keeps_the_draft(page: Page, gallery: Gallery) -> None:
    _write(page, "石坪村五组")
    page.goto("/family")
    page.goto("/form")
    expect(page.locator("#place")).to_have_value("石坪村五组")


def test_draft_written_while_signed_out_waits_on_the_device(page: Page, gallery: Gallery) -> None:
    kept = gallery.app.extensions["drafts"]
    page.goto("/form", wait_until="networkidle")
    kept["signed out"] = True
    page.fill("#place", "石坪村六组")
    expect(page.locator(".draft-state")).not_to_be_empty(timeout=12_000)
    assert "visit" not in kept
    page.goto("about:blank")
    kept.clear()
    page.goto("/form")
    expect(page.locator("#place")).to_have_value("石坪村六组")


def test_saved_form_leaves_no_draft_behind(page: Page) -> None:
    _write(page, "石坪村七组")
    page.fill("#happened_on", "2026-11-18")
    page.click(".form-actions .btn-primary")
    page.wait_for_load_state("networkidle")
    assert page.evaluate("Object.keys(localStorage).length") == 0
    page.goto("/form", wait_until="networkidle")
    assert page.locator(".draft-bar").count() == 0


def test_signing_out_leaves_no_draft_on_a_shared_phone(page: Page, gallery: Gallery) -> None:
    _write(page, "石坪村八组")
    page.evaluate("localStorage.setItem('qc-draft:a1:other', '{}')")
    page.click("header .bar-end summary")
    page.click("form[data-sign-out] button")
    page.wait_for_url("**/sign-in")
    assert "visit" in gallery.app.extensions["drafts"]
    assert page.evaluate("Object.keys(localStorage).length") == 0
