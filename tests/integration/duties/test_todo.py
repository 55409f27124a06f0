"""What a person finds on the to-do, in which order, and what an act takes off it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from sqlalchemy import event, select

from app.children.models import Child
from app.db.session import db
from app.duties.acts import met_by, write_down
from app.duties.todo import counts, todo
from app.ledger.services import EntryFor
from app.tenancy.models import Term
from tests.integration.duties.conftest import Year
from tests.integration.duties.people import acting

SEP = date(2026, 9, 1)
FAMILY = """
name = "亲情通话"
[[duty]]
key = "call"
title = "亲情电话"
entry = ["note"]
by = "parent"
for = "all"
every = "month"
"""
LATER = """
name = "远处"
[[duty]]
key = "roll"
title = "查寝"
entry = ["dormitory.roll_call"]
by = "mentor"
for = "all"
every = "day"
"""


@contextmanager
def statements() -> Iterator[list[str]]:
    """Note what the database is asked."""
    seen: list[str] = []

    def note(_c: object, _k: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)


def test_a_mentor_sees_what_is_due_and_by_when(year: Year) -> None:
    year.keep(SEP, grace=3)
    with acting(year, date(2026, 9, 10), year.mentor, "mentor", children=(year.child,)) as ctx:
        [item] = todo(ctx).items
        assert (item.subject, item.subject_id, item.urgency) == ("child", year.child, "month")
        assert [duty.rule.title for duty in item.duties] == ["家访"]
        assert item.due == date(2026, 9, 30)
    for day, urgency in ((date(2026, 10, 1), "week"), (date(2026, 10, 3), "today")):
        with acting(year, day, year.mentor, "mentor", children=(year.child,)) as ctx:
            assert todo(ctx).items[0].urgency == urgency


def test_what_is_overdue_stays_only_as_long_as_it_can_be_written_down(year: Year) -> None:
    year.keep(SEP, every="term_start")
    for day, shown in ((date(2026, 9, 17), ["late"]), (date(2026, 9, 18), [])):
        with acting(year, day, year.mentor, "mentor", children=(year.child,)) as ctx:
            assert [item.urgency for item in todo(ctx).items] == shown


def test_an_act_takes_every_duty_it_satisfies_off_the_list(year: Year) -> None:
    year.keep(SEP, every="week")
    with year.on(SEP) as ctx:
        ctx.session.flush()
    day = date(2026, 9, 10)
    with acting(year, day, year.mentor, "mentor", children=(year.child,)) as ctx:
        child = ctx.session.scalars(select(Child).where(Child.id == year.child)).one()
        act = write_down(ctx, ctx.registry.entry_kinds["note"], [EntryFor(child)], happened_on=day)
        assert len(met_by(ctx, act)) == 1
        assert todo(ctx).items == []
        again = write_down(
            ctx, ctx.registry.entry_kinds["note"], [EntryFor(child)], happened_on=day
        )
        assert met_by(ctx, again) == []


def test_somebody_who_was_not_reached_still_waits(year: Year) -> None:
    year.keep(SEP)
    day = date(2026, 9, 10)
    with acting(year, day, year.mentor, "mentor", children=(year.child,)) as ctx:
        child = ctx.session.scalars(select(Child).where(Child.id == year.child)).one()
        kind = ctx.registry.entry_kinds["note"]
        act = write_down(ctx, kind, [EntryFor(child, outcome="not_reached")], happened_on=day)
        assert met_by(ctx, act) == []
        [item] = todo(ctx).items
        assert item.duties[0].tries == 1


def test_what_families_owe_waits_with_the_class_teacher(year: Year) -> None:
    year.keep(SEP, text=FAMILY)
    with acting(
        year, date(2026, 9, 10), year.teacher, "homeroom_teacher", homerooms=(year.room,)
    ) as ctx:
        [item] = todo(ctx).items
        assert item.urgency == "family"
        assert counts([item])["today"] == 0


def test_a_duty_without_its_module_does_not_nag(year: Year) -> None:
    year.keep(SEP, text=LATER)
    with acting(year, date(2026, 9, 10), year.mentor, "mentor", children=(year.child,)) as ctx:
        assert todo(ctx).items == []


def test_brothers_and_sisters_stand_together(year: Year) -> None:
    year.keep(SEP)
    others = [
        year.world.child(year.center, "north", homeroom=year.room, name=name)
        for name in ("安小雨", "白小云", "陈小河")
    ]
    year.world.guardian(year.center, year.child, others[1])
    children = (year.child, *others)
    mentor = year.world.person(year.center, "mentor", "north", children=tuple(others))
    with acting(year, date(2026, 9, 10), mentor.id, "mentor", children=children) as ctx:
        year.world.guardian(year.center, others[0], others[2], relation="mother")
    with acting(year, date(2026, 9, 10), mentor.id, "mentor", children=children) as ctx:
        order = [item.subject_id for item in todo(ctx).items]
        assert abs(order.index(others[0]) - order.index(others[2])) == 1


def test_the_school_sees_what_nobody_holds(year: Year) -> None:
    year.keep(SEP)
    year.world.child(year.center, "north", homeroom=year.room, name="安小雨")
    head = year.world.person(year.center, "school_admin", "north")
    with acting(year, date(2026, 9, 10), head.id, "school_admin") as ctx:
        [it] = todo(ctx).stand_ins
        assert (it.title, it.count) == ("家访", 1)
        assert todo(ctx).items == []
    with acting(year, date(2026, 9, 10), year.mentor, "mentor", children=(year.child,)) as ctx:
        assert todo(ctx).stand_ins == []


def test_the_duties_of_a_school_are_judged_once_for_its_head(year: Year) -> None:
    year.keep(SEP)
    year.world.child(year.center, "north", homeroom=year.room, name="安小雨")
    head = year.world.person(year.center, "school_admin", "north")
    with (
        acting(year, date(2026, 9, 10), head.id, "school_admin") as ctx,
        statements() as seen,
    ):
        assert len(todo(ctx).stand_ins) == 1
    assert sum(statement.count("duty_live(") for statement in seen) == 1


def test_the_number_of_queries_does_not_grow_with_the_children(year: Year) -> None:
    year.keep(SEP)
    asked = []
    for more in (1, 12):
        children = tuple(
            year.world.child(year.center, "north", homeroom=year.room, name="安小雨")
            for _number in range(more)
        )
        mentor = year.world.person(year.center, "mentor", "north", children=children)
        with acting(year, date(2026, 9, 10), mentor.id, "mentor", children=children) as ctx:
            ctx.session.execute(select(Term.id)).all()
            with statements() as seen:
                assert len(todo(ctx).items) == more
            asked.append(len(seen))
    assert asked[0] == asked[1] <= 9
