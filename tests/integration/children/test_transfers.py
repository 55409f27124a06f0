"""A child moves between two schools: who may do what, and what moves along."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import func, inspect, select, text

from app.children.models import Child, Declaration, Enrolment, Placement, Transfer
from app.db.base import Base
from app.kernel.clock import Clock
from app.kernel.ids import uuid7
from app.ledger.models import Act, Entry
from tests.support.world import Browser, CenterHandle, World, identity_number

TODAY = Clock().today()
MOVING = {"child", "child-staff", "child-family", "entry", "record"}


@pytest.fixture
def center(world: World) -> CenterHandle:
    return world.center("north", "south", "east")


@pytest.fixture
def child(world: World, center: CenterHandle) -> UUID:
    found = world.child(
        center, "north", homeroom=world.homeroom(center, "north"),
        number=identity_number(date(2017, 5, 4), 122),
    )  # fmt: skip
    world.guardian(center, found)
    return found


def _admin(world: World, center: CenterHandle, school: str) -> Browser:
    return world.client(world.person(center, "school_admin", school))


def _ask(center: CenterHandle, child: UUID, giving: Browser) -> None:
    asked = giving.submit(
        f"/c/{center.slug}/children/{child}/transfer",
        {"school": str(center.schools["south"]), "effective_on": str(TODAY), "reason": "搬家"},
    )
    assert asked.status_code == 302, asked.text


def _transfer(world: World, center: CenterHandle) -> Transfer:
    with world.inside(center.scope) as ctx:
        return ctx.session.scalars(select(Transfer)).one()


def _accept(center: CenterHandle, which: UUID, room: UUID, taking: Browser) -> int:
    page = f"/c/{center.slug}/s/south/transfers/{which}/accept"
    answer = taking.submit(page, {"homeroom": str(room), "starts_on": str(TODAY)})
    status: int = answer.status_code
    return status


def test_the_receiving_school_accepts_and_has_the_whole_file(
    world: World, center: CenterHandle, child: UUID
) -> None:
    giving, taking = _admin(world, center, "north"), _admin(world, center, "south")
    page = f"/c/{center.slug}/children/{child}/"
    _ask(center, child, giving)
    assert taking.get(page).status_code == 404
    listed = taking.get(f"/c/{center.slug}/s/south/transfers").text
    assert "石小满" in listed
    assert "搬家" in listed
    room = world.homeroom(center, "south")
    assert _accept(center, _transfer(world, center).id, room, taking) == 302
    assert taking.get(page).status_code == 200
    assert giving.get(page).status_code == 404
    assert "石小满" in giving.get(f"/c/{center.slug}/s/north/transfers").text
    with world.inside(center.scope) as ctx:
        stays = ctx.session.execute(
            select(Enrolment.at_school_id, Enrolment.ends_on, Enrolment.reason_out)
            .where(Enrolment.child_id == child)
            .order_by(Enrolment.starts_on)
        ).all()
        assert [stay[0] for stay in stays] == [center.schools["north"], center.schools["south"]]
        assert stays[0].reason_out == "transfer"
        assert stays[1].ends_on is None
        places = ctx.session.scalars(
            select(Placement.homeroom_id).where(
                Placement.child_id == child, Placement.ends_on.is_(None)
            )
        ).all()
        assert places == [room]


def test_every_row_of_the_child_moves(world: World, center: CenterHandle, child: UUID) -> None:
    north, south = center.schools["north"], center.schools["south"]
    with world.inside(center.scope) as ctx:
        act = Act(kind="note", happened_on=TODAY)
        ctx.session.add(act)
        ctx.session.add(
            Declaration(
                school_id=north, child_id=child, orphan="no", as_of=TODAY,
                source="x",
            )
        )  # fmt: skip
        ctx.session.flush()
        ctx.session.add(
            Entry(
                school_id=north, act_id=act.id, child_id=child, origin_school_id=north,
                kind="note", happened_on=TODAY, title="x", root_id=uuid7(),
                first_recorded_at=ctx.now(), recorded_at=ctx.now(),
            )
        )  # fmt: skip
    _ask(center, child, _admin(world, center, "north"))
    room = world.homeroom(center, "south")
    taking = _admin(world, center, "south")
    assert _accept(center, _transfer(world, center).id, room, taking) == 302
    seen = 0
    with world.inside(center.scope) as ctx:
        present = set(inspect(ctx.session.connection()).get_table_names())
        for table in Base.metadata.tables.values():
            if table.info["security"].kind not in MOVING or table.name not in present:
                continue
            counted = select(table.c.school_id, func.count()).where(table.c.child_id == child)
            schools = dict(
                tuple(row) for row in ctx.session.execute(counted.group_by(table.c.school_id))
            )
            assert set(schools) <= {south}, table.name
            seen += bool(schools)
        entries = ctx.session.scalars(select(Entry).where(Entry.child_id == child)).all()
        origins = {entry.title: entry.origin_school_id for entry in entries}
        assert origins.pop("x") == north
        assert sorted(origins.values()) == sorted([north, south])
    assert seen >= 6


def test_a_third_school_and_the_giving_one_cannot_accept(
    world: World, center: CenterHandle, child: UUID
) -> None:
    giving = _admin(world, center, "north")
    _ask(center, child, giving)
    which = _transfer(world, center).id
    third = _admin(world, center, "east")
    assert third.get(f"/c/{center.slug}/s/east/transfers/{which}/accept").status_code == 404
    assert giving.get(f"/c/{center.slug}/s/north/transfers/{which}/accept").status_code == 404
    assert "石小满" not in third.get(f"/c/{center.slug}/s/east/transfers").text
    for school in ("east", "north"):
        with (
            pytest.raises(Exception, match="no such open transfer"),
            world.inside(center.school_scope(school)) as ctx,
        ):
            ctx.session.execute(text("SELECT move_custody(:which)"), {"which": which})


def test_who_decides_sees_whom_and_from_where(
    world: World, center: CenterHandle, child: UUID
) -> None:
    _ask(center, child, _admin(world, center, "north"))
    page = f"/c/{center.slug}/s/south/transfers/{_transfer(world, center).id}"
    taking = _admin(world, center, "south")
    for what in ("accept", "decline"):
        told = taking.get(f"{page}/{what}").text
        for words in ("north小学", "2017-05-04", "搬家"):
            assert words in told, words


def test_declining_needs_a_reason_and_the_child_stays(
    world: World, center: CenterHandle, child: UUID
) -> None:
    giving, taking = _admin(world, center, "north"), _admin(world, center, "south")
    _ask(center, child, giving)
    page = f"/c/{center.slug}/s/south/transfers/{_transfer(world, center).id}/decline"
    assert taking.submit(page, {"answer": ""}).status_code == 422
    assert taking.submit(page, {"answer": "班额已满"}).status_code == 302
    assert "班额已满" in giving.get(f"/c/{center.slug}/s/north/transfers").text
    assert giving.get(f"/c/{center.slug}/children/{child}/").status_code == 200
    assert taking.get(page).status_code == 404


def test_who_asked_may_withdraw_and_ask_only_once(
    world: World, center: CenterHandle, child: UUID
) -> None:
    giving, taking = _admin(world, center, "north"), _admin(world, center, "south")
    _ask(center, child, giving)
    page = f"/c/{center.slug}/children/{child}/"
    again = {"school": str(center.schools["east"]), "effective_on": str(TODAY)}
    assert giving.submit(f"{page}transfer", again).status_code == 422
    which = _transfer(world, center).id
    assert giving.submit(f"{page}transfer/{which}/withdraw", {}, page=page).status_code == 302
    assert taking.get(f"/c/{center.slug}/s/south/transfers/{which}/accept").status_code == 404
    _ask(center, child, giving)


def test_the_centre_sees_all_and_a_teacher_none(
    world: World, center: CenterHandle, child: UUID
) -> None:
    _ask(center, child, _admin(world, center, "north"))
    office = world.client(world.person(center, "center_admin"))
    assert "石小满" in office.get(f"/c/{center.slug}/transfers").text
    teacher = world.client(world.person(center, "homeroom_teacher", "north"))
    assert teacher.get(f"/c/{center.slug}/s/north/transfers").status_code == 403


def test_a_mentors_reach_ends_with_the_transfer(
    world: World, center: CenterHandle, child: UUID
) -> None:
    mentor = world.person(center, "mentor", "north", children=(child,))
    assert world.client(mentor).get(f"/c/{center.slug}/children/{child}/").status_code == 200
    _ask(center, child, _admin(world, center, "north"))
    room, taking = world.homeroom(center, "south"), _admin(world, center, "south")
    assert _accept(center, _transfer(world, center).id, room, taking) == 302
    assert world.client(mentor).get(f"/c/{center.slug}/children/{child}/").status_code == 404


def test_a_child_cannot_go_to_its_own_school_or_another_centre(
    world: World, center: CenterHandle, child: UUID
) -> None:
    giving = _admin(world, center, "north")
    elsewhere = world.center()
    for school in (center.schools["north"], elsewhere.schools["south"]):
        answer = giving.submit(
            f"/c/{center.slug}/children/{child}/transfer",
            {"school": str(school), "effective_on": str(TODAY)},
        )
        assert answer.status_code == 422
    with world.inside(center.scope) as ctx:
        here = ctx.session.scalars(select(Child.school_id).where(Child.id == child)).one()
        assert here == center.schools["north"]


def test_a_child_noted_as_gone_meanwhile_is_a_pupil_of_the_school_that_accepts(
    world: World, center: CenterHandle, child: UUID
) -> None:
    giving, taking = _admin(world, center, "north"), _admin(world, center, "south")
    _ask(center, child, giving)
    left = giving.submit(
        f"/c/{center.slug}/children/{child}/leave", {"last_day": str(TODAY), "reason": "other"}
    )
    assert left.status_code == 302
    room = world.homeroom(center, "south")
    assert _accept(center, _transfer(world, center).id, room, taking) == 302
    assert "石小满" in taking.get(f"/c/{center.slug}/s/south/children").text
