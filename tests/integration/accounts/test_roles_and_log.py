"""A centre's own answers to who may do what, and the log of what was done."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import time_machine

from app.accounts.services import add_staff
from app.kernel.clock import Clock
from tests.support.world import Browser, World


def _ticked(browser: Browser, page: str) -> list[str]:
    boxes = re.findall(r'<input[^>]*name="may"[^>]*>', browser.get(page).text)
    return [
        found.group(1)
        for box in boxes
        if " checked" in box and "disabled" not in box
        if (found := re.search(r'value="([^"]+)"', box))
    ]


def _save(browser: Browser, page: str, ticked: list[str]) -> Any:
    shown = re.findall(r'name="shown" value="([^"]+)"', browser.get(page).text)
    return browser.submit(page, {"may": ticked, "shown": shown})


def test_an_untied_permission_is_gone_at_once_in_this_centre_only(world: World) -> None:
    center, other = world.center(), world.center()
    admin = world.client(world.person(center, "center_admin"))
    school = world.client(world.person(center, "school_admin", "north"))
    elsewhere = world.client(world.person(other, "school_admin", "north"))
    page, staff = f"/c/{center.slug}/roles", f"/c/{center.slug}/s/north/staff"
    ticked = _ticked(admin, page)
    assert "school_admin:staff.view" in ticked
    assert school.get(staff).status_code == 200
    assert (
        _save(admin, page, [t for t in ticked if t != "school_admin:staff.view"]).status_code == 302
    )
    assert school.get(staff).status_code == 403
    assert elsewhere.get(f"/c/{other.slug}/s/north/staff").status_code == 200
    assert _save(admin, page, ticked).status_code == 302
    assert school.get(staff).status_code == 200


def test_an_added_permission_opens_the_page(world: World) -> None:
    center = world.center()
    admin = world.client(world.person(center, "center_admin"))
    counsellor = world.client(world.person(center, "counsellor", "north"))
    page, staff = f"/c/{center.slug}/roles", f"/c/{center.slug}/s/north/staff"
    assert counsellor.get(staff).status_code == 403
    _save(admin, page, [*_ticked(admin, page), "counsellor:staff.view"])
    assert counsellor.get(staff).status_code == 200


def test_the_centre_cannot_lock_itself_out_nor_give_its_own_matters_away(world: World) -> None:
    center = world.center()
    admin = world.client(world.person(center, "center_admin"))
    school = world.client(world.person(center, "school_admin", "north"))
    page = f"/c/{center.slug}/roles"
    assert _save(admin, page, ["school_admin:center.manage"]).status_code == 302
    assert admin.get(page).status_code == 200
    assert school.get(page).status_code == 403


def test_a_form_that_arrives_cut_short_takes_nothing_away(world: World) -> None:
    center = world.center()
    admin = world.client(world.person(center, "center_admin"))
    page = f"/c/{center.slug}/roles"
    before = _ticked(admin, page)
    assert admin.submit(page, {}).status_code == 302
    assert _ticked(admin, page) == before


def test_only_the_centres_administrator_opens_the_page(world: World) -> None:
    center = world.center()
    page = f"/c/{center.slug}/roles"
    assert world.client(world.person(center, "center_inspector")).get(page).status_code == 403
    assert world.client(world.person(center, "school_admin", "north")).get(page).status_code == 403


def test_the_log_says_who_did_what_in_plain_words_and_narrows(world: World) -> None:
    center = world.center()
    admin = world.client(world.person(center, "center_admin", name="方中"))
    with world.inside(center.school_scope("north")) as ctx:
        add_staff(ctx, name="周禾", number="L1", school_id=center.schools["north"])
    school = world.person(center, "school_admin", "south", name="吴南")
    south = world.client(school)
    log = f"/c/{center.slug}/audit"
    shown = admin.get(log).text
    assert "方中" in shown
    assert "staff.add" not in re.sub(r"<option.*?</option>", "", shown)  # a sentence, not a name
    assert "周禾" not in shown  # the log holds no names of whom it is about
    narrowed = admin.get(f"{log}?person={school.account_id}").text
    table = narrowed.split("<tbody>")[1]
    assert "吴南" in table
    assert "方中" not in table
    own = south.get(f"/c/{center.slug}/s/south/audit").text.split("<tbody>")[1]
    assert "吴南" in own
    assert own.count("<tr>") == 1  # nothing of the other school
    tomorrow = Clock().today() + timedelta(days=1)
    assert "<tbody>" not in admin.get(f"{log}?since={tomorrow}&until={tomorrow}").text
    assert admin.get(f"{log}?since=nonsense&person=nonsense&page=9").status_code == 200


def test_the_log_shows_the_last_thirty_days_at_first(world: World) -> None:
    center = world.center()
    world.client(world.person(center, "center_admin", name="方中"))
    with time_machine.travel(Clock().now() + timedelta(days=40), tick=True):
        later = world.client(world.person(center, "center_admin", name="方后"))
        table = later.get(f"/c/{center.slug}/audit").text.split("<tbody>")[1]
    assert "方后" in table
    assert "方中" not in table
