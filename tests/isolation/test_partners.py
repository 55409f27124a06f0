"""A mentor from outside sees the paired children, until a day, and nobody else (decision 0014)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.accounts.models import Grant, GrantChild, Staff
from app.accounts.partners import let_in, shut_out
from app.accounts.principal import Family, family_scope, read_principal
from app.children.models import Child, Guardian
from app.children.services.transfers import accept_transfer, request_transfer
from app.db.session import db, scoped
from app.kernel.access import Actor, HeldGrant
from app.kernel.clock import Clock
from app.kernel.errors import Refused
from app.ledger.models import Entry
from app.ledger.services import EntryFor, record
from tests.support.world import CenterHandle, Person, World

TODAY = Clock().today()
UNTIL = TODAY + timedelta(days=30)


@dataclass
class Scene:
    """Two mentors from outside at one school with a child each, and a third child."""

    world: World
    center: CenterHandle
    mine: UUID
    other: UUID
    me: Person
    they: Person

    def families(self, who: Person, day: date = TODAY) -> tuple[Family, ...]:
        registry = self.world.app.extensions["qinchao_registry"]
        with self.world.app.app_context(), scoped(None):
            found = read_principal(db.session(), who.account_id, day, registry.permissions)
        assert found is not None
        assert found.workplaces == ()
        return found.families

    def names(self, who: Person, day: date = TODAY) -> list[str]:
        """Return whom the database shows in the scope of somebody's pages on a day."""
        registry = self.world.app.extensions["qinchao_registry"]
        seen: list[str] = []
        with self.world.app.app_context(), scoped(None):
            found = read_principal(db.session(), who.account_id, day, registry.permissions)
        assert found is not None
        for family in found.families:
            with self.world.inside(family_scope(found, family)) as ctx:
                seen += ctx.session.scalars(select(Child.name))
        return sorted(seen)


@pytest.fixture
def scene(world: World) -> Scene:
    center = world.center()
    room = world.homeroom(center, "north")
    mine = world.child(center, "north", name="石小满", homeroom=room)
    other = world.child(center, "north", name="柳青青", homeroom=room)
    world.child(center, "north", name="江小渔", homeroom=room)
    me = world.partner(center, "north", mine, until=UNTIL)
    they = world.partner(center, "north", other, until=UNTIL, name="葛守田")
    return Scene(world, center, mine, other, me, they)


def test_two_of_them_see_nothing_of_each_others_children(scene: Scene) -> None:
    assert scene.names(scene.me) == ["石小满"]
    assert scene.names(scene.they) == ["柳青青"]
    page = scene.world.client(scene.me).get(f"/family/{scene.center.slug}/paired")
    assert page.status_code == 200
    assert "石小满" in page.text
    assert "柳青青" not in page.text
    assert "江小渔" not in page.text


def test_the_reach_is_empty_when_the_day_has_passed(scene: Scene) -> None:
    assert scene.names(scene.me, UNTIL) == ["石小满"]
    assert scene.families(scene.me, UNTIL + timedelta(days=1)) == ()
    browser = scene.world.client(scene.me)
    with scene.world.inside(scene.center.scope) as ctx:
        for grant in ctx.session.scalars(select(Grant).where(Grant.reach == "family")):
            grant.ends_on = TODAY - timedelta(days=1)
    assert browser.get(f"/family/{scene.center.slug}/paired").status_code == 404


def test_an_ended_pairing_is_out_of_reach_at_the_next_page(scene: Scene) -> None:
    browser = scene.world.client(scene.me)
    with scene.world.inside(scene.center.scope) as ctx:
        row = ctx.session.scalars(select(GrantChild).where(GrantChild.child_id == scene.mine)).one()
        row.ends_on = TODAY - timedelta(days=1)
    assert scene.names(scene.me) == []
    page = browser.get(f"/family/{scene.center.slug}/paired")
    assert page.status_code == 200
    assert "石小满" not in page.text
    assert scene.names(scene.they) == ["柳青青"]


def test_a_child_that_another_school_has_now_is_out_of_reach(scene: Scene) -> None:
    south, there = scene.center.schools["south"], scene.world.homeroom(scene.center, "south")
    with scene.world.inside(scene.center.scope) as ctx:
        ctx.actor = Actor(
            "系统", grants=(HeldGrant("x", "center", frozenset({"children.transfer"})),)
        )
        child = ctx.session.scalars(select(Child).where(Child.id == scene.mine)).one()
        asked = request_transfer(
            ctx, child, to_school_id=south, class_name="", reason="", effective_on=TODAY
        )
        accept_transfer(ctx, asked, homeroom_id=there, starts_on=TODAY)
    assert scene.names(scene.me) == []


def test_a_child_that_has_left_school_is_out_of_reach(scene: Scene) -> None:
    with scene.world.inside(scene.center.scope) as ctx:
        child = ctx.session.scalars(select(Child).where(Child.id == scene.mine)).one()
        child.left_on = TODAY - timedelta(days=1)
    assert scene.names(scene.me) == []


def test_the_school_shuts_somebody_out_at_once(scene: Scene) -> None:
    with scene.world.inside(scene.center.school_scope("north")) as ctx:
        staff = ctx.session.scalars(select(Staff).where(Staff.id == scene.me.id)).one()
        shut_out(ctx, staff, school_id=scene.center.schools["north"])
    assert scene.families(scene.me) == ()
    assert scene.names(scene.they) == ["柳青青"]


def test_only_what_was_done_together_is_read_and_no_adult(scene: Scene) -> None:
    scene.world.guardian(scene.center, scene.mine, name="石大山")
    with scene.world.inside(scene.center.school_scope("north")) as ctx:
        child = ctx.session.scalars(select(Child).where(Child.id == scene.mine)).one()
        for whom, audience, words in (
            (scene.me, "guardian", "一起包饺子"),
            (scene.me, "staff", "只给老师看"),
            (scene.they, "guardian", "别人做的"),
        ):
            record(
                ctx, kind="note", happened_on=TODAY, title="谈心", on_behalf_of_id=whom.id,
                audience=audience, entries=[EntryFor(child, text=words)],
            )  # fmt: skip
    page = scene.world.client(scene.me).get(f"/family/{scene.center.slug}/paired").text
    assert "一起包饺子" in page
    for hidden in ("只给老师看", "别人做的", "石大山"):
        assert hidden not in page
    registry = scene.world.app.extensions["qinchao_registry"]
    with scene.world.app.app_context(), scoped(None):
        found = read_principal(db.session(), scene.me.account_id, TODAY, registry.permissions)
    assert found is not None
    with scene.world.inside(family_scope(found, found.families[0])) as ctx:
        assert ctx.session.scalars(select(Guardian.name)).all() == []
        assert {e.audience for e in ctx.session.scalars(select(Entry))} == {"guardian"}


def test_pages_of_staff_and_of_guardians_are_closed(scene: Scene) -> None:
    browser = scene.world.client(scene.me)
    slug = scene.center.slug
    for path in (f"/c/{slug}/", f"/c/{slug}/s/north/", f"/c/{slug}/children/{scene.mine}/"):
        assert browser.get(path).status_code == 404, path
    assert browser.get(f"/family/{slug}/").status_code == 403
    started = browser.get("/family/")
    assert started.location == f"/family/{slug}/paired"


def test_families_read_who_sees_their_child(scene: Scene) -> None:
    father = scene.world.guardian(scene.center, scene.mine, account=True)
    page = scene.world.client(father).get(f"/family/{scene.center.slug}/").text
    assert "周稻香" in page
    assert "葛守田" not in page


def test_without_a_last_day_nobody_is_let_in(scene: Scene) -> None:
    school = scene.center.schools["north"]
    with scene.world.inside(scene.center.school_scope("north")) as ctx:
        staff = ctx.session.scalars(select(Staff).where(Staff.id == scene.me.id)).one()
        for day in (None, TODAY - timedelta(days=1)):
            with pytest.raises(Refused):
                let_in(ctx, staff, school_id=school, until=day)
    with pytest.raises(IntegrityError), scene.world.inside(scene.center.scope) as ctx:
        ctx.session.scalars(select(Grant).where(Grant.reach == "family")).first().ends_on = None  # type: ignore[union-attr]


def test_an_employee_is_never_given_a_pin_nor_an_outsider_a_password(scene: Scene) -> None:
    teacher = scene.world.person(scene.center, "mentor", "north", children=(scene.mine,))
    admin = scene.world.client(scene.world.person(scene.center, "school_admin", "north"))
    home = f"/c/{scene.center.slug}/s/north/staff"
    assert admin.get(f"{home}/{teacher.id}/phone").status_code == 404
    given = admin.submit(f"{home}/slips", {"staff": str(scene.me.id)}, page=home)
    assert given.mimetype != "application/pdf"
    scene.world.client(scene.me)  # the PIN is still the old one


def test_the_school_prints_a_slip_and_ends_the_sign_in(scene: Scene) -> None:
    admin = scene.world.client(scene.world.person(scene.center, "school_admin", "north"))
    page = f"/c/{scene.center.slug}/s/north/staff/{scene.me.id}/phone"
    assert admin.submit(page, {"until": ""}).status_code == 422
    slip = admin.submit(page, {"until": (UNTIL + timedelta(days=5)).isoformat()})
    assert slip.mimetype == "application/pdf"
    assert scene.families(scene.me)[0].until == UNTIL + timedelta(days=5)
    assert admin.submit(f"{page}/end", {}, page=page).status_code == 302
    assert scene.families(scene.me) == ()
