"""Hand-overs as people go through them: the head, the successor, and who ends somebody's work."""

from __future__ import annotations

import re
from collections.abc import Mapping
from uuid import UUID

import pytest
from sqlalchemy import select

from app.accounts.models import Grant, GrantChild, Membership
from app.handover.models import HandOver, HandOverItem
from app.handover.needs import needing
from app.host.context import Ctx
from tests.integration.handover.people import Desk, charged, desk
from tests.integration.notify.people import queries
from tests.support.world import BEGIN, World


@pytest.fixture
def at(world: World) -> Desk:
    return desk(world)


def _school(at: Desk) -> str:
    return f"/c/{at.center.slug}/s/north"


def _begun(at: Desk) -> str:
    """Begin a hand-over on the person's page; return its address."""
    page = f"{_school(at)}/staff/{at.giver.id}/hand-over"
    head = at.world.client(at.head)
    assert "石小满" in head.get(page).text
    answer = head.submit(page, {"reason": "leaves", "last_day": "2026-09-01"})
    assert answer.status_code == 302, answer.text
    return str(answer.location)


def test_the_head_proposes_all_to_one_person_who_takes_it_over_in_one_click(at: Desk) -> None:
    page = _begun(at)
    head, taker = at.world.client(at.head), at.world.client(at.taker)
    assert (
        head.submit(f"{page}/propose", _boxes(at, {"all": at.taker.id}), page=page).status_code
        == 302
    )
    mine = f"/c/{at.center.slug}/hand-overs"
    assert "石小满" in taker.get(mine).text
    offer = f"{mine}/{page.rpartition('/')[2]}"
    assert taker.submit(f"{offer}/accept", {"which": "all"}, page=mine).status_code == 302
    with at.as_head() as ctx:
        assert charged(ctx, "homeroom_teacher") == {at.room: {at.taker.id}}
        assert ctx.session.scalars(select(HandOver.state)).all() == ["done"]
    assert "石小满" in taker.get(f"{_school(at)}/children").text
    assert head.get(f"{page}/print").data[:5] == b"%PDF-"


def _boxes(at: Desk, sent: Mapping[str, object]) -> dict[str, str]:
    """Fill the form in as a browser sends it: a box for each thing."""
    with at.as_head() as ctx:
        items = ctx.session.scalars(select(HandOverItem).where(HandOverItem.parent_id.is_(None)))
        boxes = {f"item-{item.id}": str(item.successor_id or "") for item in items}
    return boxes | {name: str(value) for name, value in sent.items()}


def test_a_class_and_a_single_thing_may_have_another_successor(at: Desk) -> None:
    page = _begun(at)
    head = at.world.client(at.head)
    with at.as_head() as ctx:
        one = ctx.session.scalars(
            select(HandOverItem.id).where(HandOverItem.object_id == at.children[1])
        ).one()
    sent = {f"group-{at.room}": at.taker.id, "all": at.head.id, f"item-{one}": at.other.id}
    assert head.submit(f"{page}/propose", _boxes(at, sent), page=page).status_code == 302
    with at.as_head() as ctx:
        rows = ctx.session.execute(select(HandOverItem.kind, HandOverItem.successor_id))
        assert sorted(rows.all(), key=str) == sorted(
            [
                ("class", at.taker.id), ("pairing", at.taker.id), ("pairing", at.other.id),
                ("post", at.head.id), ("concern", at.taker.id),
            ],
            key=str,
        )  # fmt: skip


def test_what_is_given_back_returns_with_its_reason(at: Desk) -> None:
    page = _begun(at)
    head, taker = at.world.client(at.head), at.world.client(at.taker)
    head.submit(f"{page}/propose", _boxes(at, {"all": at.taker.id}), page=page)
    mine = f"/c/{at.center.slug}/hand-overs"
    offer = f"{mine}/{page.rpartition('/')[2]}"
    item = re.search(r'name="item" value="([^"]+)"', taker.get(mine).text)
    assert item
    ticked = {"item": item.group(1)}
    assert taker.submit(f"{offer}/decline", ticked, page=mine).status_code == 422
    answer = taker.submit(f"{offer}/decline", ticked | {"reason": "课时已满"}, page=mine)
    assert answer.status_code == 302
    assert "课时已满" in head.get(page).text


def test_the_head_accepts_for_who_does_not_sign_in(at: Desk) -> None:
    page = _begun(at)
    head = at.world.client(at.head)
    head.submit(f"{page}/propose", _boxes(at, {"all": at.taker.id}), page=page)
    answer = head.submit(f"{page}/accept-for", {"staff": str(at.taker.id)}, page=page)
    assert answer.status_code == 302
    with at.as_head() as ctx:
        by = set(ctx.session.scalars(select(HandOverItem.accepted_by_id)))
        assert by == {at.head.id}
        assert charged(ctx, "homeroom_teacher") == {at.room: {at.taker.id}}


def test_nobody_ends_somebodys_work_without_seeing_what_is_left_to_nobody(at: Desk) -> None:
    head = at.world.client(at.head)
    page = f"{_school(at)}/staff/{at.giver.id}"
    asked = head.submit(f"{page}/leave", {}, page=page)
    assert asked.status_code == 422
    assert "石小满" in asked.text
    with at.as_head() as ctx:
        still = select(Membership.ends_on).where(Membership.staff_id == at.giver.id)
        assert ctx.session.scalars(still).all() == [None]
    assert head.submit(f"{page}/leave", {"orphan": "1"}, page=page).status_code == 302
    listed = head.get(f"{_school(at)}/hand-overs").text
    assert "林安" in listed
    with at.as_head() as ctx:
        row = ctx.session.scalars(select(HandOver)).one()
        kinds = sorted(item.kind for item in row.items)
        assert kinds == ["class", "concern", "pairing", "pairing", "post"]
    # It can still be handed over, although the person has gone.
    page = f"{_school(at)}/hand-overs/{row.id}"
    head.submit(f"{page}/propose", _boxes(at, {"all": at.taker.id}), page=page)
    head.submit(f"{page}/accept-for", {"staff": str(at.taker.id)}, page=page)
    with at.as_head() as ctx:
        assert ctx.session.scalars(select(HandOver.state)).all() == ["done"]
        found = charged(ctx, "mentor")
        assert all(at.taker.id in found[child] for child in at.children)


def test_a_role_that_nobody_else_has_is_listed_when_its_holder_leaves(at: Desk) -> None:
    head = at.world.client(at.head)
    page = f"{_school(at)}/staff/{at.other.id}"
    asked = head.submit(f"{page}/leave", {}, page=page)
    assert asked.status_code == 422
    assert "心理教师" in asked.text
    at.world.person(at.center, "counsellor", "north", name="苏禾")
    assert head.submit(f"{page}/leave", {}, page=page).status_code == 302
    with at.as_head() as ctx:
        assert ctx.session.scalars(select(HandOver)).all() == []


def test_a_role_left_to_nobody_stays_on_the_heads_list_until_somebody_has_it(at: Desk) -> None:
    head = at.world.client(at.head)
    page = f"{_school(at)}/staff/{at.other.id}"
    assert head.submit(f"{page}/leave", {"orphan": "1"}, page=page).status_code == 302
    with at.as_head() as ctx:
        row = ctx.session.scalars(select(HandOver)).one()
        assert [item.kind for item in needing(ctx, [row])[row.id]] == ["role"]
    at.world.person(at.center, "counsellor", "north", name="苏禾")
    with at.as_head() as ctx:
        row = ctx.session.scalars(select(HandOver)).one()
        assert needing(ctx, [row])[row.id] == []


def test_taking_the_mentors_role_away_asks_for_its_children_only(at: Desk) -> None:
    head = at.world.client(at.head)
    page = f"{_school(at)}/staff/{at.giver.id}"
    with at.as_head() as ctx:
        grant = ctx.session.scalars(
            select(Grant)
            .join(Grant.membership)
            .where(Membership.staff_id == at.giver.id, Grant.role == "mentor")
        ).one()
        end = f"{page}/roles/{grant.id}/end"
    assert head.submit(end, {}, page=page).status_code == 422
    assert head.submit(end, {"orphan": "1"}, page=page).status_code == 302
    with at.as_head() as ctx:
        row = ctx.session.scalars(select(HandOver)).one()
        assert sorted(item.kind for item in row.items) == ["concern", "pairing", "pairing"]
        assert charged(ctx, "homeroom_teacher") == {at.room: {at.giver.id}}


def test_another_schools_head_finds_no_hand_over_of_this_one(at: Desk) -> None:
    page = _begun(at)
    other = at.world.client(at.world.person(at.center, "school_admin", "south", name="方南"))
    assert other.get(page).status_code == 404
    assert other.get(page.replace("/north/", "/south/")).status_code == 404
    assert "林安" not in other.get(f"/c/{at.center.slug}/hand-overs").text
    teacher = at.world.client(at.taker)
    assert teacher.get(page).status_code == 403


def test_the_page_costs_the_same_for_many_children(at: Desk) -> None:
    page = _begun(at)
    head = at.world.client(at.head)
    few = queries(at.world, lambda: head.get(page))
    other = desk(at.world)
    for number in range(8):
        child = other.world.child(other.center, "north", name=f"柳{number}", homeroom=other.room)
        with other.as_head() as ctx:
            pair_row = ctx.session.scalars(
                select(Grant)
                .join(Grant.membership)
                .where(Membership.staff_id == other.giver.id, Grant.role == "mentor")
            ).one()
            _reach(ctx, pair_row, child)
    many_page = _begun(other)
    many_head = other.world.client(other.head)
    assert queries(other.world, lambda: many_head.get(many_page)) == few


def _reach(ctx: Ctx, grant: Grant, child: UUID) -> None:
    ctx.session.add(
        GrantChild(school_id=grant.school_id, grant_id=grant.id, child_id=child, starts_on=BEGIN)
    )
