"""The page of a child: what it tells, what it hides, and that reading it is noted."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.audit.models import AuditEvent
from app.children.models import GuardianPhone, IdentityDocument, ParentStatus, Placement
from tests.integration.children.test_lists import counting
from tests.support.world import CenterHandle, World, identity_number

NUMBER = identity_number(date(2017, 5, 4), 122)
PHONE = "19900008188"


@pytest.fixture
def center(world: World) -> CenterHandle:
    return world.center()


def test_it_tells_who_cares_where_parents_are_and_why(world: World, center: CenterHandle) -> None:
    child = world.child(center, "north", homeroom=world.homeroom(center, "north"), number=NUMBER)
    father = world.guardian(center, child, name="石大山", phone=PHONE)
    world.guardian(center, child, name="石桂英", relation="grandmother")
    with world.inside(center.scope) as ctx:
        ctx.session.add(
            ParentStatus(
                guardian_id=father.id, away="yes", away_since=date(2025, 3, 1), place="东莞市",
                confirmed_on=date(2026, 9, 5), source="visit",
            )
        )  # fmt: skip
    browser = world.client(world.person(center, "school_admin", "north"))
    page = browser.get(f"/c/{center.slug}/children/{child}/").text
    for shown in ("石小满", "三（1）班", "石大山", "石桂英", "东莞市", "2026-09-05", "199****8188"):
        assert shown in page, shown
    assert PHONE not in page
    assert NUMBER not in page


def test_a_term_that_begins_in_august_bears_the_class_of_its_school_year(
    world: World, center: CenterHandle
) -> None:
    child = world.child(center, "north", homeroom=world.homeroom(center, "north"))
    with world.inside(center.scope) as ctx:
        (place,) = ctx.session.scalars(select(Placement).where(Placement.child_id == child))
        place.starts_on = date(2026, 8, 31)
    browser = world.client(world.person(center, "school_admin", "north"))
    page = browser.get(f"/c/{center.slug}/children/{child}/").text
    assert "三（1）班（2026-08-31" in page
    assert "二（1）班" not in page


def test_reading_is_noted_once_a_view(world: World, center: CenterHandle) -> None:
    child = world.child(center, "north")
    browser = world.client(world.person(center, "school_admin", "north"))
    for _ in range(2):
        browser.get(f"/c/{center.slug}/children/{child}/")
    with world.inside(center.scope) as ctx:
        assert (
            ctx.session.scalar(
                select(func.count())
                .select_from(AuditEvent)
                .where(AuditEvent.action == "child.read", AuditEvent.child_id == child)
            )
            == 2
        )


def test_a_masked_number_is_shown_on_asking_and_noted(world: World, center: CenterHandle) -> None:
    child = world.child(center, "north", number=NUMBER)
    world.guardian(center, child, phone=PHONE)
    page = f"/c/{center.slug}/children/{child}/"
    with world.inside(center.scope) as ctx:
        phone = ctx.session.scalars(select(GuardianPhone.id)).one()
        document = ctx.session.scalars(select(IdentityDocument.id)).one()
    admin = world.client(world.person(center, "school_admin", "north"))
    assert PHONE in admin.submit(f"{page}phones/{phone}/show", {}, page=page).text
    assert NUMBER in admin.submit(f"{page}identities/{document}/show", {}, page=page).text
    mentor = world.client(world.person(center, "mentor", "north", children=(child,)))
    answer = mentor.submit(f"{page}identities/{document}/show", {}, page=page)
    assert answer.status_code == 403
    with world.inside(center.scope) as ctx:
        wanted = select(AuditEvent.action, AuditEvent.detail).where(
            AuditEvent.action.in_(("phone.show", "identity.show"))
        )
        assert sorted(ctx.session.execute(wanted)) == [("identity.show", {}), ("phone.show", {})]


def test_another_childs_number_is_not_shown(world: World, center: CenterHandle) -> None:
    one, two = world.child(center, "north"), world.child(center, "north", name="周念安")
    guardian = world.guardian(center, two).id
    with world.inside(center.scope) as ctx:
        phone = ctx.session.scalars(
            select(GuardianPhone.id).where(GuardianPhone.guardian_id == guardian)
        ).one()
    world.guardian(center, one, name="石大山")
    browser = world.client(world.person(center, "school_admin", "north"))
    page = f"/c/{center.slug}/children/{one}/"
    assert browser.submit(f"{page}phones/{phone}/show", {}, page=page).status_code == 404


def test_brothers_and_sisters_share_a_guardian(world: World, center: CenterHandle) -> None:
    here = world.child(center, "north", name="石小满")
    sister, far = world.child(center, "north", name="石小雪"), world.child(center, "south")
    world.guardian(center, here, sister, far)
    admin = world.client(world.person(center, "school_admin", "north"))
    page = admin.get(f"/c/{center.slug}/children/{here}/").text
    assert f"/children/{sister}/" in page
    assert str(far) not in page
    mentor = world.client(world.person(center, "mentor", "north", children=(here,)))
    page = mentor.get(f"/c/{center.slug}/children/{here}/").text
    assert "石小雪" in page
    assert f"/children/{sister}/" not in page


def test_who_may_only_read_gets_no_buttons(world: World, center: CenterHandle) -> None:
    child = world.child(center, "north")
    browser = world.client(world.person(center, "counsellor", "north"))
    page = browser.get(f"/c/{center.slug}/children/{child}/")
    assert page.status_code == 200
    for part in ("/edit", "/guardians/new", "/transfer", "contact-card.pdf"):
        assert part not in page.text, part
    assert browser.get(f"/c/{center.slug}/children/{child}/edit").status_code == 403


def test_the_number_of_queries_does_not_grow(
    world: World, app: Flask, center: CenterHandle
) -> None:
    child = world.child(center, "north", homeroom=world.homeroom(center, "north"))
    browser = world.client(world.person(center, "school_admin", "north"))
    numbers = []
    for relation in ("father", "mother"):
        world.guardian(center, child, relation=relation)
        world.guardian(center, child, world.child(center, "north"), relation="grandmother")
        with counting(app) as statements:
            assert browser.get(f"/c/{center.slug}/children/{child}/").status_code == 200
        numbers.append(len(statements))
    assert numbers[0] == numbers[1]
