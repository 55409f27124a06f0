"""Signing in and the first pages, as people see them."""

from __future__ import annotations

import pytest

from tests.support.browser import DESKTOP, PHONE, Window
from tests.support.world import World

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_signing_in(visit: Window, world: World, width: int) -> None:
    center = world.center()
    window = visit(width)
    window.page.goto("/")
    window.check("sign-in")
    window.page.fill("input[name=login]", "nobody")
    window.page.fill("input[name=secret]", "wrong")
    window.page.click("form button[type=submit]")
    assert "账号或密码不对" in window.page.inner_text("main")
    # The browser itself notes the 422; that is the answer we mean.
    window.complaints.clear()
    window.sign_in(world.person(center, "center_admin"))
    assert "中心总览" in window.page.inner_text("main")
    window.check("center-home-empty")


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_the_guardians_door(visit: Window, width: int) -> None:
    window = visit(width)
    window.page.goto("/family/sign-in")
    window.check("family-sign-in")
