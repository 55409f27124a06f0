"""What the demonstration tells: a steady school, one in a burst, a mentor who left, dated years."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.accounts.models import Staff
from app.children.models import Child
from app.db.scope import Scope
from app.duties.models import Concern, DutyResult, DutyWindow
from app.handover.models import HandOver
from app.host.context import Ctx
from app.kernel.clock import CHINA
from app.ledger.models import Act, Confirmation, Entry
from app.sdk.history import Story, story_of
from app.tenancy.models import School, Term
from tests.support.demonstration import load_demonstration
from tests.support.world import World

SHARE, FEWER = 12, 100
VISIT, CALL = "home_contact.visit", "home_contact.call"
Declared = Callable[[str, int], "Told"]


@dataclass(frozen=True)
class Told:
    """A demonstration centre with its first two schools."""

    scope: Scope
    first: UUID
    second: UUID


@pytest.fixture(scope="module")
def declared(app: Flask, tmp_path_factory: pytest.TempPathFactory) -> Declared:
    def load_one(profile: str, share: int) -> Told:
        within = tmp_path_factory.mktemp("tenants")
        with app.app_context():
            loading, _, _ = load_demonstration(app, within, profile=profile, share=share)
            with loading.center() as ctx:
                first, second = ctx.session.scalars(
                    select(School.id).order_by(School.position).limit(2)
                )
        return Told(Scope.center(loading.center_id), first, second)

    return load_one


@pytest.fixture(scope="module")
def quick(declared: Declared) -> Told:
    return declared("quick", SHARE)


def story(ctx: Ctx, school_id: UUID) -> Story:
    return story_of(ctx, school_id)


def test_a_steady_school_does_most_in_time_and_some_of_it_not(quick: Told, world: World) -> None:
    with world.inside(quick.scope) as ctx:
        counted = (
            select(DutyResult.state, func.count())
            .where(DutyResult.school_id == quick.first, DutyResult.rule_key.in_(("visit", "call")))
            .group_by(DutyResult.state)
        )
        states: dict[str, int] = dict(ctx.session.execute(counted).all())
    assert states["done"] > 0.7 * sum(states.values())
    assert states["missed"] > 0
    assert states["excused"] > 0


def test_what_is_over_is_closed(quick: Told, world: World) -> None:
    with world.inside(quick.scope) as ctx:
        today = ctx.today()
        late = select(func.count()).where(
            DutyWindow.settles < today, DutyWindow.frozen_at.is_(None)
        )
        assert ctx.session.scalar(late) == 0
        assert ctx.session.scalar(select(func.count()).select_from(DutyResult))


def contacts(ctx: Ctx, school_id: UUID) -> list[Entry]:
    wanted = select(Entry).where(Entry.school_id == school_id, Entry.kind.in_((VISIT, CALL)))
    return list(ctx.session.scalars(wanted.order_by(Entry.first_recorded_at)))


def test_two_thirds_of_a_burst_school_were_written_before_the_inspection(
    quick: Told, world: World
) -> None:
    with world.inside(quick.scope) as ctx:
        inspected = story(ctx, quick.second).inspected_on
        found = contacts(ctx, quick.second)
        steady = contacts(ctx, quick.first)

    def within(entry: Entry) -> bool:
        written = entry.first_recorded_at.astimezone(CHINA).date()
        return inspected - timedelta(days=3) <= written < inspected

    burst = [entry for entry in found if within(entry)]
    assert 0.5 < len(burst) / len(found) < 0.8
    assert sum(map(within, steady)) < 0.2 * len(steady)
    old = [entry for entry in burst if entry.happened_on < inspected - timedelta(days=20)]
    assert len(old) > len(burst) / 2
    by_person: dict[tuple[UUID | None, date], list[Entry]] = {}
    for entry in burst:
        key = entry.recorded_by_id, entry.first_recorded_at.date()
        by_person.setdefault(key, []).append(entry)
    gaps = [
        (b.first_recorded_at - a.first_recorded_at).total_seconds()
        for rows in by_person.values()
        for a, b in pairwise(rows)
    ]
    assert sum(gap <= 180 for gap in gaps) > len(gaps) / 2


def test_two_pairings_stand_on_paper_only(quick: Told, world: World) -> None:
    with world.inside(quick.scope) as ctx:
        children = story(ctx, quick.first).on_paper
        assert len(children) == 2
        seen = select(func.count()).where(
            Entry.child_id.in_(children), Entry.kind.in_((VISIT, CALL, "home_contact.talk"))
        )
        assert ctx.session.scalar(seen) == 0


def test_a_mentor_left_and_the_hand_over_is_open(quick: Told, world: World) -> None:
    with world.inside(quick.scope) as ctx:
        [(person, last_day)] = story(ctx, quick.first).left.items()
        row = ctx.session.scalars(select(HandOver)).one()
        assert (row.from_staff_id, row.last_day, row.state) == (person, last_day, "open")
        states = Counter(item.state for item in row.items if item.kind == "pairing")
        assert (states["accepted"], states["proposed"]) == (1, 1)
        assert states["open"] >= 1
        newest = select(func.max(Act.happened_on)).where(Act.recorded_by_id == person)
        last = ctx.session.scalar(newest)
        assert last is None or last <= last_day


def test_two_concerns_wait_and_one_of_them_too_long(quick: Told, world: World) -> None:
    with world.inside(quick.scope) as ctx:
        rows = ctx.session.scalars(select(Concern)).all()
        waiting = sorted(row.due_on < ctx.today() for row in rows if row.closed_on is None)
        assert waiting == [False, True]
        writers = set(ctx.session.scalars(select(Staff.id)))
        assert {row.raised_by_id for row in rows} <= writers


def test_families_confirm_and_one_contests(quick: Told, world: World) -> None:
    with world.inside(quick.scope) as ctx:
        asked = select(Confirmation.answer, func.count()).where(
            Confirmation.school_id == quick.first
        )
        answers: dict[str, int] = dict(
            ctx.session.execute(asked.group_by(Confirmation.answer)).all()
        )
    assert answers["contest"] == 1
    assert answers["yes"] > 20


def test_the_full_profile_tells_two_years_of_every_school(declared: Declared, world: World) -> None:
    full = declared("full", FEWER)
    with world.inside(full.scope) as ctx:
        days = ctx.session.execute(
            select(Entry.school_id, func.min(Entry.happened_on))
            .where(Entry.kind.in_((VISIT, CALL)))
            .group_by(Entry.school_id)
        ).all()
        sizes = select(Child.school_id, func.count()).group_by(Child.school_id)
        pupils: dict[UUID, int] = dict(ctx.session.execute(sizes).all())
        terms = ctx.session.scalars(select(Term).where(Term.ends_on < ctx.today())).all()
        two_years = ctx.today() - timedelta(days=730)
        told = [
            ctx.session.scalar(
                select(func.count()).where(
                    Entry.kind == VISIT, Entry.happened_on.between(term.starts_on, term.ends_on)
                )
            )
            for term in terms
            if term.starts_on > two_years
        ]
    silent = pupils.keys() - {school for school, _first in days}
    # With one child in a hundred the teaching points have hardly anybody.
    assert all(pupils[school] <= 3 for school in silent)
    assert len(days) > 20
    assert min(first for _school, first in days) < two_years + timedelta(days=120)
    assert told
    assert all(told)
