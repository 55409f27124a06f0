"""The school calendar on its page: changed by the centre, read by all, followed by windows."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from app.duties.models import DutyWindow
from app.duties.year.services import mark_days, set_term
from app.kernel.errors import Refused
from app.tenancy.models import CalendarDay
from tests.integration.duties.conftest import Year
from tests.support.world import World


def test_a_week_without_lessons_owes_nothing(year: Year) -> None:
    year.keep(date(2026, 9, 1), every="week")
    flood = date(2026, 11, 9)
    assert (flood, year.child) in year.states(date(2026, 11, 10))
    with year.on(date(2026, 11, 8)) as ctx:
        mark_days(ctx, first=flood, last=date(2026, 11, 13), kind="holiday", title="防汛停课")
    assert (flood, year.child) not in year.states(date(2026, 11, 10))
    with year.on(date(2026, 11, 8)) as ctx:
        mark_days(ctx, first=flood, last=date(2026, 11, 13), kind="ordinary")
    assert (flood, year.child) in year.states(date(2026, 11, 10))


def test_a_new_term_lays_out_its_windows(year: Year) -> None:
    year.keep(date(2026, 9, 1), every="month")
    with year.on(date(2026, 11, 8)) as ctx:
        set_term(
            ctx,
            school_year=2027,
            number=1,
            starts_on=date(2027, 9, 1),
            ends_on=date(2028, 1, 20),
        )
        wanted = select(DutyWindow.opens).where(DutyWindow.opens >= date(2027, 9, 1))
        assert date(2027, 9, 1) in ctx.session.scalars(wanted).all()


def test_terms_do_not_overlap(year: Year) -> None:
    with year.on(date(2026, 11, 8)) as ctx, pytest.raises(Refused):
        set_term(
            ctx,
            school_year=2027,
            number=1,
            starts_on=date(2027, 7, 1),
            ends_on=date(2028, 1, 20),
        )


def test_the_centre_changes_it_and_schools_read_it(year: Year, world: World) -> None:
    centre = world.client(world.person(year.center, "center_admin"))
    address = f"/c/{year.center.slug}/calendar"
    sent = {"first": "2026-12-31", "last": "", "kind": "holiday", "title": "元旦"}
    assert centre.submit(f"{address}/days", sent).status_code == 302
    with world.inside(year.center.scope) as ctx:
        row = ctx.session.scalars(
            select(CalendarDay).where(CalendarDay.day == date(2026, 12, 31))
        ).one()
        assert (row.kind, row.title) == ("holiday", "元旦")
    assert "元旦" in centre.get(address).text
    wrong = centre.submit(f"{address}/days", sent | {"last": "2026-12-01"})
    assert wrong.status_code == 422
    teacher = world.client(world.person(year.center, "mentor", "north", children=(year.child,)))
    assert "元旦" in teacher.get(address).text
    assert teacher.get(f"{address}/days").status_code == 403
