"""How many duties somebody kept, and which, before and after closing."""

from __future__ import annotations

from datetime import date

import pytest

from app.duties.closing import close_until
from app.duties.kept import DutiesKept, duties_kept, duties_owed_by
from app.kernel.ids import uuid7
from tests.integration.duties.conftest import Year

SEP, OCT, TODAY = date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 10)


@pytest.mark.parametrize("closed", [False, True])
def test_done_and_missed_are_counted_for_who_owed_them_and_open_ones_for_nobody(
    year: Year, closed: bool
) -> None:
    year.keep(SEP)
    year.visit(date(2026, 9, 20))
    if closed:
        with year.on(TODAY) as ctx:
            close_until(ctx, date(2026, 11, 9))
    with year.on(TODAY, year.center.school_scope("north")) as ctx:
        other = uuid7()
        people = [year.mentor, year.teacher, uuid7()]
        found = duties_kept(ctx, people, [year.child, other], since=SEP, on=TODAY)
        assert found == [DutiesKept(year.mentor, year.child, year.room, done=1, missed=1)]
        rows = duties_owed_by(ctx, [year.mentor], [year.child], since=SEP, on=TODAY)
        assert [(row.state, row.opens) for row in rows] == [("missed", OCT), ("done", SEP)]
        assert {(row.policy, row.title, row.child_id) for row in rows} == {
            ("三个一", "家访", year.child)
        }
        assert duties_owed_by(ctx, [year.teacher], [year.child], since=SEP, on=TODAY) == []
        assert duties_kept(ctx, people, [other], since=SEP, on=TODAY) == []
    with year.on(TODAY, year.center.school_scope("south")) as ctx:
        assert duties_kept(ctx, [year.mentor], [year.child], since=SEP, on=TODAY) == []
