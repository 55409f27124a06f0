"""Concerns: raised once, told at once, climbing when late, closed only by a visit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import select

from app.accounts.models import Staff
from app.children.models import Child
from app.duties.concerns import concerns_for_me, open_concerns
from app.duties.models import Concern
from app.duties.raising import close_concern, raise_concern, withdraw_concern
from app.duties.todo import todo
from app.host.context import Ctx
from app.kernel.errors import Refused
from app.ledger.models import Entry
from app.notify.models import Notice
from tests.integration.duties.conftest import Year
from tests.integration.duties.people import acting

SEP = date(2026, 9, 1)
VISIT = """
name = "五必访"
[[duty]]
key = "mood"
title = "情绪不好必访"
entry = ["note"]
by = "homeroom_teacher"
for = "all"
every = "concern:mood"
grace_days = 2
"""


def _child(ctx: Ctx, year: Year) -> Child:
    return ctx.session.scalars(select(Child).where(Child.id == year.child)).one()


def _raise(year: Year, day: date, kind: str = "mood", note: str = "不说话") -> UUID:
    with year.on(day) as ctx:
        return raise_concern(ctx, _child(ctx, year), kind, note=note).id


def _concern(ctx: Ctx, concern_id: UUID) -> Concern:
    return ctx.session.scalars(select(Concern).where(Concern.id == concern_id)).one()


def _told(year: Year, staff_id: UUID) -> list[date]:
    """Return the days on which somebody was told of a concern."""
    with year.on(SEP) as ctx:
        account = ctx.session.scalars(select(Staff.account_id).where(Staff.id == staff_id)).one()
    with year.on(SEP, replace(year.center.scope, account_id=account)) as ctx:
        told = ctx.session.scalars(select(Notice.created_at).where(Notice.kind == "concern.raised"))
        return [moment.date() for moment in told]


def test_the_rule_in_force_sets_the_deadline_else_the_centre_does(year: Year) -> None:
    year.keep(SEP, text=VISIT)
    first = _raise(year, date(2026, 9, 10))
    second = _raise(year, date(2026, 9, 10), "health")
    with year.on(date(2026, 9, 10)) as ctx:
        assert _concern(ctx, first).due_on == date(2026, 9, 12)
        assert _concern(ctx, second).due_on == date(2026, 9, 13)


def test_a_second_raising_adds_to_the_first_and_keeps_its_deadline(year: Year) -> None:
    first = _raise(year, date(2026, 9, 10))
    assert _raise(year, date(2026, 9, 12), note="午饭也不吃") == first
    with year.on(date(2026, 9, 12)) as ctx:
        row = _concern(ctx, first)
        assert row.due_on == date(2026, 9, 13)
        assert row.note == "不说话\n午饭也不吃"


def test_the_mentor_is_told_and_finds_it_but_who_raised_it_is_not_told(year: Year) -> None:
    _raise(year, date(2026, 9, 10))
    with acting(year, date(2026, 9, 10), year.mentor, "mentor", children=(year.child,)) as ctx:
        [item] = todo(ctx).items
        assert [open_.concern.kind for open_ in item.concerns] == ["mood"]
        raise_concern(ctx, _child(ctx, year), "health")
    assert _told(year, year.mentor) == [date(2026, 9, 10)]


def test_the_class_teacher_answers_where_a_rule_names_them_or_nobody_mentors(year: Year) -> None:
    alone = year.world.child(year.center, "north", homeroom=year.room, name="安小雨")
    with year.on(date(2026, 9, 10)) as ctx:
        lonely = ctx.session.scalars(select(Child).where(Child.id == alone)).one()
        raise_concern(ctx, lonely, "mood")
        raise_concern(ctx, _child(ctx, year), "mood")
    with acting(
        year, date(2026, 9, 10), year.teacher, "homeroom_teacher", homerooms=(year.room,)
    ) as ctx:
        assert [open_.child.id for open_ in concerns_for_me(ctx)] == [alone]
    year.keep(SEP, text=VISIT)
    with acting(
        year, date(2026, 9, 10), year.teacher, "homeroom_teacher", homerooms=(year.room,)
    ) as ctx:
        assert {open_.child.id for open_ in concerns_for_me(ctx)} == {alone, year.child}


def test_late_it_climbs_to_the_school_and_then_to_the_centre(year: Year) -> None:
    _raise(year, date(2026, 9, 10))
    head = year.world.person(year.center, "school_admin", "north")
    boss = year.world.person(year.center, "center_admin")
    seen = {}
    for day in (13, 14, 16, 17):
        on = date(2026, 9, day)
        with acting(year, on, head.id, "school_admin") as ctx:
            at_school = len(concerns_for_me(ctx))
        with acting(year, on, boss.id, "center_admin") as ctx:
            seen[day] = (at_school, len(concerns_for_me(ctx)))
    assert seen == {13: (0, 0), 14: (1, 0), 16: (1, 0), 17: (1, 1)}


def test_only_a_visit_with_an_outcome_closes_it(year: Year) -> None:
    year.keep(SEP, text=VISIT)
    year.visit(date(2026, 9, 8))
    concern_id = _raise(year, date(2026, 9, 10))
    with acting(year, date(2026, 9, 11), year.mentor, "mentor", children=(year.child,)) as ctx:
        child, row = _child(ctx, year), _concern(ctx, concern_id)
        early = ctx.session.scalars(select(Entry.id)).one()
        with pytest.raises(Refused) as refused:
            close_concern(ctx, child, row, entry_id=early, outcome="好了")
        assert refused.value.field == "entry"
    year.visit(date(2026, 9, 11))
    with acting(year, date(2026, 9, 11), year.mentor, "mentor", children=(year.child,)) as ctx:
        child, row = _child(ctx, year), _concern(ctx, concern_id)
        late = ctx.session.scalars(
            select(Entry.id).where(Entry.happened_on == date(2026, 9, 11))
        ).one()
        with pytest.raises(Refused):
            close_concern(ctx, child, row, entry_id=late, outcome=" ")
        close_concern(ctx, child, row, entry_id=late, outcome="和奶奶谈过，好多了")
        assert (row.closed_on, row.closed_by_entry_id) == (date(2026, 9, 11), late)
        assert open_concerns(ctx) == []
        with pytest.raises(Refused):
            close_concern(ctx, child, row, entry_id=late, outcome="再来")
    found = year.states(date(2026, 9, 20))
    assert list(found.values()) == ["done"]


def test_a_visit_written_down_too_late_does_not_count_as_in_time(year: Year) -> None:
    concern_id = _raise(year, date(2026, 9, 10))
    year.visit(date(2026, 9, 11), written=date(2026, 9, 30))
    with acting(year, date(2026, 9, 30), year.mentor, "mentor", children=(year.child,)) as ctx:
        row = _concern(ctx, concern_id)
        entry = ctx.session.scalars(select(Entry.id)).one()
        close_concern(ctx, _child(ctx, year), row, entry_id=entry, outcome="好了")
        assert row.closed_on == date(2026, 9, 30)


def test_a_mistake_is_withdrawn_with_a_reason(year: Year) -> None:
    concern_id = _raise(year, date(2026, 9, 10))
    with year.on(date(2026, 9, 10)) as ctx:
        with pytest.raises(Refused):
            withdraw_concern(ctx, _concern(ctx, concern_id), reason="")
        withdraw_concern(ctx, _concern(ctx, concern_id), reason="认错人")
    assert _raise(year, date(2026, 9, 11)) != concern_id


def test_an_unknown_kind_and_a_child_who_left_are_refused(year: Year) -> None:
    with year.on(date(2026, 9, 10)) as ctx:
        child = _child(ctx, year)
        with pytest.raises(Refused):
            raise_concern(ctx, child, "weather")
        child.left_on = date(2026, 9, 9)
        with pytest.raises(Refused):
            raise_concern(ctx, child, "mood")
