"""Drafts: nothing written is lost, and nobody else reads it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import time_machine
from sqlalchemy import text

from app.accounts.drafts import finish, keep, kept
from app.kernel.clock import Clock
from tests.support.world import Browser, World

BODY = {"saved_at": "2026-11-22T08:00:00.000Z", "fields": [["note", "奶奶住院了"], ["day", ""]]}
_META = re.compile(r'name="csrf-token" content="([^"]+)"')
JSON = {"Accept": "application/json"}


def _put(browser: Browser, address: str, body: Any = BODY) -> Any:
    found = _META.search(browser.get("/account/secret").text)
    headers = JSON | {"X-CSRFToken": found.group(1) if found else ""}
    return browser.client.put(address, json=body, headers=headers)


def test_a_draft_survives_signing_out_and_is_its_writers_alone(world: World) -> None:
    center = world.center()
    writer = world.person(center, "school_admin", "north")
    address = f"/c/{center.slug}/drafts/visit.new"
    browser = world.client(writer)
    assert browser.get(address).status_code == 204
    assert _put(browser, address).status_code == 204
    browser.submit("/sign-out", {}, page="/account/secret")
    assert browser.get(address, headers=JSON).status_code == 401
    assert world.client(writer).get(address).json == BODY
    other = world.client(world.person(center, "school_admin", "north"))
    assert other.get(address).status_code == 204


def test_a_later_draft_replaces_the_earlier_and_delete_forgets_it(world: World) -> None:
    center = world.center()
    browser = world.client(world.person(center, "school_admin", "north"))
    address = f"/c/{center.slug}/drafts/child.edit"
    _put(browser, address)
    later = BODY | {"fields": [["note", "出院了"]]}
    assert _put(browser, address, later).status_code == 204
    assert browser.get(address).json == later
    found = _META.search(browser.get("/account/secret").text)
    assert found
    gone = browser.client.delete(address, headers={"X-CSRFToken": found.group(1)})
    assert gone.status_code == 204
    assert browser.get(address).status_code == 204


def test_a_guardians_draft_has_a_place_too(world: World) -> None:
    center = world.center()
    guardian = world.guardian(center, world.child(center, "north"), account=True)
    browser = world.client(guardian)
    address = f"/family/{center.slug}/drafts/answer"
    assert _put(browser, address).status_code == 204
    assert browser.get(address).json == BODY


def test_who_was_signed_out_elsewhere_gets_401_not_a_page(world: World) -> None:
    center = world.center()
    person = world.person(center, "school_admin", "north")
    address = f"/c/{center.slug}/drafts/x"
    browser = world.client(person)
    found = _META.search(browser.get("/account/secret").text)
    assert found
    token = found.group(1)
    browser.submit("/sign-out", {}, page="/account/secret")
    answer = browser.client.put(address, json=BODY, headers=JSON | {"X-CSRFToken": token})
    assert answer.status_code == 401


def test_what_is_not_a_draft_or_too_long_is_refused(world: World) -> None:
    center = world.center()
    browser = world.client(world.person(center, "school_admin", "north"))
    address = f"/c/{center.slug}/drafts/x"
    for body in (None, [], {"saved_at": "soon", "fields": []}, BODY | {"fields": [["a"]]}):
        assert _put(browser, address, body).status_code == 400
    for length, status in ((200_001, 400), (300_000, 413)):
        body = BODY | {"fields": [["note", ("x" if status == 400 else "长") * length]]}
        assert _put(browser, address, body).status_code == status
    assert browser.get(address).status_code == 204


def test_after_thirty_days_a_draft_is_gone(world: World) -> None:
    center = world.center()
    person = world.person(center, "school_admin", "north")
    address = f"/c/{center.slug}/drafts/old"
    _put(world.client(person), address)
    with time_machine.travel(Clock().now() + timedelta(days=31), tick=True):
        assert world.client(person).get(address).status_code == 204


def test_the_database_holds_no_readable_word_of_a_draft(world: World) -> None:
    center = world.center()
    person = world.person(center, "school_admin", "north")
    _put(world.client(person), f"/c/{center.slug}/drafts/secret")
    scope = center.scope.__class__(center.scope.reach, center.id, account_id=person.account_id)
    with world.inside(scope) as ctx:
        stored = bytes(ctx.session.execute(text("SELECT body FROM draft")).scalar_one())
    assert "奶奶".encode() not in stored
    assert b"\\u5976" not in stored


def test_a_finished_form_tells_the_browser_once_to_drop_its_copy(world: World) -> None:
    center = world.center()
    person = world.person(center, "school_admin", "north")
    scope = center.scope.__class__(center.scope.reach, center.id, account_id=person.account_id)
    _put(world.client(person), f"/c/{center.slug}/drafts/visit")
    with world.app.test_request_context("/"), world.inside(scope) as ctx:
        finish(ctx, "visit")
    assert world.client(person).get(f"/c/{center.slug}/drafts/visit").status_code == 204
    browser = world.client(person)
    with browser.client.session_transaction() as session:
        session["draft_done"] = "visit"
    mark = '<meta name="draft-done" content="visit">'
    assert mark in browser.get("/account/secret").text
    assert mark not in browser.get("/account/secret").text


def test_a_writer_has_room_for_a_hundred_drafts_and_the_oldest_goes(world: World) -> None:
    center = world.center()
    person = world.person(center, "school_admin", "north")
    scope = center.scope.__class__(center.scope.reach, center.id, account_id=person.account_id)
    start = Clock().now()
    for number in range(102):
        with (
            time_machine.travel(start + timedelta(seconds=number), tick=False),
            world.inside(scope) as ctx,
        ):
            keep(ctx, f"form.{number}", BODY)
    with time_machine.travel(start + timedelta(minutes=5), tick=False), world.inside(scope) as ctx:
        assert kept(ctx, "form.1") is None
        assert kept(ctx, "form.2") == BODY
        assert kept(ctx, "form.101") == BODY


def test_a_flood_of_drafts_is_told_to_wait(world: World) -> None:
    center = world.center()
    browser = world.client(world.person(center, "school_admin", "north"))
    answers = [_put(browser, f"/c/{center.slug}/drafts/f.{n}").status_code for n in range(21)]
    assert answers == [204] * 20 + [429]
