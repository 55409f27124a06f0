"""A school year of one class under every pack: whatever happens, the books balance.

Everybody is left behind and boards, so that rules mean them. Arrivals, departures, contacts written
in time and late, concerns, exemptions, days off and a change of the policy are drawn at random;
windows are closed every month. ``make fuzz`` tries more years.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.children.models import Child, Declaration, Enrolment, Placement
from app.duties.closing import close_until
from app.duties.layout import lay_out
from app.duties.models import DutyExemption, DutyPolicy, DutyResult, DutyWindow, StoredRule
from app.duties.packs import packs
from app.duties.raising import raise_concern
from app.duties.services import adopt, revise
from app.ledger.models import Entry
from app.ledger.services import EntryFor, record
from app.tenancy.models import CalendarDay, Homeroom
from tests.integration.duties.conftest import Year
from tests.integration.duties.parts import owed_by_each, same_of_some
from tests.support.world import World

BEGIN, END = date(2026, 9, 1), date(2027, 7, 9)
CLOSED = date(2027, 9, 20)
EXAMPLES = int(os.environ.get("FUZZ", "2"))


@dataclass(frozen=True)
class Event:
    """Something happens on a day; ``who`` and ``extra`` are read as the kind needs them."""

    day: date
    kind: str
    who: int
    extra: int


_MODULES = ("guardian_training", "health_checks", "home_contact", "mentoring")


def _recorded(rule: StoredRule) -> bool:
    """Tell whether a module of the school records what a rule asks for; all are in grade three."""
    there = {kind.partition(".")[0] for kind in rule.entry} & {*_MODULES, "duties", "reports"}
    return bool(there) and (not rule.grades or 3 in rule.grades)


_DAYS = st.dates(BEGIN, END)
_EVENTS = st.lists(
    st.builds(
        Event,
        day=_DAYS,
        kind=st.sampled_from(
            ["contact"] * 6 + ["arrive", "leave", "exempt", "holiday", "revise", "concern"]
        ),
        who=st.integers(0, 5),
        extra=st.integers(0, 12),
    ),
    min_size=5,
    max_size=30,
).map(lambda found: sorted(found, key=lambda event: event.day))


@pytest.mark.parametrize("pack", packs())
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(events=_EVENTS)
def test_the_books_of_a_school_year_balance(
    world: World, make_year: Any, pack: str, events: Sequence[Event]
) -> None:
    life = Life(make_year(), pack)
    months = [date(2026 + (m > 12), (m - 1) % 12 + 1, 1) for m in range(10, 20)]
    for event in events:
        while months and months[0] <= event.day:
            life.close(months.pop(0))
        life.live(event)
    for day in [*months, CLOSED]:
        life.close(day)
    life.check()


class Life:
    """One class and what happens to it; ``frozen`` is what has been closed so far."""

    def __init__(self, year: Year, pack: str) -> None:
        self.year, self.pack = year, pack
        self.children = [year.child]
        self.frozen: dict[UUID, tuple[Any, ...]] = {}
        self.kinds = sorted({k for rule in packs()[pack].duties for k in rule.entry})
        year.world.enable(year.center, "north", *_MODULES)
        year.world.person(year.center, "school_admin", "north")
        self._say_left_behind(BEGIN, year.child)
        for n in range(3):
            self._arrive(BEGIN, f"安小{n}")
        with year.on(BEGIN) as ctx:
            adopt(ctx, packs()[pack], key=pack, in_force_from=BEGIN)

    def live(self, event: Event) -> None:
        getattr(self, f"_{event.kind}")(event.day, event)

    def close(self, day: date) -> None:
        """Close, and see that what was frozen before is as it was, for each as for all."""
        with self.year.on(day) as ctx:
            close_until(ctx, day)
            owed_by_each(ctx)
            same_of_some(ctx)
            rows = ctx.session.scalars(select(DutyResult)).all()
            now = {row.id: (row.state, row.done, row.taken, row.opens) for row in rows}
        assert self.frozen.items() <= now.items()
        self.frozen = now

    def _arrive(self, day: date, event: Event | str) -> None:
        name = event if isinstance(event, str) else f"安小{event.who}"
        child = self.year.world.child(self.year.center, "north", name=name, homeroom=self.year.room)
        with self.year.on(day) as ctx:
            for model in (Enrolment, Placement):
                row: Any = ctx.session.scalars(select(model).where(model.child_id == child)).one()
                row.starts_on = day
        self._say_left_behind(day, child)
        self.children.append(child)

    def _say_left_behind(self, day: date, child_id: UUID) -> None:
        with self.year.on(day) as ctx:
            child = ctx.session.get(Child, (self.year.center.id, child_id))
            assert child is not None
            child.boarding = "boarding"
            ctx.session.add(
                Declaration(
                    school_id=child.school_id,
                    child_id=child.id,
                    left_behind="both",
                    as_of=day,
                    source="花名册",
                )
            )

    def _concern(self, day: date, event: Event) -> None:
        with self.year.on(day) as ctx:
            child = self._child(ctx, event)
            if child.left_on is None:
                raise_concern(ctx, child, "mood", note="不爱说话")

    def _child(self, ctx: Any, event: Event) -> Child:
        child = ctx.session.get(
            Child, (self.year.center.id, self.children[event.who % len(self.children)])
        )
        assert isinstance(child, Child)
        return child

    def _leave(self, day: date, event: Event) -> None:
        with self.year.on(day) as ctx:
            child = self._child(ctx, event)
            if child.left_on is None:
                child.left_on = day
                for model in (Enrolment, Placement):
                    stays: Any = select(model).where(
                        model.child_id == child.id, model.ends_on.is_(None)
                    )
                    for row in ctx.session.scalars(stays):
                        row.ends_on = max(day, row.starts_on)

    def _contact(self, day: date, event: Event) -> None:
        with self.year.on(day + timedelta(days=event.extra)) as ctx:
            kind = self.kinds[event.extra % len(self.kinds)]
            if kind not in ctx.registry.entry_kinds:
                return
            room = ctx.session.get(Homeroom, (self.year.center.id, self.year.room))
            entries = [EntryFor(self._child(ctx, event)), EntryFor(homeroom=room)]
            record(ctx, kind=kind, happened_on=day, title=kind, entries=entries)

    def _exempt(self, day: date, event: Event) -> None:
        with self.year.on(day) as ctx:
            ctx.session.add(
                DutyExemption(
                    school_id=self.year.center.schools["north"],
                    subject="child",
                    subject_id=self._child(ctx, event).id,
                    starts_on=day,
                    ends_on=day + timedelta(days=event.extra * 3),
                    reason="住院",
                    created_at=ctx.now(),
                )
            )

    def _holiday(self, day: date, _event: Event) -> None:
        with self.year.on(day) as ctx:
            there = select(CalendarDay).where(CalendarDay.day == day + timedelta(days=3))
            if ctx.session.scalar(there) is None:
                off = CalendarDay(day=day + timedelta(days=3), kind="holiday", title="停课")
                ctx.session.add(off)
                ctx.session.flush()
                lay_out(ctx)

    def _revise(self, day: date, _event: Event) -> None:
        with self.year.on(day) as ctx:
            policy = ctx.session.scalars(select(DutyPolicy)).one()
            if day > policy.versions[-1].in_force_from:
                revise(ctx, policy, packs()[self.pack], in_force_from=day)

    def check(self) -> None:
        """Every window of every covered child has one state, and the states are the ledger's."""
        with self.year.on(CLOSED) as ctx:
            past = DutyWindow.settles < CLOSED
            assert not ctx.session.scalars(
                select(DutyWindow.id).where(past, DutyWindow.frozen_at.is_(None))
            ).all()
            results = ctx.session.scalars(select(DutyResult)).all()
            entries = ctx.session.scalars(select(Entry)).all()
            windows = ctx.session.scalars(select(DutyWindow).where(past)).all()
            rules = {rule.id: rule for rule in ctx.session.scalars(select(StoredRule))}
            stayed = set(
                ctx.session.scalars(
                    select(Enrolment.child_id).where(
                        Enrolment.starts_on == BEGIN, Enrolment.ends_on.is_(None)
                    )
                )
            )
        each = Counter(
            (row.window_id, row.concern_id, row.rule_id, row.subject_id) for row in results
        )
        assert all(n == 1 for n in each.values())
        for window in windows:
            rule = rules[window.rule_id]
            if rule.subject == "child" and window.birth_day is None and _recorded(rule):
                had = {row.subject_id for row in results if row.window_id == window.id}
                assert stayed <= had
        assert all(row.owed_by for row in results if row.school_id == self._north)
        for row in results:
            if row.subject == "child" and row.window_id and row.school_id == self._north:
                self._agrees(row, entries)

    @property
    def _north(self) -> UUID:
        return self.year.center.schools["north"]

    def _agrees(self, row: DutyResult, entries: Sequence[Entry]) -> None:
        rules = {rule.key: rule for rule in packs()[self.pack].duties}
        rule = rules[row.rule_key]
        settled = row.due + timedelta(days=3)
        days = [
            entry.happened_on
            for entry in entries
            if entry.child_id == row.subject_id
            and entry.kind in rule.entry
            and row.opens <= entry.happened_on <= row.due
            and (entry.first_recorded_at + timedelta(hours=8)).date() <= settled
        ]
        own = sum(day <= row.closes for day in days)
        assert row.done <= len(days)
        if row.state == "done":
            assert len(days) >= rule.min_times
        if row.state == "missed":
            assert own - sum(self._taken_before(row)) < rule.min_times

    def _taken_before(self, row: DutyResult) -> list[int]:
        with self.year.on(CLOSED) as ctx:
            return list(
                ctx.session.scalars(
                    select(DutyResult.taken).where(
                        DutyResult.rule_key == row.rule_key,
                        DutyResult.subject_id == row.subject_id,
                        DutyResult.next_opens == row.opens,
                    )
                )
            )
