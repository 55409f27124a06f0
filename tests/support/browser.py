"""A real Chromium before the real application, at a desktop's and a phone's width."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright
from werkzeug.serving import make_server

from tests.support.world import Person

SCREENSHOTS = Path(__file__).parents[2] / "screenshots"
DESKTOP, PHONE = 1280, 360
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
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium(), args=_FLAGS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def live(app: Flask) -> Iterator[str]:
    """The address of the running application."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


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

    def shoot(self, name: str) -> None:
        """Keep a picture of the whole page for people to look at."""
        SCREENSHOTS.mkdir(exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{name}-{self.width}.png", full_page=True)

    def check(self, name: str) -> None:
        """Keep a picture; demand no serious barrier, no complaint, no sideways scrolling."""
        self.shoot(name)
        found = Axe().run(self.page).response["violations"]
        serious = [
            f"{v['id']}: {v['nodes'][0]['html'][:160]}"
            for v in found
            if v["impact"] in ("serious", "critical")
        ]
        assert serious == []
        wide = self.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= self.width, f"{name} is {wide} px wide in a window of {self.width}"
        assert self.complaints == []


@pytest.fixture
def visit(browser: Browser, live: str) -> Iterator[Callable[[int], Visit]]:
    """Open a window of a width: ``visit(PHONE)``."""
    contexts = []

    def enter(width: int = DESKTOP) -> Visit:
        context = browser.new_context(
            base_url=live, locale="zh-CN", viewport={"width": width, "height": 800}
        )
        contexts.append(context)
        found = Visit(context.new_page(), width)
        found.page.on("console", found.hear)
        found.page.on("pageerror", lambda error: found.complaints.append(str(error)))
        return found

    yield enter
    for context in contexts:
        context.close()
