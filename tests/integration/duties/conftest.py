"""A school year for duties: terms, a class, a mentor, and a day that the test chooses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from uuid import UUID

import pytest

from app.children.models import Child
from app.db.scope import Scope
from app.duties.models import DutyPolicy
from app.duties.policy_file import parse_policy
from app.duties.services import adopt
from app.duties.states import duties_of
from app.host.context import Ctx
from app.kernel.clock import Clock
from app.ledger.services import EntryFor, record
from app.tenancy.models import CalendarDay, Term
from tests.support.world import CenterHandle, World

RULE = """
name = "三个一"
[[duty]]
key = "visit"
title = "家访"
entry = ["note"]
by = "mentor"
for = "{covers}"
every = "{every}"
times = {times}
grace_days = {grace}
"""


@dataclass
class Year:
    """A centre in the school year 2026-2027 with one class and its mentor."""

    world: World
    center: CenterHandle
    room: UUID
    child: UUID
    mentor: UUID
    teacher: UUID

    @contextmanager
    def on(self, day: date, scope: Scope | None = None) -> Iterator[Ctx]:
        """Work on a day at noon; commits at the end."""
        with self.world.inside(scope or self.center.scope) as ctx:
            noon = datetime.combine(day, time(4), UTC)
            ctx.clock = Clock(lambda: noon)
            yield ctx

    def keep(
        self,
        day: date,
        every: str = "month",
        *,
        times: int = 1,
        grace: int = 0,
        covers: str = "all",
        school: str | None = None,
        text: str | None = None,
    ) -> UUID:
        """Adopt a policy of one rule from a day on."""
        body = text or RULE.format(every=every, times=times, grace=grace, covers=covers)
        with self.on(day) as ctx:
            school_id = self.center.schools[school] if school else None
            row: DutyPolicy = adopt(
                ctx, parse_policy(body), key="three", in_force_from=day, school_id=school_id
            )
            return row.id

    def visit(self, day: date, written: date | None = None, child: UUID | None = None) -> None:
        """Record a visit of a day, written down that day or later."""
        with self.on(written or day) as ctx:
            row = ctx.session.get(Child, (self.center.id, child or self.child))
            record(ctx, kind="note", happened_on=day, title="家访", entries=[EntryFor(row)])

    def states(self, day: date, scope: Scope | None = None) -> dict[tuple[date, UUID], str]:
        """Return the states by window and subject as of a day."""
        with self.on(day, scope) as ctx:
            _duty, wanted = duties_of(ctx, day)
            rows = ctx.session.execute(wanted).all()
            found = {(row.opens, row.subject_id): row.state for row in rows}
            assert len(found) == len(rows)
            return found


@pytest.fixture
def year(make_year: Callable[[], Year]) -> Year:
    return make_year()


@pytest.fixture
def make_year(world: World) -> Callable[[], Year]:
    """Return what makes a new centre in its school year, for tests that live many."""
    return lambda: _year(world)


def _year(world: World) -> Year:
    center = world.center()
    room = world.homeroom(center, "north")
    child = world.child(center, "north", homeroom=room)
    mentor = world.person(center, "mentor", "north", children=(child,))
    teacher = world.person(center, "homeroom_teacher", "north", homerooms=(room,))
    with world.inside(center.scope) as ctx:
        ctx.session.add_all(
            [
                Term(
                    school_year=2026,
                    number=1,
                    starts_on=date(2026, 9, 1),
                    ends_on=date(2027, 1, 22),
                ),
                Term(
                    school_year=2026,
                    number=2,
                    starts_on=date(2027, 2, 22),
                    ends_on=date(2027, 7, 9),
                ),
                *(
                    CalendarDay(day=date(2026, 10, day), kind="holiday", title="国庆节")
                    for day in range(1, 9)
                ),
            ]
        )
    return Year(world, center, room, child, mentor.id, teacher.id)
