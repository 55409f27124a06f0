"""Two schools with a class, and people who care for children at both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.sdk import Clock, Term
from app.sdk.testing.world import Browser, CenterHandle, Person, World

TODAY = Clock().today()
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
PARENT_NUMBER = "19900001234"


@dataclass
class School:
    """Two schools; 小满 at the north has a grandmother who also cares for 安安 at the south."""

    world: World
    center: CenterHandle
    room: UUID
    children: dict[str, UUID]
    grandmother: Person
    grandfather: Person
    father: Person
    admin: Browser

    @property
    def at(self) -> str:
        return f"/c/{self.center.slug}/s/north/m/guardian_training"

    @property
    def at_south(self) -> str:
        return f"/c/{self.center.slug}/s/south/m/guardian_training"

    def plan(self, browser: Browser | None = None, **values: Any) -> str:
        """Plan a session of today; return its address."""
        told = {"course": "", "title": "隔代家长的沟通", "kind": "training",
                "audience": ["grandparent"], "homeroom": "", "day": TODAY.isoformat(),
                "starts_at": "14:30", "mode": "hall", "place": "三楼会议室"}  # fmt: skip
        sent = (browser or self.admin).submit(f"{self.at}/sessions/new", told | values)
        assert sent.status_code == 302, sent.text
        return str(sent.location)

    def mark(self, session: str, present: list[Person], **reasons: str) -> Any:
        everybody = [self.grandmother, self.grandfather, self.father]
        data: dict[str, Any] = {
            "shown": [str(one.id) for one in everybody],
            "present": [str(one.id) for one in present],
            "way": "sheet",
        }
        return self.admin.submit(f"{session}/attendance", data | reasons)

    def rows(self, table: Any, **wanted: Any) -> list[Any]:
        with self.world.inside(self.center.scope) as ctx:
            return list(ctx.session.scalars(select(table).filter_by(**wanted)).all())


def a_school(world: World) -> School:
    """Make the two schools, the module switched on at both."""
    center = world.center()
    world.enable(center, "north", "guardian_training")
    world.enable(center, "south", "guardian_training")
    room = world.homeroom(center, "north")
    children = {
        "石小满": world.child(center, "north", name="石小满", homeroom=room),
        "石小星": world.child(center, "north", name="石小星", homeroom=room),
        "石安安": world.child(center, "south", name="石安安"),
    }
    grandmother = world.guardian(center, *children.values(), name="王桂芳",
                                 relation="grandmother", account=True)  # fmt: skip
    grandfather = world.guardian(center, children["石小满"], name="石根生", phone=grandmother.login,
                                 relation="grandfather")  # fmt: skip
    father = world.guardian(center, children["石小满"], name="石大山", phone=PARENT_NUMBER)
    with world.inside(center.scope) as ctx:
        year = TODAY.year - (TODAY.month < 8)
        ctx.session.add(Term(school_year=year, number=1, starts_on=TODAY - timedelta(days=60),
                             ends_on=TODAY + timedelta(days=60)))  # fmt: skip
    admin = world.client(world.person(center, "school_admin", "north"))
    return School(world, center, room, children, grandmother, grandfather, father, admin)
