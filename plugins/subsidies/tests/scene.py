"""A centre with two schools, people for every step, and children of whom something is known."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from app.sdk import CHINA, Child, Clock, Ctx, Declaration, Entry, Refused, Term
from app.sdk.testing.core import ROLES, Actor, HeldGrant, permissions_of
from app.sdk.testing.world import CenterHandle, Person, World
from plugins.subsidies.deciding import approve
from plugins.subsidies.eligible import pupils
from plugins.subsidies.lists import publish, submit
from plugins.subsidies.manifest import VIEW
from plugins.subsidies.models import Application, PublicList, SubsidyRound
from plugins.subsidies.pay_models import Batch
from plugins.subsidies.payments import BANK, PAID_, payments_of, prepare, release
from plugins.subsidies.rounds import Span, open_round
from plugins.subsidies.schemes import adopt
from plugins.subsidies.services import Opinion, check, propose, review
from plugins.subsidies.settling import Result, settle

MONDAY = date(2026, 11, 2)
"""The day on which everything begins: nine working days of patience lie before today."""
PAID_ON = date(2026, 11, 16)


@dataclass
class Scene:
    """People by what they do; children by name."""

    world: World
    center: CenterHandle
    room: UUID
    people: dict[str, Person]
    children: dict[str, UUID] = field(default_factory=dict)

    @contextmanager
    def work(self, who: str, day: date = MONDAY, school: str | None = "north") -> Iterator[Ctx]:
        """Work as somebody on a day: at a school, or without one at the centre."""
        scope = self.center.school_scope(school) if school else self.center.scope
        with self.world.inside(scope) as ctx:
            role = who.split("_at_", maxsplit=1)[0].rstrip("2")
            reach = ROLES[role].reach
            held = HeldGrant(
                role,
                reach,
                permissions_of(role, ctx.registry.permissions, {}),
                self.center.schools[school] if school and reach != "center" else None,
                frozenset({self.room}) if reach == "homerooms" else frozenset(),
            )
            moment = datetime(day.year, day.month, day.day, 10, tzinfo=CHINA)
            actor = Actor(who, None, self.people[who].id, grants=(held,))
            yield replace(ctx, actor=actor, clock=Clock(lambda: moment))

    def add(
        self,
        *names: str,
        school: str = "north",
        boarding: str | None = "boarding",
        hardship: str | None = "低保",
        homeroom: UUID | None = None,
    ) -> None:
        """Add children of whom boarding and hardship are known as given; None is not asked."""
        for name in names:
            child = self.world.child(self.center, school, name=name, homeroom=homeroom or self.room)
            self.children[name] = child
            with self.world.inside(self.center.scope) as ctx:
                row = ctx.session.scalars(select(Child).where(Child.id == child)).one()
                row.boarding = boarding
                if hardship is not None:
                    ctx.session.add(
                        Declaration(
                            school_id=row.school_id, child_id=child, hardship=hardship,
                            as_of=date(2026, 9, 1), source="form",
                        )
                    )  # fmt: skip

    def opened(self, code: str = "living_boarder", **span: object) -> UUID:
        """Open a round of a usual scheme for the autumn term."""
        with self.work("center_admin", school=None) as ctx:
            term = ctx.session.scalars(select(Term)).one()
            return open_round(ctx, adopt(ctx, code), Span(term, **span)).id  # type: ignore[arg-type]

    def round(self, ctx: Ctx, round_id: UUID) -> SubsidyRound:
        return ctx.session.scalars(select(SubsidyRound).where(SubsidyRound.id == round_id)).one()

    def rows(self, ctx: Ctx, round_id: UUID) -> list[tuple[Application, Child]]:
        found = ctx.session.execute(
            select(Application, Child)
            .join(Child, Child.id == Application.child_id)
            .where(Application.round_id == round_id, Application.closed_at.is_(None))
            .order_by(Child.name)
        )
        return [(row, child) for row, child in found]

    def reviewed(self, round_id: UUID, school: str = "north") -> None:
        """Take everybody whom the facts make eligible through check and class review."""
        at = "" if school == "north" else f"_at_{school}"
        with self.work(f"subsidy_officer{at}", school=school) as ctx:
            round_ = self.round(ctx, round_id)
            propose(ctx, round_, pupils(ctx, VIEW, round_.scheme))
            check(ctx, round_, self.rows(ctx, round_id), kind="form", on=MONDAY)
        with self.work(f"school_admin{at}", school=school) as ctx:
            opinions = [Opinion(row, child, True) for row, child in self.rows(ctx, round_id)]
            review(ctx, self.round(ctx, round_id), opinions, on=MONDAY, members="班主任、家长代表")

    def published(self, round_id: UUID, school: str = "north") -> UUID:
        self.reviewed(round_id, school)
        at = "" if school == "north" else f"_at_{school}"
        with self.work(f"subsidy_officer{at}", school=school) as ctx:
            return publish(ctx, self.round(ctx, round_id), self.center.schools[school]).id

    def submitted(self, round_id: UUID, school: str = "north") -> UUID:
        found = self.published(round_id, school)
        at = "" if school == "north" else f"_at_{school}"
        with self.work(f"subsidy_officer{at}", MONDAY + timedelta(days=8), school) as ctx:
            submit(ctx, self.list(ctx, found))
        return found

    def list(self, ctx: Ctx, list_id: UUID) -> PublicList:
        return ctx.session.scalars(select(PublicList).where(PublicList.id == list_id)).one()

    def approved(self, round_id: UUID, schools: Sequence[str] = ("north",)) -> None:
        for school in schools:
            found = self.submitted(round_id, school)
            with self.work("center_admin", MONDAY + timedelta(days=9), None) as ctx:
                approve(ctx, self.list(ctx, found))

    def prepared(self, round_id: UUID, way: str = BANK) -> UUID:
        with self.work("center_admin", MONDAY + timedelta(days=10), None) as ctx:
            return prepare(ctx, self.round(ctx, round_id), way=way).id

    def batch(self, ctx: Ctx, batch_id: UUID) -> Batch:
        return ctx.session.scalars(select(Batch).where(Batch.id == batch_id)).one()

    def released(self, batch_id: UUID) -> None:
        with self.work("center_admin2", MONDAY + timedelta(days=11), None) as ctx:
            release(ctx, self.batch(ctx, batch_id))

    def paid(self, round_id: UUID, way: str = "hand") -> UUID:
        """Pay everybody of a round; return the batch."""
        batch_id = self.prepared(round_id, way)
        self.released(batch_id)
        with self.work("center_admin", PAID_ON, None) as ctx:
            batch = self.batch(ctx, batch_id)
            settle(ctx, batch, [Result(p, PAID_, PAID_ON) for p in payments_of(ctx, batch)])
        return batch_id


def make_scene(world: World) -> Scene:
    """Make the centre, its autumn term, and who does what."""
    center = world.center()
    for school in ("north", "south"):
        world.enable(center, school, "subsidies")
    room = world.homeroom(center, "north")
    with world.inside(center.scope) as ctx:
        ctx.session.add(
            Term(school_year=2026, number=1, starts_on=date(2026, 9, 1), ends_on=date(2027, 1, 22))
        )
    people = {
        "center_admin": world.person(center, "center_admin", name="顾会计"),
        "center_admin2": world.person(center, "center_admin", name="沈主任"),
        "center_inspector": world.person(center, "center_inspector", name="金督导"),
        "school_admin": world.person(center, "school_admin", "north", name="方序"),
        "subsidy_officer": world.person(center, "subsidy_officer", "north", name="贺专干"),
        "homeroom_teacher": world.person(
            center, "homeroom_teacher", "north", homerooms=(room,), name="钱老师"
        ),
        "school_admin_at_south": world.person(center, "school_admin", "south", name="南校长"),
        "subsidy_officer_at_south": world.person(center, "subsidy_officer", "south", name="南专干"),
    }
    return Scene(world, center, room, people)


def states(scene: Scene, round_id: UUID) -> dict[str, str]:
    with scene.world.inside(scene.center.scope) as ctx:
        rows = ctx.session.execute(
            select(Child.name, Application.state)
            .join(Application, Application.child_id == Child.id)
            .where(Application.round_id == round_id)
        )
        return dict(rows.all())


def entries(scene: Scene, kind: str) -> list[Entry]:
    with scene.world.inside(scene.center.scope) as ctx:
        return list(ctx.session.scalars(select(Entry).where(Entry.kind == kind)))


def refuses(work: Callable[[], object], *words: str) -> None:
    with pytest.raises(Refused) as refused:
        work()
    for word in words:
        assert word in str(refused.value)
