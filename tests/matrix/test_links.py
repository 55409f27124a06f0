"""Whatever a page offers can be opened: the links of a demonstration, followed in every role."""

from __future__ import annotations

import re
from collections import deque
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urldefrag, urljoin, urlsplit
from uuid import uuid4

import pytest
from flask import Flask

from app.demo import people
from app.demo.people import SignIn, sign_ins
from tests.support.demonstration import load_demonstration
from tests.support.world import Browser, World

# The schools are a twelfth as large as the demonstration's.
SHARE = 12
_NUMBER = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d+")
# A school's code, an indicator's name (all of those are opened elsewhere).
_KEY = re.compile(r"(?<=/s)/[^/]+|(?<=/indicators)/[a-z_]+\.(?!xlsx)[a-z_]+")


class Links(HTMLParser):
    """The addresses that a page offers to follow."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        for name in ("href", "hx-get") if tag in ("a", "div", "tr") else ():
            if (address := told.get(name)) is not None:
                self.found.append(address)


def kind_of(address: str) -> str:
    """Return the address without what differs from child to child."""
    told = urlsplit(address)
    path = _KEY.sub("/#", _NUMBER.sub("#", told.path))
    return f"{path}?{'&'.join(sorted(key for key, _ in parse_qsl(told.query) if key != 'sort'))}"


def broken(browser: Browser) -> list[str]:
    """Follow the links from the first page, one of each kind; return those that do not open."""
    waiting, kinds, failed = deque(["/"]), set[str](), []
    while waiting:
        address = waiting.popleft()
        if (kind := kind_of(address)) in kinds:
            continue
        kinds.add(kind)
        answer = browser.get(address)
        if answer.status_code in (301, 302, 303):
            waiting.append(urljoin(address, answer.location))
        elif answer.status_code != 200:
            failed.append(f"{answer.status_code} {address}")
        elif answer.mimetype == "text/html":
            for found in Links(answer.text).found:
                there = urldefrag(urljoin(address, found)).url
                if not urlsplit(there).netloc and not there.startswith(("tel:", "mailto:")):
                    waiting.append(there)
    return failed


@pytest.fixture(scope="module")
def told(app: Flask, tmp_path_factory: pytest.TempPathFactory) -> list[SignIn]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(people, "PASSWORD", f"links{uuid4().hex[:8]}")
        patch.setattr(people, "PIN", f"{uuid4().int % 10**6:06}")
        within = tmp_path_factory.mktemp("tenants")
        with app.app_context():
            loading, _, _ = load_demonstration(app, within, profile="quick", share=SHARE)
            with loading.center() as ctx:
                return sign_ins(ctx)


def test_every_link_a_page_offers_opens(told: list[SignIn], world: World) -> None:
    failed = {}
    by_role = {str(one.role): one for one in reversed(told)}
    assert len(by_role) >= 9
    for role, one in by_role.items():
        browser = world.client()
        page = "/family/sign-in" if one.family else "/sign-in"
        assert browser.submit(page, {"login": one.login, "secret": one.secret}).status_code == 302
        failed[role] = broken(browser)
    assert not {role: found for role, found in failed.items() if found}
