"""Who sees what, with the module on and off, and what a page costs."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from app.sdk.testing.core import GrantChild, ModuleSwitch
from app.sdk.testing.schools import counted
from app.sdk.testing.world import Browser
from plugins.mentoring.models import Assessment
from plugins.mentoring.tests.school import TODAY, School


def test_two_mentors_see_nothing_of_each_other(school: School) -> None:
    one, other = school.mentors["石小满"], school.mentors["柳青青"]
    client = school.client(one)
    page = client.get(school.at).text
    assert "石小满" in page
    assert "柳青青" not in page
    assert "江小渔" not in page
    assert "孙谷雨" not in page
    assert client.get(f"{school.at}/assessment/{one.id}").status_code == 200
    for path in (
        f"{school.at}/mentors/{other.id}", f"{school.at}/assessment/{other.id}",
        f"{school.at}/assessment/{other.id}/rows/contacts", school.of("柳青青") + "/m/mentoring",
    ):  # fmt: skip
        assert client.get(path).status_code == 404, path
    assert client.get(school.at + "/proposal").status_code == 403
    all_ = client.get(school.at + "/assessment")
    assert (all_.status_code, all_.location) == (302, f"{school.at}/assessment/{one.id}")
    sent = client.submit(
        f"{school.at}/assessment/{other.id}/statement", {"statement": "不是我"},
        page=school.of("石小满") + "/m/mentoring/plans/new/support",
    )  # fmt: skip
    assert sent.status_code == 404
    with school.world.inside(school.center.scope) as ctx:
        assert ctx.session.scalars(select(Assessment)).all() == []


def test_switched_off_the_module_is_gone_and_pairings_stay(school: School) -> None:
    with school.world.inside(school.center.scope) as ctx:
        row = ctx.session.scalars(
            select(ModuleSwitch).where(ModuleSwitch.module == "mentoring")
        ).one()
        row.enabled = False
    head = school.client(school.head)
    for path in ("", "/proposal", "/assessment"):
        assert head.get(school.at + path).status_code == 404
    assert head.get(school.of("石小满") + "/m/mentoring").status_code == 404
    mentor = school.client(school.mentors["石小满"])
    assert mentor.get(school.of("石小满") + "/").status_code == 200


def _queries(school: School, client: Browser, path: str) -> int:
    with counted(school.world.app) as seen:
        assert client.get(path).status_code == 200
    return len(seen)


@pytest.mark.parametrize("path", ["", "/proposal", "/assessment", "/mentor"])
def test_pages_ask_as_often_for_many_children_as_for_few(school: School, path: str) -> None:
    head, person = school.client(school.head), school.mentors["石小满"]
    at = school.at + (f"/mentors/{person.id}" if path == "/mentor" else path)
    head.get(at)
    before = _queries(school, head, at)
    more = [
        school.world.child(school.center, "north", name=f"石小{n}", homeroom=school.room)
        for n in "一二三四五六"
    ]
    for child in more[:3]:
        school.world.person(school.center, "mentor", "north", children=(child,), name="吴大海")
    with school.world.inside(school.center.scope) as ctx:
        ctx.session.add(
            GrantChild(
                school_id=school.center.schools["north"],
                grant_id=school.grant(person),
                child_id=more[3],
                starts_on=date(TODAY.year, 9, 1),
            )
        )
    school.note("石小满", person)
    assert _queries(school, head, at) == before
