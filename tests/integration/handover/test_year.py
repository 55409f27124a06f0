"""A change of school year: counts that balance, one job, and a week to take it back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from app.accounts.permissions import permissions_of
from app.children.models import Child, Enrolment, Placement, Transfer
from app.children.services.places import come_back
from app.children.services.transfers import accept_transfer
from app.db.scope import Scope
from app.handover.models import HandOver, YearRoll
from app.handover.year.choices import Choices, target_year
from app.handover.year.plan import YearPlan, plan_year
from app.handover.year.services import apply, ask, choose, roll_job
from app.handover.year.states import school_states
from app.handover.year.undo import undo
from app.host.context import Ctx
from app.jobs.progress import Silent
from app.jobs.runner import run_job
from app.kernel.access import Actor, HeldGrant
from app.kernel.clock import Clock
from app.kernel.errors import Refused
from app.ledger.models import Entry
from app.notify.models import Notice
from app.tenancy.models import Homeroom, School
from tests.integration.handover.people import charged
from tests.support.world import CenterHandle, Person, World

JULY = date(2027, 7, 12)
BEFORE = {"六（1）班": 2, "五（1）班": 2, "五（2）班": 1, "四（1）班": 1}


@dataclass
class Town:
    """A school in July 2027: a last grade, two classes of the fifth, one of the fourth."""

    world: World
    center: CenterHandle
    head: Person
    rooms: dict[str, UUID]
    children: dict[str, UUID]
    teacher: Person
    other: Person

    @contextmanager
    def on(self, day: date = JULY) -> Iterator[Ctx]:
        with self.world.inside(self.center.school_scope("north")) as ctx:
            noon = datetime(day.year, day.month, day.day, 4, tzinfo=UTC)
            ctx.clock = Clock(lambda: noon)
            held = HeldGrant(
                "school_admin",
                "school",
                permissions_of("school_admin", ctx.registry.permissions, {}),
                self.center.schools["north"],
            )
            ctx.actor = Actor("方序", self.head.account_id, self.head.id, grants=(held,))
            yield ctx

    def school(self, ctx: Ctx) -> School:
        return ctx.session.scalars(
            select(School).where(School.id == self.center.schools["north"])
        ).one()

    def plan(self, ctx: Ctx, **chosen: dict[UUID, UUID] | dict[UUID, str]) -> YearPlan:
        return plan_year(ctx, self.school(ctx), 2027, Choices(JULY, **chosen))  # type: ignore[arg-type]

    def rolled(self, ctx: Ctx, **chosen: object) -> YearRoll:
        choose(ctx, self.school(ctx), Choices(JULY, **chosen))  # type: ignore[arg-type]
        ask(ctx, self.school(ctx))
        row = ctx.session.scalars(select(YearRoll).where(YearRoll.state == "waiting")).one()
        apply(ctx, row)
        return row


@pytest.fixture
def town(world: World) -> Town:
    center = world.center()
    rooms, children = {}, {}
    for name, intake, number in (("6", 2021, 1), ("5a", 2022, 1), ("5b", 2022, 2), ("4", 2023, 1)):
        rooms[name] = world.homeroom(center, "north", intake=intake, number=number)
    for name, room in (("石小满", "6"), ("高小远", "6"), ("柳青", "5a"), ("周安", "5a"),
                       ("方小禾", "5b"), ("林可", "4")):  # fmt: skip
        children[name] = world.child(center, "north", name=name, homeroom=rooms[room])
    head = world.person(center, "school_admin", "north", name="方序")
    return Town(
        world, center, head, rooms, children,
        world.person(
            center, "homeroom_teacher", "north", homerooms=(rooms["5a"], rooms["6"]), name="林安"
        ),
        world.person(center, "mentor", "north", name="周青"),
    )  # fmt: skip


def _sits(ctx: Ctx) -> dict[str, UUID]:
    """Return the present class of each child by name."""
    rows = ctx.session.execute(
        select(Child.name, Placement.homeroom_id)
        .join(Placement, Placement.child_id == Child.id)
        .where(Placement.ends_on.is_(None))
    )
    return dict(rows.all())


def test_the_year_that_is_changed_to_begins_in_june() -> None:
    assert [target_year(date(2027, month, 1)) for month in (5, 6, 9)] == [2026, 2027, 2027]
    assert target_year(date(2028, 2, 1)) == 2027


def test_the_preview_balances_whatever_is_chosen(town: Town) -> None:
    r, c = town.rooms, town.children
    with town.on() as ctx:
        for chosen in (
            {},
            {"into": {r["5b"]: r["5a"]}},
            {"repeat": {c["石小满"]: r["5b"], c["柳青"]: r["4"]}},
            {"into": {r["5b"]: r["5a"]}, "repeat": {c["石小满"]: r["5a"], c["方小禾"]: r["4"]}},
        ):
            plan = town.plan(ctx, **chosen)
            assert plan.before == 6 == plan.remaining + plan.leaving
            assert sum(after for _grade, _before, after in plan.by_grade) == plan.remaining
            assert sum(before for _grade, before, _after in plan.by_grade) == plan.before
        assert {one.now: len(one.pupils) for one in plan.classes} == BEFORE


def test_choices_that_do_not_fit_are_left_out(town: Town) -> None:
    r, c = town.rooms, town.children
    with town.on() as ctx:
        plan = town.plan(
            ctx,
            into={r["5a"]: r["5b"], r["5b"]: r["5a"], r["4"]: r["6"]},
            repeat={c["柳青"]: r["6"]},
        )
        assert [one.into for one in plan.classes] == [None] * 4
        assert plan.remaining == 4


def test_the_change_does_what_the_preview_said(town: Town) -> None:
    r, c = town.rooms, town.children
    chosen = {"into": {r["5b"]: r["5a"]}, "repeat": {c["石小满"]: r["5a"]}}
    with town.on() as ctx:
        plan = town.plan(ctx, **chosen)
        row = town.rolled(ctx, **chosen)
        assert (row.counts["finished"], row.counts["remaining"]) == (plan.leaving, plan.remaining)
        assert _sits(ctx) == {
            "石小满": r["5a"], "柳青": r["5a"], "周安": r["5a"], "方小禾": r["5a"], "林可": r["4"],
        }  # fmt: skip
        stay = ctx.session.scalars(select(Enrolment).where(Enrolment.child_id == c["高小远"])).one()
        assert (stay.ends_on, stay.reason_out) == (JULY, "graduated")
        closed = select(Homeroom.id).where(Homeroom.closed_on.is_not(None))
        assert set(ctx.session.scalars(closed)) == {r["6"], r["5b"]}
        assert charged(ctx, "homeroom_teacher") == {r["5a"]: {town.teacher.id}}


def test_a_second_run_of_the_job_changes_nothing(town: Town) -> None:
    with town.on() as ctx:
        row = town.rolled(ctx)
        assert roll_job(ctx, Silent(), str(row.id)) == {}
        with pytest.raises(Refused):
            ask(ctx, town.school(ctx))


def test_taking_back_leaves_everything_as_it_was(town: Town) -> None:
    r, c = town.rooms, town.children
    with town.on() as ctx:
        before = _sits(ctx), charged(ctx, "homeroom_teacher")
        row = town.rolled(
            ctx,
            into={r["5b"]: r["5a"]},
            repeat={c["石小满"]: r["5a"]},
            teacher={r["5a"]: str(town.other.id), r["4"]: str(town.other.id)},
        )
        roll_id = row.id
    with town.on(JULY + timedelta(days=5)) as ctx:
        row = ctx.session.scalars(select(YearRoll).where(YearRoll.id == roll_id)).one()
        assert undo(ctx, row) > 0
    with town.on(JULY + timedelta(days=5)) as ctx:
        assert (_sits(ctx), charged(ctx, "homeroom_teacher")) == before
        assert (
            ctx.session.scalars(select(Child.left_on).where(Child.left_on.is_not(None))).all() == []
        )
        assert ctx.session.scalars(select(Homeroom.closed_on)).unique().all() == [None]
        kept = select(Entry.id).where(Entry.kind == "leaving", Entry.voided_at.is_(None))
        assert ctx.session.scalars(kept).all() == []
        assert ctx.session.scalars(select(HandOver.state)).all() == ["cancelled"]
        # It can be planned and made anew.
        assert town.rolled(ctx).counts["finished"] == 2


def _junior(town: Town) -> UUID:
    """Let the south school have junior classes too; return a class that begins in 2027."""
    with town.world.inside(town.center.scope) as ctx:
        south = ctx.session.scalars(
            select(School).where(School.id == town.center.schools["south"])
        ).one()
        south.stages = ["primary", "junior"]
        room = Homeroom(school_id=south.id, stage="junior", intake_year=2027, number=1)
        ctx.session.add(room)
        ctx.session.flush()
        return room.id


def test_who_finishes_is_taken_by_the_school_that_was_chosen(town: Town) -> None:
    room, south = _junior(town), town.center.schools["south"]
    answering = town.world.person(town.center, "school_admin", "south")
    with town.on() as ctx:
        assert [one.schools for one in town.plan(ctx).classes if one.finishes] == [
            [(south, "south小学")]
        ]
        row = town.rolled(ctx, school={town.rooms["6"]: south})
        assert (row.counts["finished"], len(row.counts["transfers"])) == (2, 2)
    with town.world.inside(Scope.center(town.center.id, answering.account_id)) as ctx:
        assert len(ctx.session.scalars(select(Notice)).all()) == 1
    with town.world.inside(town.center.school_scope("south")) as ctx:
        held = HeldGrant("school_admin", "school", frozenset(ctx.registry.permissions), south)
        ctx.actor = Actor("方南", answering.account_id, answering.id, grants=(held,))
        noon = datetime(2027, 9, 2, 4, tzinfo=UTC)
        ctx.clock = Clock(lambda: noon)
        for request in ctx.session.scalars(select(Transfer)).all():
            accept_transfer(ctx, request, homeroom_id=room, starts_on=date(2027, 9, 1))
    with town.world.inside(town.center.school_scope("south")) as ctx:
        assert _sits(ctx) == {"石小满": room, "高小远": room}
        assert set(ctx.session.scalars(select(Child.left_on))) == {None}


def test_taking_back_withdraws_what_no_school_has_answered_yet(town: Town) -> None:
    _junior(town)
    with town.on() as ctx:
        roll_id = town.rolled(ctx, school={town.rooms["6"]: town.center.schools["south"]}).id
    with town.on(JULY + timedelta(days=2)) as ctx:
        undo(ctx, ctx.session.scalars(select(YearRoll).where(YearRoll.id == roll_id)).one())
    with town.on(JULY + timedelta(days=2)) as ctx:
        assert set(ctx.session.scalars(select(Transfer.state))) == {"withdrawn"}
        assert "石小满" in _sits(ctx)


def test_after_a_week_it_stays(town: Town) -> None:
    with town.on() as ctx:
        roll_id = town.rolled(ctx).id
    with town.on(JULY + timedelta(days=8)) as ctx:
        row = ctx.session.scalars(select(YearRoll).where(YearRoll.id == roll_id)).one()
        with pytest.raises(Refused):
            undo(ctx, row)


def test_who_was_changed_since_is_named_and_nothing_is_taken_back(town: Town) -> None:
    with town.on() as ctx:
        roll_id = town.rolled(ctx).id
    with town.on(JULY + timedelta(days=1)) as ctx:
        child = ctx.session.scalars(select(Child).where(Child.id == town.children["高小远"])).one()
        come_back(ctx, child, homeroom_id=town.rooms["5a"], starts_on=ctx.today())
    with town.on(JULY + timedelta(days=2)) as ctx:
        row = ctx.session.scalars(select(YearRoll).where(YearRoll.id == roll_id)).one()
        with pytest.raises(Refused) as refusal:
            undo(ctx, row)
        assert "高小远" in str(refusal.value)
        assert "石小满" not in str(refusal.value)
        assert row.state == "done"


def test_a_new_class_teacher_is_asked_and_one_where_nobody_was_begins(town: Town) -> None:
    r = town.rooms
    other = str(town.other.id)
    with town.on() as ctx:
        plan = town.plan(ctx, teacher={r["5a"]: other})
        assert {one.now for one in plan.without_teacher} == {"五（2）班", "四（1）班"}
        town.rolled(ctx, teacher={r["5a"]: other, r["4"]: other})
        assert charged(ctx, "homeroom_teacher") == {
            r["5a"]: {town.teacher.id}, r["4"]: {town.other.id},
        }  # fmt: skip
        row = ctx.session.scalars(select(HandOver)).one()
        assert (row.reason, row.from_staff_id) == ("year_end", town.teacher.id)
        assert [item.successor_id for item in row.items] == [town.other.id]


def test_the_centre_sees_who_has_done_it_and_who_has_not(town: Town) -> None:
    with town.on() as ctx:
        town.rolled(ctx)
    with town.world.inside(town.center.scope) as ctx:
        states = {one.school.code: one for one in school_states(ctx, 2027)}
        assert states["south"].roll is None
        assert states["north"].roll is not None
        assert states["north"].finishing == 0


def test_the_pages_of_the_school_and_the_centre(world: World) -> None:
    """The pages stand in the present; a class that has finished is still full of pupils."""
    center = world.center()
    year = target_year(datetime.now(UTC).date())
    last = world.homeroom(center, "north", intake=year - 6)
    lower = world.homeroom(center, "north", intake=year - 5)
    one, two = (world.child(center, "north", name=n, homeroom=last) for n in ("石小满", "高小远"))
    admin = world.client(world.person(center, "school_admin", "north"))
    page = f"/c/{center.slug}/s/north/school-year"
    assert admin.get(page).status_code == 200
    repeat = f"{page}/classes/{last}"
    assert "石小满" in admin.get(repeat).text
    assert admin.submit(repeat, {f"child-{one}": str(lower)}).status_code == 302
    day = datetime.now(UTC).date().isoformat()
    assert admin.submit(page, {"last_day": day}).status_code == 302
    assert admin.submit(page, {"last_day": "2999-01-01"}).status_code == 422
    assert admin.submit(f"{page}/run", {}, page=page).status_code == 302
    assert admin.get(page).status_code == 200
    assert admin.submit(f"{page}/run", {}, page="/account/secret").status_code == 422
    with world.inside(center.school_scope("north")) as ctx:
        job = ctx.session.scalars(select(YearRoll.job_id)).one()
    with world.app.app_context():
        assert job is not None
        assert run_job(job) == "done"
    done = admin.get(page).text
    assert "school-year/undo" in done
    with world.inside(center.school_scope("north")) as ctx:
        assert set(ctx.session.scalars(select(Child.id).where(Child.left_on.is_(None)))) == {one}
    assert admin.submit(f"{page}/undo", {}, page=page).status_code == 302
    with world.inside(center.school_scope("north")) as ctx:
        left = select(Child.id).where(Child.left_on.is_(None))
        assert set(ctx.session.scalars(left)) == {one, two}
    chief = world.client(world.person(center, "center_inspector"))
    assert chief.get(f"/c/{center.slug}/school-year").status_code == 200
    assert world.client(world.person(center, "mentor", "north")).get(page).status_code == 403
