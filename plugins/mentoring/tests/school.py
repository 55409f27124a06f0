"""A class of girls with mentors, as the tests of the module begin."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.sdk import Child, Clock, Entry, EntryFor, Staff, Term, record
from app.sdk.testing.core import Grant, GrantChild, Membership, ModuleSwitch
from app.sdk.testing.world import Browser, CenterHandle, Person, World

TODAY = Clock().today()
NAMES = ("石小满", "柳青青", "江小渔")


@dataclass
class School:
    """A class of three girls; the first two have a mentor each, the third has none."""

    world: World
    center: CenterHandle
    room: UUID
    children: dict[str, UUID]
    head: Person
    mentors: dict[str, Person] = field(default_factory=dict)

    @property
    def at(self) -> str:
        return f"/c/{self.center.slug}/s/north/m/mentoring"

    def of(self, name: str) -> str:
        return f"/c/{self.center.slug}/children/{self.children[name]}"

    def client(self, person: Person) -> Browser:
        return self.world.client(person)

    def grant(self, person: Person) -> UUID:
        with self.world.inside(self.center.scope) as ctx:
            wanted = (
                select(Grant.id)
                .join(Membership, Membership.id == Grant.membership_id)
                .where(Membership.staff_id == person.id)
            )
            return ctx.session.scalars(wanted).one()

    def open_pairings(self, name: str) -> list[UUID]:
        with self.world.inside(self.center.scope) as ctx:
            wanted = select(GrantChild.grant_id).where(
                GrantChild.child_id == self.children[name], GrantChild.ends_on.is_(None)
            )
            return list(ctx.session.scalars(wanted))

    def entries(self, kind: str) -> list[Entry]:
        with self.world.inside(self.center.scope) as ctx:
            return list(
                ctx.session.scalars(select(Entry).where(Entry.kind == kind).order_by(Entry.id))
            )

    def set(self, **values: Any) -> None:
        with self.world.inside(self.center.scope) as ctx:
            row = ctx.session.scalars(
                select(ModuleSwitch).where(ModuleSwitch.module == "mentoring")
            ).one()
            row.settings = row.settings | values

    def note(self, name: str, person: Person, day: date = TODAY, text: str = "在家") -> None:
        with self.world.inside(self.center.school_scope("north")) as ctx:
            child = ctx.session.scalars(select(Child).where(Child.id == self.children[name])).one()
            record(
                ctx, kind="note", happened_on=day, title="谈心", on_behalf_of_id=person.id,
                entries=[EntryFor(child, text=text)],
            )  # fmt: skip


def a_school(world: World) -> School:
    """Make the school, in the middle of a term; everybody is a woman."""
    center = world.center()
    world.enable(center, "north", "mentoring")
    room = world.homeroom(center, "north")
    children = {n: world.child(center, "north", name=n, homeroom=room) for n in NAMES}
    head = world.person(center, "school_admin", "north", name="钱有余")
    made = School(world, center, room, children, head)
    for child, name in zip(NAMES[:2], ("赵满仓", "孙谷雨"), strict=True):
        made.mentors[child] = world.person(
            center, "mentor", "north", children=(children[child],), name=name
        )
    with world.inside(center.scope) as ctx:
        for staff in ctx.session.scalars(select(Staff)):
            staff.sex = "female"
        ctx.session.add(
            Term(
                school_year=TODAY.year,
                number=1,
                starts_on=TODAY - timedelta(days=60),
                ends_on=TODAY + timedelta(days=60),
            )
        )
    return made
