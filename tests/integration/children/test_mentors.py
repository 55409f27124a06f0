"""Choosing a mentor decides what the mentor sees."""

from __future__ import annotations

from sqlalchemy import select

from app.accounts.models import Grant
from tests.support.world import World


def test_the_mentor_sees_the_child_from_the_day_of_choosing(world: World) -> None:
    center = world.center()
    child = world.child(center, "north", name="石小满")
    world.child(center, "north", name="安宁")
    mentor = world.person(center, "mentor", "north", name="方序")
    admin = world.client(world.person(center, "school_admin", "north"))
    with world.inside(center.scope) as ctx:
        grant = ctx.session.scalar(select(Grant.id).where(Grant.role == "mentor"))
    page = f"/c/{center.slug}/children/{child}"
    assert world.client(mentor).get(f"{page}/").status_code == 404
    assert admin.submit(f"{page}/mentor", {"mentor": str(grant)}).status_code == 302
    assert "方序" in admin.get(f"{page}/").text
    theirs = world.client(mentor)
    assert theirs.get(f"{page}/").status_code == 200
    listed = theirs.get(f"/c/{center.slug}/s/north/children").text
    assert "石小满" in listed
    assert "安宁" not in listed
    assert admin.submit(f"{page}/mentor", {"mentor": ""}).status_code == 302
    assert world.client(mentor).get(f"{page}/").status_code == 404


def test_somebody_of_another_school_cannot_be_chosen(world: World) -> None:
    center = world.center()
    child = world.child(center, "north")
    world.person(center, "mentor", "south")
    with world.inside(center.scope) as ctx:
        grant = ctx.session.scalar(select(Grant.id).where(Grant.role == "mentor"))
    admin = world.client(world.person(center, "school_admin", "north"))
    answer = admin.submit(f"/c/{center.slug}/children/{child}/mentor", {"mentor": str(grant)})
    assert answer.status_code == 422
