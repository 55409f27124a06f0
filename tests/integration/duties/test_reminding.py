"""The digest's lines about duties."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from app.children.models import Child
from app.duties.raising import raise_concern
from app.duties.reminding import digest_lines
from tests.integration.duties.conftest import Year

SEP = date(2026, 9, 1)


def _said(year: Year, day: date) -> list[tuple[str, int, bool]]:
    with year.on(day) as ctx:
        found = digest_lines(ctx, [year.mentor], day)
        return [(line.title.msgid, line.count, line.late) for line in found.get(year.mentor, ())]


def test_a_person_is_told_on_the_last_day_and_while_it_can_be_caught_up(year: Year) -> None:
    year.keep(SEP)
    assert _said(year, date(2026, 9, 15)) == []
    assert _said(year, date(2026, 9, 28)) == [("Due this week", 1, False)]
    assert _said(year, date(2026, 9, 30)) == [("Due today", 1, False)]
    assert _said(year, date(2026, 10, 2)) == [("Overdue, to catch up with", 1, True)]
    assert _said(year, date(2026, 10, 6)) == []
    year.visit(date(2026, 10, 15))
    assert _said(year, date(2026, 10, 31)) == []


def test_concerns_wait_until_they_are_answered(year: Year) -> None:
    with year.on(date(2026, 9, 10)) as ctx:
        child = ctx.session.scalars(select(Child).where(Child.id == year.child)).one()
        raise_concern(ctx, child, "mood")
    assert _said(year, date(2026, 9, 10)) == [("Concerns that wait for a visit", 1, False)]
    assert _said(year, date(2026, 9, 14)) == [("Concerns that wait for a visit", 1, True)]
