"""Adults who may have been entered twice: joined or kept apart by whoever may decide."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import func, select

from app.audit.models import AuditEvent
from app.children.doubles import queries, services
from app.children.models import Guardian, GuardianPhone, Guardianship, ParentStatus
from app.host.context import Ctx
from app.kernel.errors import Refused
from tests.support.world import CenterHandle, World

NUMBER = "19900004001"


@pytest.fixture
def center(world: World) -> CenterHandle:
    return world.center("north", "south")


def two(world: World, center: CenterHandle, schools: Sequence[str] = ("north", "north")) -> None:
    """Make a father twice: of the elder and of the younger child."""
    for name, school in zip(("甲一", "甲二"), schools, strict=True):
        child = world.child(center, school, name=name)
        world.guardian(center, child, name="甲父", phone=NUMBER)


def proposed(ctx: Ctx) -> list[tuple[str, list[str]]]:
    return [
        (double.name, sorted(f.child.name for _, families in double.adults for f in families))
        for double in queries.page_of_doubles(ctx, 1).rows
    ]


def ids(ctx: Ctx) -> list[UUID]:
    found = select(Guardian.id).where(Guardian.name == "甲父", Guardian.voided_at.is_(None))
    return list(ctx.session.scalars(found.order_by(Guardian.id)))


def test_joined_they_are_one_with_all_that_was_known(world: World, center: CenterHandle) -> None:
    two(world, center)
    with world.inside(center.school_scope("north")) as ctx:
        one, other = ids(ctx)
        ctx.session.add(ParentStatus(guardian_id=other, away="yes", place="东莞",
                                     confirmed_on=date(2026, 10, 1), source="staff"))  # fmt: skip
        phone = ctx.session.scalars(select(GuardianPhone).where(
            GuardianPhone.guardian_id == other)).one()  # fmt: skip
        ctx.session.add(GuardianPhone(guardian_id=other, number="19900004002",
                                      number_index=b"x" + phone.number_index,
                                      tail_index=phone.tail_index))  # fmt: skip
        ctx.session.get_one(Guardian, (ctx.scope.center_id, other)).birth_date = date(1985, 1, 1)
    with world.inside(center.school_scope("north")) as ctx:
        assert proposed(ctx) == [("甲父", ["甲一", "甲二"])]
        services.join(ctx, ids(ctx))
    with world.inside(center.school_scope("north")) as ctx:
        assert ids(ctx) == [one]
        father = ctx.session.get_one(Guardian, (ctx.scope.center_id, one))
        assert father.birth_date == date(1985, 1, 1)
        assert sorted(p.number for p in father.phones if not p.voided_at) == [
            NUMBER, "19900004002"
        ]  # fmt: skip
        assert [(s.away, s.place) for s in father.statuses] == [("yes", "东莞")]
        bonds = select(func.count()).where(Guardianship.guardian_id == one)
        assert ctx.session.scalar(bonds) == 2
        assert proposed(ctx) == []
        told = select(AuditEvent.action).where(AuditEvent.action == "guardian.join")
    with world.inside(center.scope) as ctx:
        assert ctx.session.scalars(told).all() == ["guardian.join"]


def test_a_child_with_both_keeps_one_bond_that_says_what_both_said(
    world: World, center: CenterHandle
) -> None:
    child = world.child(center, "north", name="甲一")
    for _ in range(2):
        world.guardian(center, child, name="甲父", phone=NUMBER)
    with world.inside(center.school_scope("north")) as ctx:
        bonds = ctx.session.scalars(select(Guardianship).order_by(Guardianship.id)).all()
        bonds[1].cares_daily, bonds[1].barred, bonds[1].barred_reason = True, True, "法院裁定"
        ctx.session.flush()
        services.join(ctx, ids(ctx))
    with world.inside(center.school_scope("north")) as ctx:
        open_ = ctx.session.scalars(select(Guardianship).where(Guardianship.ends_on.is_(None)))
        (bond,) = open_.all()
        assert (bond.cares_daily, bond.barred_reason) == (True, "法院裁定")


def test_kept_apart_they_are_not_proposed_again(world: World, center: CenterHandle) -> None:
    two(world, center)
    with world.inside(center.school_scope("north")) as ctx:
        services.keep_apart(ctx, ids(ctx))
    with world.inside(center.school_scope("north")) as ctx:
        assert (proposed(ctx), len(ids(ctx))) == ([], 2)


def test_whoever_signs_in_stands_and_two_who_sign_in_are_left(
    world: World, center: CenterHandle
) -> None:
    child = world.child(center, "north", name="甲一")
    other = world.child(center, "north", name="甲二")
    world.guardian(center, child, name="甲父", phone=NUMBER)
    known = world.guardian(center, other, name="甲父", phone=NUMBER, account=True)
    with world.inside(center.school_scope("north")) as ctx:
        assert services.join_all(ctx) == (1, 0)
        assert ids(ctx) == [known.id]
    third = world.child(center, "north", name="甲三")
    world.guardian(center, third, name="甲父", phone=NUMBER, account=True)
    with world.inside(center.school_scope("north")) as ctx:
        assert services.join_all(ctx) == (0, 1)
        with pytest.raises(Refused):
            services.join(ctx, ids(ctx))
        assert len(ids(ctx)) == 2


def test_a_school_does_not_move_an_adult_of_another_school(
    world: World, center: CenterHandle
) -> None:
    two(world, center)
    elsewhere = world.child(center, "south", name="甲三")
    with world.inside(center.scope) as ctx:
        later = max(ids(ctx))
        ctx.session.add(
            Guardianship(school_id=center.schools["south"], child_id=elsewhere, guardian_id=later,
                         relation="father", starts_on=date(2026, 9, 1))
        )  # fmt: skip
    with world.inside(center.school_scope("north")) as ctx:
        services.join(ctx, ids(ctx))
        assert ids(ctx) == [later]


def test_across_schools_the_centre_decides(world: World, center: CenterHandle) -> None:
    two(world, center, ("north", "south"))
    with world.inside(center.school_scope("north")) as ctx:
        assert proposed(ctx) == []
    with world.inside(center.scope) as ctx:
        assert proposed(ctx) == [("甲父", ["甲一", "甲二"])]


def test_only_adults_of_one_name_and_number_are_joined(world: World, center: CenterHandle) -> None:
    child = world.child(center, "north", name="甲一")
    one = world.guardian(center, child, name="甲父", phone=NUMBER)
    other = world.guardian(center, child, name="甲祖父", phone=NUMBER)
    with world.inside(center.school_scope("north")) as ctx, pytest.raises(Refused):
        services.join(ctx, [one.id, other.id])


def test_pages(world: World, center: CenterHandle) -> None:
    two(world, center)
    clerk = world.client(world.person(center, "school_admin", "north"))
    page = f"/c/{center.slug}/s/north/guardians/doubles"
    look = clerk.get(page).text
    assert look.index("甲一") < look.index("甲二")
    assert NUMBER not in look
    assert clerk.submit(f"{page}/join-all", {}, page=page).status_code == 303
    assert "甲一" not in clerk.get(page).text
    assert clerk.get(f"/c/{center.slug}/guardians/doubles").status_code == 200
    assert (
        clerk.submit(f"/c/{center.slug}/guardians/doubles/join-all", {}, page=page).status_code
        == 404
    )
