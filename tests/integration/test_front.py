"""Whether the service is alive and ready."""

from __future__ import annotations

from tests.support.world import World


def test_a_ready_service_says_so(world: World) -> None:
    browser = world.client()
    assert browser.get("/healthz").json == {"alive": True}
    answer = browser.get("/readyz")
    assert answer.status_code == 200
    assert answer.json == {"database": True, "migrations": True, "redis": True}
