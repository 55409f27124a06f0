"""A class of two with a teacher, mentors and fathers, as the tests of the module begin."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.sdk import Clock, Entry, GuardianPhone
from app.sdk.testing.world import Browser, CenterHandle, Person, World

TODAY = Clock().today()
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


@dataclass
class School:
    """A class of two children with a teacher, each child with a mentor and a father."""

    world: World
    center: CenterHandle
    room: UUID
    children: dict[str, UUID]
    fathers: dict[str, Person]
    teacher: Person
    mentors: dict[str, Person] = field(default_factory=dict)

    @property
    def at(self) -> str:
        return f"/c/{self.center.slug}/s/north/m/home_contact"

    def of(self, name: str) -> str:
        return f"/c/{self.center.slug}/children/{self.children[name]}"

    def new(self, name: str, kind: str = "visit") -> str:
        return f"{self.of(name)}/m/home_contact/new?kind={kind}"

    def client(self, person: Person) -> Browser:
        return self.world.client(person)

    def entries(self, **wanted: Any) -> list[Entry]:
        with self.world.inside(self.center.scope) as ctx:
            return list(
                ctx.session.scalars(select(Entry).filter_by(**wanted).order_by(Entry.id)).all()
            )

    def phone(self, name: str) -> GuardianPhone:
        with self.world.inside(self.center.scope) as ctx:
            return ctx.session.scalars(
                select(GuardianPhone).where(GuardianPhone.guardian_id == self.fathers[name].id)
            ).one()


def a_school(world: World) -> School:
    """Make the class, the module switched on."""
    center = world.center()
    world.enable(center, "north", "home_contact")
    room = world.homeroom(center, "north")
    names = ("石小满", "柳青青")
    children = {n: world.child(center, "north", name=n, homeroom=room) for n in names}
    fathers = {
        n: world.guardian(center, children[n], name=f"{n[0]}大山", account=True) for n in names
    }
    teacher = world.person(center, "homeroom_teacher", "north", homerooms=(room,), name="赵满仓")
    made = School(world, center, room, children, fathers, teacher)
    for n in names:
        made.mentors[n] = world.person(center, "mentor", "north", children=(children[n],))
    return made


def visit(**values: Any) -> dict[str, Any]:
    """Return what the form sends of a visit today."""
    return {"outcome": "done", "happened_on": TODAY.isoformat()} | values
