"""A browser before the gallery, under the security policy of production."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, ConsoleMessage, Page

from app.sdk.testing.browser import serving
from app.web import assets
from tests.web_look.gallery.app import create_gallery

ROOT = Path(__file__).parents[2]


@dataclass
class Gallery:
    app: Flask
    address: str
    complaints: list[str] = field(default_factory=list)

    def hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.text} ({message.location.get('url')})")


@pytest.fixture
def gallery() -> Iterator[Gallery]:
    assets.build(ROOT)
    app = create_gallery()
    with serving(app) as address:
        yield Gallery(app, address)


@pytest.fixture
def page(browser: Browser, gallery: Gallery) -> Iterator[Page]:
    context = browser.new_context(base_url=gallery.address, locale="zh-CN")
    page = context.new_page()
    page.on("console", gallery.hear)
    page.on("pageerror", lambda error: gallery.complaints.append(str(error)))
    yield page
    context.close()


@pytest.fixture
def plain_page(browser: Browser, gallery: Gallery) -> Iterator[Page]:
    """A phone on which no script runs."""
    context = browser.new_context(
        base_url=gallery.address,
        java_script_enabled=False,
        viewport={"width": 360, "height": 740},
    )
    yield context.new_page()
    context.close()
