"""Every page of the menus is readable at both widths, with people in it."""

from __future__ import annotations

import re

import pytest

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
