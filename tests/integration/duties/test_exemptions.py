"""Exemptions: who is excused, from what, and what may not be changed any more."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from app.duties.closing import close_until
from app.duties.exemptions import exempt, exemptions, void_exemption
from app.kernel.errors import Refused
from tests.integration.duties.conftest import Year
from tests.integration.duties.people import acting

SEP, OCT = date(2026, 9, 1), date(2026, 10, 1)


@pytest.mark.parametrize("subject", ["child", "homeroom", "school"])
def test_child_class_and_school_are_excused_and_again_not(year: Year, subject: str) -> None:
    year.keep(SEP)
    school = year.center.schools["north"]
    subject_id = {"child": year.child, "homeroom": year.room, "school": school}[subject]
    head = year.world.person(year.center, "school_admin", "north")
    day = date(2026, 9, 20)
    with acting(year, day, head.id, "school_admin") as ctx:
        row = exempt(
            ctx, school, subject=subject, subject_id=subject_id,
            starts_on=SEP, ends_on=date(2026, 9, 30), reason="住院",
        )  # fmt: skip
        [it] = exemptions(ctx, school)
        assert it.name
        assert it.approved_by == "林安"
    assert year.states(day) == {(SEP, year.child): "excused"}
    with acting(year, day, head.id, "school_admin") as ctx:
        void_exemption(ctx, ctx.session.merge(row))
    assert year.states(day) == {(SEP, year.child): "due"}


def _refused(year: Year, day: date, **changed: object) -> str | None:
    head = year.world.person(year.center, "school_admin", "north")
    usual = {
        "subject": "child", "subject_id": year.child, "starts_on": SEP,
        "ends_on": date(2026, 9, 30), "reason": "住院",
    }  # fmt: skip
    with acting(year, day, head.id, "school_admin") as ctx:
        with pytest.raises(Refused) as refused:
            exempt(ctx, year.center.schools["north"], **(usual | changed))
        return refused.value.field


def test_what_makes_no_sense_is_refused_at_its_field(year: Year) -> None:
    elsewhere = year.world.child(year.center, "south")
    assert _refused(year, SEP, subject_id=elsewhere) == "subject"
    assert _refused(year, SEP, subject_id=UUID(int=1)) == "subject"
    assert _refused(year, SEP, ends_on=date(2026, 8, 1)) == "ends_on"
    assert _refused(year, SEP, reason="  ") == "reason"


def test_what_is_closed_cannot_be_excused_afterwards(year: Year) -> None:
    year.keep(SEP)
    with year.on(date(2026, 10, 12)) as ctx:
        close_until(ctx, ctx.today())
    assert _refused(year, date(2026, 10, 12)) == "ends_on"
