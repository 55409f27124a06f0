"""Every page of the menus is readable at both widths, with people in it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.scenes import scene
from tests.support.browser import Visit, Window
from tests.support.world import World

pytestmark = pytest.mark.browser


def walk(window: Visit, start: str, name: str) -> None:
    """Check each page that the menu of ``start`` names."""
    window.page.goto(start)
    links = window.page.locator("nav.side a.side-link").all()
    addresses = [str(link.get_attribute("href")) for link in links]
    assert len(addresses) > 5
    for address in addresses:
        window.page.goto(address)
        window.page.wait_for_load_state("networkidle")
        last = re.sub(r"\W+", "-", address.removeprefix(start)).strip("-") or "home"
        window.check_both(f"{name}-{last}")


def test_the_forms_behind_a_childs_page(visit: Window, world: World) -> None:
    at = scene(world, "石小满")
    window = visit()
    window.sign_in(at.admin)
    start = at.child("石小满")
    window.page.goto(start)
    links = window.page.locator(f"main a[href^='{start}']").all()
    addresses = {str(link.get_attribute("href")).split("#")[0] for link in links}
    no_forms = (".pdf", "/duties")
    forms = sorted(address for address in addresses - {start} if not address.endswith(no_forms))
    assert len(forms) > 8
    for address in forms:
        window.page.goto(address)
        expect(window.page.locator("main form")).not_to_have_count(0)
        last = re.sub(r"[0-9a-f-]{36}/", "", address.removeprefix(start)).replace("/", "-")
        window.check_both(f"child-form-{last}")


def test_the_pages_of_a_school(visit: Window, world: World) -> None:
    at = scene(world, modules=("health_checks",))
    window = visit()
    window.sign_in(at.admin)
    walk(window, at.school, "school")


def test_the_pages_of_a_centre(visit: Window, world: World) -> None:
    at = scene(world, modules=("health_checks",))
    window = visit()
    window.sign_in(world.person(at.center, "center_admin"))
    walk(window, f"/c/{at.center.slug}/", "center")
