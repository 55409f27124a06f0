"""Whether the service is alive and ready."""

from __future__ import annotations

from tests.support.world import World


def test_a_ready_service_says_so(world: World) -> None:
    browser = world.client()
    assert browser.get("/healthz").json == {"alive": True}
    answer = browser.get("/readyz")
    assert answer.status_code == 200
    assert answer.json == {"database": True, "migrations": True, "redis": True}


def test_the_short_address_of_families_leads_to_the_children(world: World) -> None:
    assert world.client().get("/family/").location == "/family/sign-in"
    center = world.center()
    guardian = world.guardian(center, world.child(center, "north"), account=True)
    assert world.client(guardian).get("/family/").location == f"/family/{center.slug}/"
    staff = world.client(world.person(center, "school_admin", "north"))
    assert staff.get("/family/").location == "/"


def test_what_is_sent_without_a_session_leads_back_over_the_sign_in_page(world: World) -> None:
    center = world.center()
    page = f"/c/{center.slug}/s/north/staff/new"
    browser = world.client()
    came_from = {"Referer": f"http://localhost{page}?draft=1"}
    answer = browser.client.post(page, data={"name": "林一"}, headers=came_from)
    assert answer.status_code == 302
    assert answer.location == f"/sign-in?next={page}?draft%3D1"
    assert "草稿" in browser.get(answer.location).text
    elsewhere = {"Referer": "http://evil.invalid/c/x"}
    answer = browser.client.post(page, data={}, headers=elsewhere)
    assert answer.location == "/sign-in"


def test_a_wrong_way_of_opening_has_a_page_of_its_own(world: World) -> None:
    answer = world.client().get("/sign-out")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]
    assert "不能这样打开" in answer.text
