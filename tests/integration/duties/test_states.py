"""What is due, done, missed and excused."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from app.children.models import Child, Enrolment
from app.duties.closing import close_until
from app.duties.models import DutyExemption, DutyPolicy, DutyResult
from app.duties.policy_file import parse_policy
from app.duties.services import revise
from app.duties.states import duties_of
from tests.integration.duties.conftest import RULE, Year

SEP, OCT, NOV = date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1)


def test_a_month_is_due_then_done_or_missed(year: Year) -> None:
    year.keep(SEP, grace=3)
    assert year.states(date(2026, 9, 10)) == {(SEP, year.child): "due"}
    year.visit(date(2026, 9, 20))
    assert year.states(date(2026, 9, 20)) == {(SEP, year.child): "done"}
    found = year.states(date(2026, 11, 4))
    assert found == {
        (SEP, year.child): "done",
        (OCT, year.child): "missed",
        (NOV, year.child): "due",
    }


def test_an_act_in_the_days_of_grace_counts_once(year: Year) -> None:
    year.keep(SEP, grace=5)
    year.visit(date(2026, 10, 3))
    assert year.states(date(2026, 10, 4)) == {(SEP, year.child): "done", (OCT, year.child): "due"}
    year.visit(date(2026, 10, 20))
    assert year.states(date(2026, 10, 21))[OCT, year.child] == "done"


def test_what_was_not_needed_in_grace_stays_with_its_own_month(year: Year) -> None:
    year.keep(SEP, grace=5)
    year.visit(date(2026, 9, 9))
    year.visit(date(2026, 10, 3))
    assert year.states(date(2026, 10, 4)) == {(SEP, year.child): "done", (OCT, year.child): "done"}


def test_what_a_frozen_window_took_is_not_counted_again(year: Year) -> None:
    year.keep(SEP, grace=5)
    year.visit(date(2026, 10, 3))
    with year.on(date(2026, 10, 12)) as ctx:
        assert close_until(ctx, ctx.today()).duties == 1
    assert year.states(date(2026, 10, 12)) == {(SEP, year.child): "done", (OCT, year.child): "due"}


def test_written_down_long_after_changes_nothing_frozen(year: Year) -> None:
    year.keep(SEP)
    with year.on(date(2026, 10, 8)) as ctx:
        close_until(ctx, ctx.today())
    year.visit(date(2026, 9, 20), written=date(2026, 10, 9))
    assert year.states(date(2026, 10, 9))[SEP, year.child] == "missed"
    with year.on(date(2026, 10, 9)) as ctx:
        assert close_until(ctx, ctx.today()).windows == 0
        assert ctx.session.scalars(select(DutyResult.state)).all() == ["missed"]


def test_late_writing_counts_no_more_even_before_closing(year: Year) -> None:
    year.keep(SEP)
    year.visit(date(2026, 9, 30), written=date(2026, 10, 3))
    assert year.states(date(2026, 10, 3))[SEP, year.child] == "done"
    other = year.world.child(year.center, "north", homeroom=year.room, name="安小雨")
    year.visit(date(2026, 9, 30), written=date(2026, 10, 4), child=other)
    assert year.states(date(2026, 10, 4))[SEP, other] == "missed"


def test_leaving_closes_the_future_only(year: Year) -> None:
    year.keep(SEP)
    with year.on(date(2026, 10, 20)) as ctx:
        child = ctx.session.get(Child, (year.center.id, year.child))
        child.left_on = date(2026, 10, 20)
        stay = ctx.session.scalars(select(Enrolment).where(Enrolment.child_id == year.child)).one()
        stay.ends_on = date(2026, 10, 20)
    found = year.states(date(2026, 11, 20))
    assert found == {(SEP, year.child): "missed", (OCT, year.child): "excused"}


def test_an_exemption_excuses_what_it_covers_by_half(year: Year) -> None:
    year.keep(SEP)
    with year.on(SEP) as ctx:
        ctx.session.add(
            DutyExemption(
                school_id=year.center.schools["north"],
                subject="child",
                subject_id=year.child,
                starts_on=date(2026, 9, 10),
                ends_on=date(2026, 10, 10),
                reason="住院",
                created_at=ctx.now(),
            )
        )
    found = year.states(date(2026, 11, 4))
    assert found[SEP, year.child] == "excused"
    assert found[OCT, year.child] == "missed"


def test_a_new_version_judges_only_windows_that_open_after_it(year: Year) -> None:
    policy_id = year.keep(SEP)
    with year.on(date(2026, 9, 15)) as ctx:
        policy = ctx.session.scalars(select(DutyPolicy).where(DutyPolicy.id == policy_id)).one()
        twice = RULE.format(every="month", times=2, grace=0, covers="all")
        revise(ctx, policy, parse_policy(twice), in_force_from=date(2026, 9, 16))
    year.visit(date(2026, 9, 20))
    year.visit(date(2026, 10, 20))
    found = year.states(date(2026, 11, 4))
    assert found[SEP, year.child] == "done"
    assert found[OCT, year.child] == "missed"


def test_the_mentor_owes_it_and_without_one_the_class_teacher_stands_in(year: Year) -> None:
    year.keep(SEP)
    alone = year.world.child(year.center, "north", homeroom=year.room, name="安小雨")
    with year.on(date(2026, 9, 10)) as ctx:
        _duty, wanted = duties_of(ctx, ctx.today())
        owed = {r.subject_id: (r.owed_by, r.stand_in) for r in ctx.session.execute(wanted)}
    assert owed == {year.child: ([year.mentor], False), alone: ([year.teacher], True)}


def test_a_birthday_is_owed_around_the_day(year: Year) -> None:
    year.keep(SEP, every="birthday")
    born = year.world.child(
        year.center, "north", homeroom=year.room, name="安小雨", birth=date(2016, 2, 29)
    )
    assert year.states(date(2026, 12, 1)) == {}
    assert year.states(date(2027, 2, 26)) == {(date(2027, 2, 25), born): "due"}


def test_a_class_and_a_school_are_subjects_too(year: Year) -> None:
    text = """
name = "摸底"
[[duty]]
key = "survey"
title = "摸底"
entry = ["note"]
by = "homeroom_teacher"
subject = "homeroom"
every = "term"
[[duty]]
key = "summary"
title = "总结"
entry = ["note"]
by = "school_admin"
subject = "school"
every = "term"
"""
    year.keep(SEP, text=text)
    scope = year.center.school_scope("north")
    assert year.states(date(2026, 9, 10), scope) == {
        (SEP, year.room): "due",
        (SEP, year.center.schools["north"]): "due",
    }


def test_what_no_module_records_yet_is_owed_by_nobody(year: Year) -> None:
    text = """
name = "体检"
[[duty]]
key = "check_up"
title = "体检"
entry = ["health_checks.check_up"]
by = "health_worker"
for = "all"
every = "term"
"""
    year.keep(SEP, text=text)
    assert year.states(date(2026, 9, 10)) == {}
    year.world.enable(year.center, "north", "health_checks")
    assert year.states(date(2026, 9, 10)) == {(SEP, year.child): "due"}
