"""Nothing that somebody answered for is left to nobody, whatever the successors answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from types import ModuleType
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.models import Grant, GrantChild, Membership
from app.children.models import Child
from app.children.services.mentors import pair
from app.duties.concerns import concerns_answered_by
from app.duties.packs import packs
from app.duties.services import adopt
from app.duties.states import duties_of
from app.handover import services, telling
from app.handover.holdings import held
from app.handover.models import HandOver
from app.handover.needs import needing
from app.handover.services import accept, begin, cancel, decline, drop, propose
from app.host.context import Ctx
from app.host.hooks import ToHandOver, hookimpl
from app.host.registry import Registry
from app.kernel.errors import Refused
from app.kernel.text import T
from app.ledger.models import Entry
from app.notify.models import Notice
from app.organisation.queries import posts_of
from tests.integration.handover.people import Desk, charged, desk, pairings, staff
from tests.integration.notify.people import in_term, own
from tests.support.world import World


@pytest.fixture
def at(world: World) -> Desk:
    return desk(world)


def _row(ctx: Ctx) -> HandOver:
    return ctx.session.scalars(select(HandOver)).one()


def _tops(row: HandOver) -> list[UUID]:
    return [item.id for item in row.items if item.parent_id is None]


def _all_to(at: Desk, taker: UUID) -> None:
    with at.as_head() as ctx:
        row = at.begun(ctx)
        propose(ctx, row, dict.fromkeys(_tops(row), taker))


def test_everything_a_person_holds_is_listed(at: Desk) -> None:
    with at.as_head() as ctx:
        found = held(ctx, at.giver.id, at.school)
        kinds = [one.kind for one in found]
        assert kinds == ["class", "pairing", "pairing", "post", "concern"]
        assert found[-1].goes_with == ("pairing", at.children[0])
        assert held(ctx, at.taker.id, at.school) == []


def test_what_is_accepted_moves_and_nobody_is_orphaned(at: Desk) -> None:
    _all_to(at, at.taker.id)
    with at.acting(at.taker) as ctx:
        row = _row(ctx)
        moved = accept(ctx, row, _tops(row))
        assert len(moved) == len(row.items)
        assert row.state == "done"
    with at.as_head() as ctx:
        assert charged(ctx, "homeroom_teacher") == {at.room: {at.taker.id}}
        assert charged(ctx, "mentor") == {child: {at.taker.id} for child in at.children}
        assert [held.title for held in posts_of(ctx, at.taker.id)] == ["组员"]
        assert [c.concern.id for c in concerns_answered_by(ctx, at.taker.id, at.school)] == [
            at.concern
        ]
        assert held(ctx, at.giver.id, at.school) == []
        old = ctx.session.scalars(select(GrantChild).where(GrantChild.ends_on.is_not(None))).all()
        assert {row.ends_on for row in old} == {ctx.today() - timedelta(days=1)}


def test_a_hand_over_ahead_of_time_begins_after_the_last_day(at: Desk) -> None:
    with at.as_head() as ctx:
        last = ctx.today() + timedelta(days=9)
        giver = staff(ctx, at.giver.id)
        row = begin(ctx, giver, school_id=at.school, reason="changes_class", last_day=last)
        propose(ctx, row, dict.fromkeys(_tops(row), at.taker.id))
    with at.acting(at.taker) as ctx:
        accept(ctx, _row(ctx), _tops(_row(ctx)))
    with at.as_head() as ctx:
        rows = ctx.session.scalars(select(GrantChild)).all()
        assert {row.ends_on for row in rows} == {last, None}
        assert {row.starts_on for row in rows if row.ends_on is None} == {last + timedelta(days=1)}
        today = concerns_answered_by(ctx, at.giver.id, at.school)
        assert [one.concern.id for one in today] == [at.concern]


def test_what_is_declined_stays_and_goes_back_to_the_head(at: Desk) -> None:
    _all_to(at, at.taker.id)
    with at.acting(at.taker) as ctx:
        row = _row(ctx)
        with pytest.raises(Refused):
            decline(ctx, row, pairings(row), reason=" ")
        assert decline(ctx, row, pairings(row), reason="带的孩子已经很多") == 3
        rest = [item.id for item in row.items if item.state == "proposed" and not item.parent_id]
        accept(ctx, row, rest)
        assert row.state == "open"
    with at.as_head() as ctx:
        assert charged(ctx, "mentor") == {child: {at.giver.id} for child in at.children}
        row = _row(ctx)
        left = needing(ctx, [row])[row.id]
        assert {item.answer for item in left} == {"带的孩子已经很多"}
    with at.world.inside(own(at.center, at.head, "north")) as ctx:
        kinds = set(ctx.session.scalars(select(Notice.kind)))
        assert "hand_over.declined" in kinds


def test_nobody_accepts_what_was_proposed_to_somebody_else(at: Desk) -> None:
    _all_to(at, at.taker.id)
    with at.acting(at.other) as ctx, pytest.raises(Refused):
        accept(ctx, _row(ctx), _tops(_row(ctx)))
    with at.as_head() as ctx:
        assert charged(ctx, "mentor")[at.children[0]] == {at.giver.id}


def test_each_thing_may_go_to_another_person(at: Desk) -> None:
    with at.as_head() as ctx:
        row = at.begun(ctx)
        one, *rest = _tops(row)
        propose(ctx, row, {one: at.other.id, **dict.fromkeys(rest, at.taker.id)})
    with at.acting(at.taker) as ctx:
        row = _row(ctx)
        accept(
            ctx, row, [i.id for i in row.items if i.successor_id == at.taker.id and not i.parent_id]
        )
        assert row.state == "open"
    with at.acting(at.other, "counsellor") as ctx:
        row = _row(ctx)
        accept(ctx, row, [one])
        assert row.state == "done"
        assert charged(ctx, "homeroom_teacher") == {at.room: {at.other.id}}


def test_who_does_not_work_here_cannot_be_proposed(at: Desk) -> None:
    stranger = at.world.person(at.center, "mentor", "south")
    with at.as_head() as ctx:
        row = at.begun(ctx)
        for wrong in (stranger.id, at.giver.id):
            with pytest.raises(Refused):
                propose(ctx, row, dict.fromkeys(_tops(row), wrong))


def test_a_role_is_handed_over_only_by_who_may_give_it(at: Desk) -> None:
    with at.as_head() as ctx:
        row = begin(
            ctx, staff(ctx, at.other.id), school_id=at.school, reason="leaves", last_day=ctx.today()
        )
        assert [item.kind for item in row.items] == ["role"]
        tops = _tops(row)
    with at.acting(at.giver) as ctx, pytest.raises(Refused):
        propose(ctx, _row(ctx), dict.fromkeys(tops, at.taker.id))
    with at.as_head() as ctx:
        propose(ctx, _row(ctx), dict.fromkeys(tops, at.taker.id))
    with at.acting(at.taker) as ctx:
        accept(ctx, _row(ctx), tops)
    with at.as_head() as ctx:
        held_by = ctx.session.scalars(
            select(Membership.staff_id)
            .join(Grant, Grant.membership_id == Membership.id)
            .where(Grant.role == "counsellor", Grant.ends_on.is_(None))
        ).all()
        assert held_by == [at.taker.id]


def test_what_has_found_somebody_meanwhile_needs_nobody(at: Desk) -> None:
    with at.as_head() as ctx:
        row = at.begun(ctx)
        grant = ctx.session.scalars(
            select(Grant)
            .join(Grant.membership)
            .where(Grant.role == "mentor", Membership.staff_id == at.taker.id)
        ).one()
        for child_id in at.children:
            child = ctx.session.scalars(select(Child).where(Child.id == child_id)).one()
            pair(ctx, child, grant_id=grant.id)
        kinds = {item.kind for item in needing(ctx, [row])[row.id]}
        assert kinds == {"class", "post", "concern"}


def test_what_need_not_be_handed_over_is_dropped_with_a_reason(at: Desk) -> None:
    with at.as_head() as ctx:
        row = at.begun(ctx)
        for item in _tops(row):
            drop(ctx, row, item, reason="继续担任")
        assert row.state == "done"
        assert ctx.session.scalar(select(Entry).where(Entry.kind == "duties.hand_over")) is None
        assert charged(ctx, "homeroom_teacher") == {at.room: {at.giver.id}}


def test_a_finished_hand_over_stands_in_the_ledger_of_the_class(at: Desk) -> None:
    _all_to(at, at.taker.id)
    with at.acting(at.taker) as ctx:
        accept(ctx, _row(ctx), _tops(_row(ctx)))
        entry = ctx.session.scalars(select(Entry).where(Entry.kind == "duties.hand_over")).one()
        assert (entry.homeroom_id, entry.on_behalf_of_id) == (at.room, at.giver.id)


def test_pairings_that_are_handed_over_stand_in_the_childrens_ledger(at: Desk) -> None:
    at.world.enable(at.center, "north", "mentoring")
    _all_to(at, at.taker.id)
    with at.acting(at.taker) as ctx:
        accept(ctx, _row(ctx), _tops(_row(ctx)))
    with at.as_head() as ctx:
        entries = ctx.session.scalars(select(Entry).where(Entry.kind == "mentoring.pairing")).all()
        assert {entry.child_id for entry in entries} == set(at.children)
        assert len(entries) == 4
        assert sum("林安" in entry.title for entry in entries) == 2
        assert sum("周青" in entry.title for entry in entries) == 2
        assert all("林安" in (entry.text or "") for entry in entries)


def test_one_hand_over_of_a_person_at_a_time(at: Desk) -> None:
    with at.as_head() as ctx:
        row = at.begun(ctx)
        with pytest.raises(Refused):
            at.begun(ctx)
        cancel(ctx, row)
        assert at.begun(ctx).id != row.id
    with at.as_head() as ctx, pytest.raises(Refused):
        begin(
            ctx, staff(ctx, at.taker.id), school_id=at.school, reason="leaves",
            last_day=ctx.today(),
        )  # fmt: skip


@pytest.fixture
def module(app: Flask) -> Iterator[list[tuple[UUID, UUID]]]:
    """A part that names one open thing of a child and notes to whom it goes."""
    registry: Registry = app.extensions["qinchao_registry"]
    part = ModuleType("part")
    taken: list[tuple[UUID, UUID]] = []
    thing = UUID(int=77)

    @hookimpl
    def on_hand_over(ctx: Ctx, staff_id: UUID, school_id: UUID) -> list[ToHandOver]:
        if taken:
            return []
        child = ctx.session.scalars(select(Child.id).where(Child.name == "石小满")).one()
        return [ToHandOver("home_contact.thing", thing, T("A promise"), child)]

    @hookimpl
    def accept_hand_over(object_id: UUID, to_staff_id: UUID) -> None:
        taken.append((object_id, to_staff_id))

    for hook in (on_hand_over, accept_hand_over):
        setattr(part, hook.__name__, hook)
    real = registry.manager.unregister(name="home_contact")
    registry.manager.register(part, name="home_contact")
    yield taken
    registry.manager.unregister(part)
    registry.manager.register(real, name="home_contact")


def test_what_a_module_names_goes_with_the_child(at: Desk, module: list[tuple[UUID, UUID]]) -> None:
    at.world.enable(at.center, "north", "home_contact")
    _all_to(at, at.taker.id)
    with at.acting(at.taker) as ctx:
        row = _row(ctx)
        named = next(item for item in row.items if item.module)
        assert next(i.kind for i in row.items if i.id == named.parent_id) == "pairing"
        accept(ctx, row, _tops(row))
    assert module == [(UUID(int=77), at.taker.id)]


def test_the_digest_counts_what_waits_for_whom(at: Desk) -> None:
    _all_to(at, at.taker.id)
    with at.world.inside(at.center.scope) as ctx:
        people = [at.giver.id, at.taker.id, at.other.id]
        found = telling.digest_lines(ctx, people, ctx.today())
        assert {staff: [line.count for line in lines] for staff, lines in found.items()} == {
            at.taker.id: [4]
        }


def test_another_school_sees_nothing_of_it(at: Desk) -> None:
    with at.as_head() as ctx:
        at.begun(ctx)
    with at.world.inside(at.center.school_scope("south")) as ctx:
        assert services.open_hand_over(ctx, at.giver.id, at.school) is None


def test_the_duty_to_hand_over_is_met_by_it(at: Desk) -> None:
    in_term(at.world, at.center)
    with at.world.inside(at.center.scope) as ctx:
        for key in ("hand_over", "term_summary"):
            adopt(ctx, packs()[key], key=key, in_force_from=date(2026, 8, 1))

    def states() -> dict[str, str]:
        with at.world.inside(at.center.school_scope("north")) as ctx:
            day = date(2027, 1, 10)
            _duty, wanted = duties_of(ctx, day, date(2026, 8, 1))
            return {row.subject: row.state for row in ctx.session.execute(wanted)}

    assert states() == {"homeroom": "due", "school": "due"}
    _all_to(at, at.taker.id)
    with at.acting(at.taker) as ctx:
        accept(ctx, _row(ctx), _tops(_row(ctx)))
    assert states() == {"homeroom": "done", "school": "due"}
