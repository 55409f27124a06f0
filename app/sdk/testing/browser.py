"""A real Chromium before the real application, at a desktop's and a phone's width."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright
from werkzeug.serving import make_server
from werkzeug.wsgi import ClosingIterator

from app.sdk.testing.world import Person

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

SCREENSHOTS = Path("screenshots").resolve()
DESKTOP, PHONE = 1280, 360
_AXE = Axe()
# Texts that begin left of the window: no scrolling brings them back.
_CUT_OFF = """() => [...document.querySelectorAll("body *")]
    .filter((part) => part.checkVisibility() && [...part.childNodes].some(
        (child) => child.nodeType === 3 && child.textContent.trim()))
    .filter((part) => part.getBoundingClientRect().left < 0)
    .map((part) => part.textContent.trim())"""
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


def chromium() -> str:
    """Return the browser's program; fail with a plain message when there is none."""
    names = (os.environ.get("QINCHAO_CHROMIUM", ""), "chromium", "chromium-browser")
    found = next((path for name in names if name and (path := shutil.which(name))), None)
    if found is None:
        pytest.fail("No Chromium: install Debian's chromium or set QINCHAO_CHROMIUM.")
    return found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start Chromium once for all tests of a worker."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium(), args=_FLAGS)
        yield started
        started.close()


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """Run an application beside the test; hands out its address."""

    def whole(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        # A browser that leaves halfway must not leave a file open: nobody would close it.
        with closing(ClosingIterator(app(environ, start_response))) as body:
            return [b"".join(body)]

    server = make_server("127.0.0.1", 0, whole, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="session")
def live(app: Flask) -> Iterator[str]:
    """The address of the running application."""
    with serving(app) as address:
        yield address


@dataclass
class Visit:
    """One person's window: what they see, and what the browser complained about."""

    page: Page
    width: int
    complaints: list[str] = field(default_factory=list)

    def hear(self, message: ConsoleMessage) -> None:
        """Collect what the browser reports as wrong (a refused script, a missing file)."""
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.text} ({message.location.get('url')})")

    def sign_in(self, person: Person) -> None:
        """Sign in through the page meant for the person."""
        self.page.goto("/sign-in" if person.kind == "staff" else "/family/sign-in")
        self.page.fill("input[name=login]", person.login)
        self.page.fill("input[name=secret]", person.secret)
        self.page.click("form button[type=submit]")
        self.page.wait_for_load_state()

    def sign_out(self) -> None:
        """Leave through the menu under one's own name."""
        self.page.locator(".bar-end summary").click()
        self.page.get_by_role("button", name="退出登录").click()
        self.page.wait_for_url("**/sign-in")

    def press(self, name: str) -> None:
        """Press the button of this name in the main part of the page."""
        self.page.locator("main").get_by_role("button", name=name, exact=True).click()

    def follow(self, name: str) -> None:
        """Follow the link of this name in the main part of the page."""
        self.page.locator("main").get_by_role("link", name=name, exact=True).first.click()

    def refused(self) -> None:
        """Say that the server was meant to refuse: the browser itself notes such an answer."""
        self.complaints[:] = [told for told in self.complaints if "status of 422" not in told]

    def resize(self, width: int) -> None:
        """Make the window as wide as another device."""
        self.width = width
        self.page.set_viewport_size({"width": width, "height": 800})

    def shoot(self, name: str) -> None:
        """Keep a picture of the whole page for people to look at."""
        SCREENSHOTS.mkdir(exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{name}-{self.width}.png", full_page=True)

    def check_both(self, name: str) -> None:
        """Check the page in the other width too, then go on in the present one."""
        present = self.width
        self.check(name)
        self.resize(PHONE if present == DESKTOP else DESKTOP)
        self.check(name)
        self.resize(present)

    def check(self, name: str) -> None:
        """Keep a picture; demand no serious barrier, no complaint, no sideways scrolling."""
        self.shoot(name)
        assert self.barriers() == []
        wide = self.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= self.width, f"{name} is {wide} px wide in a window of {self.width}"
        assert self.page.evaluate(_CUT_OFF) == []
        assert self.complaints == []

    def barriers(self) -> list[str]:
        """Return what keeps people who see, hear or point badly from using the page."""
        found = _AXE.run(self.page).response["violations"]
        return [
            f"{v['id']}: {v['nodes'][0]['html'][:160]}"
            for v in found
            if v["impact"] in ("serious", "critical")
        ]


class Window(Protocol):
    """Opens windows for a test."""

    def __call__(self, width: int = DESKTOP, scripts: bool = True) -> Visit:
        """Open a window of a width, with or without scripts."""


@pytest.fixture
def visit(browser: Browser, live: str) -> Iterator[Window]:
    """Open a window of a width: ``visit(PHONE)``; without scripts: ``visit(PHONE, False)``."""
    contexts = []

    def enter(width: int = DESKTOP, scripts: bool = True) -> Visit:
        context = browser.new_context(
            base_url=live,
            locale="zh-CN",
            viewport={"width": width, "height": 800},
            java_script_enabled=scripts,
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        found = Visit(context.new_page(), width)
        found.page.on("console", found.hear)
        found.page.on("pageerror", lambda error: found.complaints.append(str(error)))
        return found

    yield enter
    for context in contexts:
        context.close()
