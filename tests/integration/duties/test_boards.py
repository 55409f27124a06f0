"""Boards: who sees which numbers, the rows behind them, and what they cost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from sqlalchemy import event

from app.children.models import Child
from app.db.session import db
from app.duties.boards import Filter, grid, list_duties, rates, tallies_seen, total
from app.duties.of_child import duties_of_child, window_of_child
from tests.integration.duties.conftest import Year
from tests.integration.duties.people import acting

SEP, OCT = date(2026, 9, 1), date(2026, 10, 1)
DAY = date(2026, 11, 10)


@contextmanager
def counted(year: Year) -> Iterator[list[str]]:
    """Collect the statements sent meanwhile."""
    seen: list[str] = []

    def note(_c: object, _k: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    with year.world.app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


def test_everybody_sees_the_numbers_of_their_own(year: Year) -> None:
    year.keep(SEP)
    year.visit(date(2026, 9, 20))
    year.world.child(year.center, "north", homeroom=year.room, name="安小雨")
    year.world.child(year.center, "south", name="白小云")
    boss = year.world.person(year.center, "center_inspector")
    seen = {}
    people = {
        "mentor": (year.mentor, {"children": (year.child,)}),
        "homeroom_teacher": (year.teacher, {"homerooms": (year.room,)}),
        "counsellor": (year.teacher, {}),
        "center_inspector": (boss.id, {}),
    }
    for role, (staff, reach) in people.items():
        with acting(year, DAY, staff, role, **reach) as ctx:
            whole = total(tallies_seen(ctx, DAY, SEP))
            seen[role] = (whole.done, whole.missed, whole.due)
    assert seen == {
        "mentor": (1, 1, 1),
        "homeroom_teacher": (1, 3, 2),
        "counsellor": (1, 3, 2),
        "center_inspector": (1, 5, 3),
    }


def test_every_number_opens_its_rows(year: Year) -> None:
    policy = year.keep(SEP)
    year.visit(date(2026, 9, 20))
    head = year.world.person(year.center, "school_admin", "north")
    with acting(year, DAY, head.id, "school_admin") as ctx:
        [tally] = tallies_seen(ctx, DAY, SEP)
        assert rates(tally) == 50
        for state in ("done", "missed", "due"):
            wanted = Filter(policy_id=policy, rule_key="visit", state=state)
            found = list_duties(ctx, DAY, SEP, wanted, 1)
            assert found.total == getattr(tally, state) == 1
            [line] = found.rows
            assert (line.name, line.child_id, line.owed_by) == ("石小满", year.child, ["林安"])
        shown = grid(ctx, DAY, SEP, Filter(policy_id=policy, homeroom_id=year.room))
        [(child, _name, duties)] = shown.rows
        assert child == year.child
        assert [duties[opens].state for opens, _closes in shown.windows] == [
            "done",
            "missed",
            "due",
        ]


def test_a_child_shows_its_windows_and_what_counted(year: Year) -> None:
    year.keep(SEP)
    year.visit(date(2026, 9, 20))
    with acting(year, DAY, year.mentor, "mentor", children=(year.child,)) as ctx:
        child = ctx.session.get(Child, (year.center.id, year.child))
        [of_rule] = duties_of_child(ctx, child)
        assert (of_rule.done, of_rule.decided, len(of_rule.duties)) == (1, 2, 3)
        it = window_of_child(ctx, child, of_rule.duties[0].window_id)
        assert [entry.happened_on for entry in it.entries] == [date(2026, 9, 20)]


def test_the_centres_board_costs_the_same_for_many(year: Year) -> None:
    year.keep(SEP)
    boss = year.world.client(year.world.person(year.center, "center_admin"))
    page = f"/c/{year.center.slug}/duties"
    assert boss.get(page).status_code == 200
    asked = []
    for more in (1, 8):
        for _number in range(more):
            year.world.child(year.center, "south", name="白小云")
        with counted(year) as seen:
            assert boss.get(page).status_code == 200
        asked.append(seen)
    entering = ("SELECT principal_of", "SELECT bind_scope")
    reads = [s for s in asked[1] if s.startswith("SELECT") and not s.startswith(entering)]
    assert len(asked[0]) == len(asked[1])
    assert len([s for s in reads if "duty_states" in s]) == 1
    assert len(reads) <= 10, reads
