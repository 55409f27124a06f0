"""What becomes of a child's place at school stands on its timeline, and modules hear of it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from library_loans.services import lend
from sqlalchemy import select

from app.children.models import Child, Transfer
from app.host.enablement import switch_module
from app.kernel.clock import Clock
from app.ledger.models import Entry
from tests.support.world import Browser, CenterHandle, World

TODAY = Clock().today()


@pytest.fixture
def center(world: World) -> CenterHandle:
    return world.center("north", "south")


@pytest.fixture
def admin(world: World, center: CenterHandle) -> Browser:
    return world.client(world.person(center, "school_admin", "north"))


def _kinds(world: World, center: CenterHandle, child: UUID) -> list[tuple[str, UUID]]:
    wanted = (
        select(Entry.kind, Entry.origin_school_id)
        .where(Entry.child_id == child, Entry.voided_at.is_(None))
        .order_by(Entry.happened_on, Entry.id)
    )
    with world.inside(center.scope) as ctx:
        return [(kind, origin) for kind, origin in ctx.session.execute(wanted)]


def test_a_child_added_leaving_and_coming_back(
    world: World, center: CenterHandle, admin: Browser
) -> None:
    room, day = world.homeroom(center, "north"), TODAY - timedelta(days=9)
    typed = {"name": "石小满", "sex": "female", "homeroom": str(room), "starts_on": str(day)}
    typed["boarding"] = ""
    added = admin.submit(f"/c/{center.slug}/s/north/children/new", typed)
    page = added.location
    gone = {"last_day": str(TODAY - timedelta(days=5)), "reason": "moved"}
    assert admin.submit(f"{page}leave", gone).status_code == 302
    back = {"homeroom": str(room), "starts_on": str(TODAY)}
    assert admin.submit(f"{page}class", back).status_code == 302
    timeline = admin.get(page).text
    for words in ("入读north小学", "离校：转到外地学校", "回到north小学"):
        assert words in timeline, words
    child = UUID(page.rstrip("/").rpartition("/")[2])
    kinds = [kind for kind, _origin in _kinds(world, center, child)]
    assert kinds == ["enrolment", "leaving", "enrolment"]


def test_both_ends_of_a_transfer_stand_on_the_timeline_of_the_school_that_took_the_child(
    world: World, center: CenterHandle, admin: Browser
) -> None:
    child = world.child(center, "north", homeroom=world.homeroom(center, "north"))
    asked = {"school": str(center.schools["south"]), "effective_on": str(TODAY)}
    admin.submit(f"/c/{center.slug}/children/{child}/transfer", asked)
    with world.inside(center.scope) as ctx:
        which = ctx.session.scalars(select(Transfer.id)).one()
    room = world.homeroom(center, "south")
    taking = world.client(world.person(center, "school_admin", "south"))
    page = f"/c/{center.slug}/s/south/transfers/{which}/accept"
    answer = taking.submit(page, {"homeroom": str(room), "starts_on": str(TODAY)})
    timeline = taking.get(answer.location).text
    # The newest first: going comes before coming, both on the day the child was taken.
    assert timeline.index("从north小学转入south小学") < timeline.index("由north小学转往south小学")
    found = _kinds(world, center, child)
    schools = [center.schools["north"], center.schools["south"]]
    assert found == [("transfer", school) for school in schools]
    with world.inside(center.scope) as ctx:
        assert set(ctx.session.scalars(select(Entry.happened_on))) == {TODAY}
        entry = ctx.session.scalars(select(Entry.id).where(Entry.kind == "transfer").limit(1)).one()
    by_hand = f"/c/{center.slug}/children/{child}/entries/{entry}/void"
    assert taking.get(by_hand).status_code == 403


def test_the_start_of_a_double_is_no_start_of_the_child(
    world: World, center: CenterHandle, admin: Browser
) -> None:
    room = world.homeroom(center, "north")
    stands = world.child(center, "north", homeroom=room)
    typed = {"name": "石小满", "sex": "female", "birth_date": "2017-05-04", "another": "y"}
    typed |= {"homeroom": str(room), "starts_on": str(TODAY), "boarding": ""}
    double = admin.submit(f"/c/{center.slug}/s/north/children/new", typed).location
    assert admin.submit(f"{double}merge", {"into": str(stands)}).status_code == 302
    assert [kind for kind, _origin in _kinds(world, center, stands)] == ["merge"]


@pytest.mark.parametrize("on", [True, False])
def test_a_module_hears_of_it_where_it_is_active(
    world: World, center: CenterHandle, admin: Browser, on: bool
) -> None:
    child = world.child(center, "north", homeroom=world.homeroom(center, "north"))
    world.enable(center, "north", "library_loans")
    with world.inside(center.school_scope("north")) as ctx:
        lend(ctx, ctx.session.scalars(select(Child).where(Child.id == child)).one(), "《草房子》")
    with world.inside(center.scope) as ctx:
        where = {"school_id": center.schools["north"], "module": "library_loans"}
        switch_module(ctx, **where, enabled=on)
    gone = {"last_day": str(TODAY), "reason": "moved"}
    assert admin.submit(f"/c/{center.slug}/children/{child}/leave", gone).status_code == 302
    kinds = {kind for kind, _origin in _kinds(world, center, child)}
    assert ("library_loans.loan" in kinds) is not on
