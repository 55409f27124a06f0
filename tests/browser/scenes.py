"""Schools with people in them, as several browser tests begin."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from tests.support.world import CenterHandle, Person, World

NAMES = ("石小满", "周念安", "柳青青", "高小远")


@dataclass
class Scene:
    """A school with one class of three（1）and its administrator."""

    center: CenterHandle
    room: UUID
    admin: Person
    children: dict[str, UUID] = field(default_factory=dict)

    @property
    def school(self) -> str:
        """Return the address of the school's first page."""
        return f"/c/{self.center.slug}/s/north/"

    def child(self, name: str) -> str:
        """Return the address of a child's page."""
        return f"/c/{self.center.slug}/children/{self.children[name]}/"


def scene(world: World, *names: str, modules: tuple[str, ...] = ()) -> Scene:
    """Make a school with a class of these children, each with a father, and switch modules on."""
    center = world.center()
    room = world.homeroom(center, "north")
    found = Scene(center, room, world.person(center, "school_admin", "north", name="方序"))
    for name in names or NAMES:
        child = world.child(center, "north", name=name, homeroom=room)
        world.guardian(center, child, name=f"{name[0]}大山")
        found.children[name] = child
    world.enable(center, "north", *modules)
    return found
