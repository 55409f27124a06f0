"""A person with two grants: neither lends its permissions to the other's reach."""

from __future__ import annotations

import pytest

from app.accounts.models import Grant, Membership
from app.accounts.roles import ROLES
from tests.support.world import BEGIN, CenterHandle, Person, World


def also(
    world: World, center: CenterHandle, person: Person, role: str, school: str | None = None
) -> None:
    """Give somebody a second place of work with a role there."""
    school_id = center.schools[school] if school else None
    with world.inside(center.scope) as ctx:
        member = Membership(school_id=school_id, staff_id=person.id, starts_on=BEGIN)
        ctx.session.add(member)
        ctx.session.flush()
        ctx.session.add(
            Grant(
                school_id=school_id,
                membership_id=member.id,
                role=role,
                reach=ROLES[role].reach,
                starts_on=BEGIN,
            )
        )


@pytest.mark.parametrize(("role", "school"), [("mentor", "b"), ("center_inspector", None)])
def test_an_administrator_of_one_school_manages_nobody_elsewhere(
    world: World, role: str, school: str | None
) -> None:
    center = world.center("a", "b")
    person = world.person(center, "school_admin", "a", name="方序")
    also(world, center, person, role, school)
    victim = world.person(center, "school_admin", "b", name="白松")
    browser = world.client(person)
    home = f"/c/{center.slug}/staff"

    assert browser.get(f"{home}/{victim.id}").status_code == 404
    given = browser.submit(
        f"{home}/slips", {"staff": str(victim.id)}, page=f"/c/{center.slug}/s/a/staff"
    )
    assert given.mimetype != "application/pdf"
    world.client(victim)  # the password is still the old one


def test_the_log_of_a_school_is_for_those_who_may_read_it_there(world: World) -> None:
    center = world.center("a", "b")
    person = world.person(center, "school_admin", "a", name="方序")
    also(world, center, person, "mentor", "b")
    world.client(world.person(center, "school_admin", "b", name="白松"))
    browser = world.client(person)

    assert "白松" not in browser.get(f"/c/{center.slug}/audit").text
    assert "白松" not in browser.get(f"/c/{center.slug}/staff").text


def test_one_role_at_two_schools_reads_both(world: World) -> None:
    center = world.center("a", "b", "c")
    person = world.person(center, "school_admin", "a", name="方序")
    also(world, center, person, "school_admin", "b")
    for school, name in (("a", "甘霖"), ("b", "白松"), ("c", "祝远")):
        world.person(center, "mentor", school, name=name)
    listed = world.client(person).get(f"/c/{center.slug}/staff").text

    assert "甘霖" in listed
    assert "白松" in listed
    assert "祝远" not in listed
