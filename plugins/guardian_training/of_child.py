"""What the adults of one child came to: each once, with what they came to at any school."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.sdk import Child, Ctx
from plugins.guardian_training.manifest import VIEW
from plugins.guardian_training.models import Attendance
from plugins.guardian_training.people import Person, adults, people
from plugins.guardian_training.queries import came_before

_SHOWN = 4


@dataclass(frozen=True)
class AdultTrained:
    """An adult of the child and the latest they were invited to, came to or missed."""

    person: Person
    relation: str
    rows: Sequence[Attendance]

    @property
    def shown(self) -> Sequence[Attendance]:
        """Return the latest few."""
        return self.rows[:_SHOWN]

    @property
    def came(self) -> int:
        """Return how often they came."""
        return sum(row.state == "present" for row in self.rows)


def adults_of_child(ctx: Ctx, child: Child) -> list[AdultTrained]:
    """Return the adults whom trainings are for; four queries."""
    who = adults(ctx, VIEW, child_id=child.id)
    found = dict(ctx.session.execute(select(who.c.guardian_id, who.c.audience)).all())
    persons = people(ctx, VIEW, found)
    rows = came_before(ctx, found)
    return [
        AdultTrained(
            one,
            next((bond.relation for bond in one.bonds if bond.child.id == child.id), ""),
            [row for row in rows if row.guardian_id == one.id],
        )
        for one in persons
    ]
