"""What a school chooses for its change of year, as it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

_JUNE, _NOVEMBER = 6, 11
STAYS, NONE = "stays", "none"


def target_year(today: date) -> int:
    """Return the school year that is changed to: from June on the one that begins this year."""
    return today.year if today.month >= _JUNE else today.year - 1


def is_late(today: date) -> bool:
    """Tell whether the year has long begun, so that hardly anything is left to be changed."""
    return not _JUNE <= today.month < _NOVEMBER


@dataclass(frozen=True)
class Choices:
    """What the school has chosen: by class, by child, and the last day of who finishes.

    ``into``: the class that another is joined to. ``teacher``: a staff id, "stays" or "none".
    ``repeat``: the class that a child repeats in. ``school``: the school of the centre that is
    asked to take those who finish a class.
    """

    last_day: date
    into: Mapping[UUID, UUID] = field(default_factory=dict)
    teacher: Mapping[UUID, str] = field(default_factory=dict)
    repeat: Mapping[UUID, UUID] = field(default_factory=dict)
    school: Mapping[UUID, UUID] = field(default_factory=dict)

    @classmethod
    def of(cls, plan: Mapping[str, Any], otherwise: date) -> Choices:
        """Read what is kept of a plan."""
        day = plan.get("last_day")
        return cls(
            date.fromisoformat(day) if day else otherwise,
            {UUID(room): UUID(into) for room, into in plan.get("into", {}).items()},
            {UUID(room): who for room, who in plan.get("teacher", {}).items()},
            {UUID(child): UUID(room) for child, room in plan.get("repeat", {}).items()},
            {UUID(room): UUID(school) for room, school in plan.get("school", {}).items()},
        )

    def plain(self) -> dict[str, Any]:
        """Return it as it is kept."""
        return {
            "last_day": self.last_day.isoformat(),
            "into": {str(room): str(into) for room, into in self.into.items()},
            "teacher": {str(room): who for room, who in self.teacher.items()},
            "repeat": {str(child): str(room) for child, room in self.repeat.items()},
            "school": {str(room): str(school) for room, school in self.school.items()},
        }
