"""Chinese unless asked otherwise."""

from __future__ import annotations

from tests.support.world import World


def test_a_reader_chooses_english_and_keeps_it(world: World) -> None:
    browser = world.client()
    assert "教职工登录" in browser.get("/sign-in").text
    chosen = browser.get("/language/en", headers={"Referer": "http://localhost/sign-in?next=/x"})
    assert chosen.location == "/sign-in"
    assert "Staff sign-in" in browser.get("/sign-in").text
    assert browser.get("/language/fr").status_code == 404


def test_another_site_cannot_send_the_reader_elsewhere(world: World) -> None:
    answer = world.client().get("/language/en", headers={"Referer": "https://evil.example/x"})
    assert answer.location == "/"
