"""The digest: one a person and school day, nothing said twice, nothing about oneself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from types import ModuleType
from uuid import UUID

import pytest
from flask import Flask
from library_loans.services import lend
from sqlalchemy import select

from app.children.models import Child
from app.children.services.transfers import request_transfer
from app.duties.school_calendar import SchoolCalendar, TermDates
from app.host.context import Ctx
from app.host.enablement import switch_module
from app.host.hooks import DigestLine, hookimpl
from app.host.registry import CORE_LISTENER, Registry
from app.jobs.models import Job
from app.kernel.access import Actor
from app.kernel.clock import CHINA, Clock
from app.kernel.text import T
from app.notify.digest import composed, digest, forget_notices
from app.notify.models import Notice
from app.notify.schedule import ask_for_notices
from app.notify.settings import set_digest_hour
from app.tenancy.days import is_school_day
from app.tenancy.models import CalendarDay
from tests.integration.notify.people import MONDAY, at, in_term, own, queries
from tests.support.world import CenterHandle, Person, World

LINES: dict[UUID, list[DigestLine]] = {}


@pytest.fixture
def source(app: Flask) -> Iterator[dict[UUID, list[DigestLine]]]:
    """A part of the house whose lines a test fills in."""
    registry: Registry = app.extensions["qinchao_registry"]
    part = ModuleType("part")

    @hookimpl
    def digest_lines(
        ctx: Ctx, staff_ids: Sequence[UUID], day: date
    ) -> Mapping[UUID, Sequence[DigestLine]]:
        return {staff: lines for staff, lines in LINES.items() if staff in staff_ids}

    part.digest_lines = digest_lines  # type: ignore[attr-defined]
    LINES.clear()
    registry.manager.register(part, name=f"{CORE_LISTENER}part")
    yield LINES
    registry.manager.unregister(part)


def line(count: int = 1, **options: object) -> DigestLine:
    return DigestLine(T("Things to do"), count, "/c/x/todo", **options)  # type: ignore[arg-type]


def read(world: World, center: CenterHandle, person: Person) -> list[list[int]]:
    """Return the counts in each digest of somebody."""
    with world.inside(own(center, person)) as ctx:
        found = ctx.session.scalars(select(Notice.lines).where(Notice.kind == "digest"))
        return [[entry["count"] for entry in lines] for lines in found]


def test_a_person_gets_one_digest_a_day(world: World, source: dict[UUID, list[DigestLine]]) -> None:
    center = world.center()
    in_term(world, center)
    one, two = (world.person(center, "mentor", "north") for _ in range(2))
    source[one.id] = [line(3), line(0), line(2)]
    for _ in range(2):
        with world.inside(center.scope) as ctx:
            digest(at(ctx, MONDAY), MONDAY)
    assert read(world, center, one) == [[3, 2]]
    assert read(world, center, two) == []
    with world.inside(center.scope) as ctx:
        digest(at(ctx, MONDAY + timedelta(days=1)), MONDAY + timedelta(days=1))
    assert read(world, center, one) == [[3, 2], [3, 2]]


def test_what_is_late_hides_what_only_begins() -> None:
    begins, late = line(4, about="visit"), line(1, about="visit", late=True)
    other = line(2, about="call")
    assert composed([begins, late, other]) == [late, other]


def test_a_day_without_school_says_nothing(
    world: World, source: dict[UUID, list[DigestLine]]
) -> None:
    center = world.center()
    in_term(world, center)
    person = world.person(center, "mentor", "north")
    source[person.id] = [line(3)]
    holiday, saturday, summer = MONDAY, date(2026, 11, 28), date(2026, 8, 10)
    with world.inside(center.scope) as ctx:
        ctx.session.add(CalendarDay(day=holiday, kind="holiday"))
    for day in (holiday, saturday, summer):
        with world.inside(center.scope) as ctx:
            assert digest(at(ctx, day), day) == 0
    assert read(world, center, person) == []


def test_a_school_day_is_the_one_of_the_duties_calendar(world: World) -> None:
    center = world.center()
    in_term(world, center)
    workday, holiday = date(2026, 11, 28), date(2026, 11, 24)
    with world.inside(center.scope) as ctx:
        ctx.session.add(CalendarDay(day=workday, kind="workday"))
        ctx.session.add(CalendarDay(day=holiday, kind="holiday"))
    term = TermDates(2026, 1, date(2026, 8, 31), date(2027, 1, 22))
    calendar = SchoolCalendar((term,), frozenset({holiday}), frozenset({workday}))
    with world.inside(center.scope) as ctx:
        for number in range(200):
            day = date(2026, 8, 20) + timedelta(days=number)
            assert is_school_day(ctx, day) == calendar.is_school_day(day), day


def test_a_part_that_breaks_silences_no_other(
    world: World, source: dict[UUID, list[DigestLine]], app: Flask
) -> None:
    center = world.center()
    in_term(world, center)
    person = world.person(center, "mentor", "north")
    source[person.id] = [line(3)]
    broken = ModuleType("broken")

    @hookimpl
    def digest_lines(ctx: Ctx) -> Mapping[UUID, Sequence[DigestLine]]:
        ctx.session.execute(select(Child.id / 0))
        return {}

    broken.digest_lines = digest_lines  # type: ignore[attr-defined]
    registry: Registry = app.extensions["qinchao_registry"]
    registry.manager.register(broken, name=f"{CORE_LISTENER}broken")
    try:
        with world.inside(center.scope) as ctx:
            digest(at(ctx, MONDAY), MONDAY)
    finally:
        registry.manager.unregister(broken)
    assert read(world, center, person) == [[3]]


def test_a_module_speaks_for_the_schools_where_it_is_on(world: World) -> None:
    center = world.center()
    in_term(world, center)
    person = world.person(center, "mentor", "north")
    for school, books in (("north", ("一",)), ("south", ("二", "三"))):
        world.enable(center, school, "library_loans")
        child = world.child(center, school)
        with world.inside(center.school_scope(school)) as ctx:
            found = ctx.session.scalars(select(Child).where(Child.id == child)).one()
            for book in books:
                lend(ctx, found, book)
    with world.inside(center.scope) as ctx:
        switch_module(ctx, school_id=center.schools["north"], module="library_loans", enabled=False)
    with world.inside(center.scope) as ctx:
        digest(at(ctx, MONDAY), MONDAY)
    assert read(world, center, person) == [[2]]


def test_more_people_cost_no_more_questions(
    world: World, source: dict[UUID, list[DigestLine]]
) -> None:
    asked = []
    for size in (2, 9):
        center = world.center()
        in_term(world, center)
        people = [world.person(center, "school_admin", "north") for _ in range(size)]
        for person in people:
            source[person.id] = [line(1)]
        with world.inside(center.scope) as ctx:
            asked.append(queries(world, lambda: digest(at(ctx, MONDAY), MONDAY)))
        assert read(world, center, people[-1]) == [[1]]
    assert asked[0] == asked[1]


def ask_transfer(world: World, center: CenterHandle, child: UUID, by: Person) -> None:
    with world.inside(center.school_scope("north")) as ctx:
        ctx.actor = Actor("by", by.account_id, by.id)
        row = ctx.session.scalars(select(Child).where(Child.id == child)).one()
        request_transfer(
            ctx, row, to_school_id=center.schools["south"], class_name="", reason="搬家",
            effective_on=MONDAY,
        )  # fmt: skip


def test_a_transfer_is_told_to_the_receiving_school_and_then_reminded_of(world: World) -> None:
    center = world.center()
    in_term(world, center)
    child = world.child(center, "north", name="石小满")
    giver = world.person(center, "school_admin", "north")
    taker = world.person(center, "school_admin", "south")
    teacher = world.person(center, "mentor", "south")
    ask_transfer(world, center, child, giver)
    with world.inside(center.scope) as ctx:
        digest(at(ctx, MONDAY), MONDAY)
    told = world.client(taker).get(f"/c/{center.slug}/notices").text
    assert "石小满" in told
    assert read(world, center, taker) == [[1]]
    for person in (giver, teacher):
        assert "石小满" not in world.client(person).get(f"/c/{center.slug}/notices").text
        assert read(world, center, person) == []


def test_who_answers_is_told_and_where_nobody_is_the_office(world: World) -> None:
    center = world.center()
    child = world.child(center, "north", name="石小满")
    giver = world.person(center, "school_admin", "north")
    office = world.person(center, "center_admin")
    ask_transfer(world, center, child, giver)
    page = f"/c/{center.slug}/notices"
    assert "石小满" in world.client(office).get(page).text
    world.homeroom(center, "south")
    south = f"/c/{center.slug}/s/south/transfers"
    boss = world.client(office)
    address = next(
        part.split('"')[0] for part in boss.get(south).text.split('"') if "/decline" in part
    )
    assert boss.submit(address, {"answer": "没有空位"}).status_code == 302
    assert "没有空位" in world.client(giver).get(page).text


def _jobs(world: World, center: CenterHandle, kind: str) -> list[Job]:
    with world.inside(center.scope) as ctx:
        return list(ctx.session.scalars(select(Job).where(Job.kind == kind)))


def _ask(world: World, day: date, hour: int) -> None:
    moment = datetime(day.year, day.month, day.day, hour, tzinfo=CHINA)
    with world.app.app_context():
        ask_for_notices(Clock(lambda: moment))


def test_the_scheduler_asks_once_a_day_at_the_centres_hour(world: World) -> None:
    early, late, vacation = world.center(), world.center(), world.center()
    in_term(world, early)
    in_term(world, late)
    with world.inside(late.scope) as ctx:
        set_digest_hour(ctx, 17)
    for hour in (6, 7, 7, 9):
        _ask(world, MONDAY, hour)
    assert [job.arguments for job in _jobs(world, early, "notify.digest")] == [
        {"day": MONDAY.isoformat()}
    ]
    assert _jobs(world, late, "notify.digest") == []
    _ask(world, MONDAY, 17)
    assert len(_jobs(world, late, "notify.digest")) == 1
    assert len(_jobs(world, early, "notify.digest")) == 1
    assert _jobs(world, vacation, "notify.digest") == []


def test_notices_of_more_than_a_year_ago_are_forgotten(
    world: World, source: dict[UUID, list[DigestLine]]
) -> None:
    center, elsewhere = world.center(), world.center()
    people = []
    for place in (center, elsewhere):
        in_term(world, place)
        person = world.person(place, "mentor", "north")
        source[person.id] = [line(1)]
        people.append(person)
        for day in (MONDAY, MONDAY + timedelta(days=1)):
            with world.inside(place.scope) as ctx:
                digest(at(ctx, day), day)
    with world.inside(center.scope) as ctx:
        assert forget_notices(at(ctx, MONDAY + timedelta(days=367))) == 1
    assert len(read(world, center, people[0])) == 1
    assert len(read(world, elsewhere, people[1])) == 2
