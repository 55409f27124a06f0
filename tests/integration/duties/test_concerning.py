"""A to-do judges only whom it can concern, and misses nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select

from app.accounts.models import Grant, GrantChild, Membership
from app.children.models import Child
from app.duties.closing import close_until
from app.duties.concerning import concerning
from app.duties.models import DutyExemption
from app.duties.raising import raise_concern
from app.ledger.services import EntryFor, record
from app.tenancy.models import Homeroom
from tests.integration.duties.conftest import Year
from tests.integration.duties.parts import owed_by_each, same_of_some

SEP = date(2026, 9, 1)
RULES = """
name = "处处有责"
[[duty]]
key = "visit"
title = "家访"
entry = ["note"]
by = "mentor"
for = "all"
every = "month"
grace_days = 5
[[duty]]
key = "talk"
title = "谈心"
entry = ["note"]
by = "homeroom_teacher"
for = "all"
every = "week"
[[duty]]
key = "family"
title = "亲情电话"
entry = ["note"]
by = "guardian"
subject = "guardian"
for = "all"
every = "month"
[[duty]]
key = "meeting"
title = "主题班会"
entry = ["note"]
by = "homeroom_teacher"
subject = "homeroom"
every = "month"
[[duty]]
key = "report"
title = "学校小结"
entry = ["note"]
by = "school_admin"
subject = "school"
every = "month"
[[duty]]
key = "heart"
title = "教师谈心"
entry = ["note"]
by = "staff"
subject = "staff"
every = "month"
[[duty]]
key = "counsel"
title = "心理辅导"
entry = ["note"]
by = "{role}"
for = "all"
every = "month"
[[duty]]
key = "mood"
title = "情绪不好必访"
entry = ["note"]
by = "mentor"
for = "all"
every = "concern:mood"
"""


def _school(year: Year, role: str = "counsellor") -> dict[str, Any]:
    """Fill a school: two classes, a pairing that ended, a head, a counsellor, acts of all kinds."""
    world, center = year.world, year.center
    other = world.homeroom(center, "north", number=2)
    children = [
        world.child(center, "north", homeroom=room, name=f"安小{n}")
        for n, room in enumerate((year.room, year.room, other, other, other))
    ]
    world.guardian(center, children[0], children[2])
    second = world.person(center, "mentor", "north", children=tuple(children[1:4]))
    people = {
        name: world.person(center, name, "north").id for name in ("school_admin", "counsellor")
    }
    year.keep(SEP, text=RULES.format(role=role))
    with year.on(date(2026, 10, 3)) as ctx:
        pairing = ctx.session.scalars(
            select(GrantChild)
            .join(Grant, Grant.id == GrantChild.grant_id)
            .join(Membership, Membership.id == Grant.membership_id)
            .where(Membership.staff_id == second.id, GrantChild.child_id == children[1])
        ).one()
        pairing.ends_on = date(2026, 10, 2)
        room = ctx.session.scalars(select(Homeroom).where(Homeroom.id == other)).one()
        pupil, away = (
            ctx.session.scalars(select(Child).where(Child.id == child)).one()
            for child in children[2:4]
        )
        record(
            ctx,
            kind="note",
            happened_on=date(2026, 10, 2),
            title="记录",
            entries=[EntryFor(pupil), EntryFor(homeroom=room)],
            on_behalf_of_id=second.id,
        )
        raise_concern(ctx, pupil, "mood", note="不说话")
        ctx.session.add(
            DutyExemption(
                school_id=away.school_id,
                subject="child",
                subject_id=away.id,
                starts_on=date(2026, 9, 1),
                ends_on=date(2026, 12, 1),
                reason="住院",
                created_at=ctx.now(),
            )
        )
    return {"second": second.id, "children": children, "other": other, **people}


def test_each_persons_duties_are_those_of_judging_the_whole_school(year: Year) -> None:
    made = _school(year)
    for day in (date(2026, 9, 10), date(2026, 10, 3), date(2026, 10, 6), date(2026, 11, 20)):
        with year.on(day, year.center.school_scope("north")) as ctx:
            owed = owed_by_each(ctx)
            assert all(owed[who] for who in (year.mentor, year.teacher, made["second"]))
            assert all(owed[made[role]] for role in ("school_admin", "counsellor"))
    with year.on(date(2026, 10, 6)) as ctx:
        assert owed_by_each(ctx)


def test_some_subjects_duties_are_those_of_judging_all(year: Year) -> None:
    _school(year)
    for day in (date(2026, 9, 10), date(2026, 10, 6), date(2026, 11, 20)):
        with year.on(day) as ctx:
            assert same_of_some(ctx)
            close_until(ctx, day)
            assert same_of_some(ctx)


def test_whom_a_persons_duties_concern(year: Year) -> None:
    made = _school(year, role="mentor")
    children = made["children"]
    with year.on(date(2026, 10, 6), year.center.school_scope("north")) as ctx:
        second = made["second"]
        assert set(concerning(ctx, second, date(2026, 10, 1))) == {second, *children[1:4]}
        found = set(concerning(ctx, year.teacher, date(2026, 10, 1)))
        assert found == {year.teacher, year.room, year.child, *children[:2]}
        assert concerning(ctx, made["school_admin"], SEP) is None
        # No rule asks anything of counsellors here.
        assert concerning(ctx, made["counsellor"], SEP) == [made["counsellor"]]
