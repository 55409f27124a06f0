"""What a class is called on a day, as its school writes it."""

from __future__ import annotations

from datetime import date

from app.kernel.grades import HomeroomKey, JuniorStyle, Stage, System, class_name, grade_of
from app.tenancy.models import Homeroom


def homeroom_title(
    homeroom: Homeroom,
    system: str,
    on: date,
    style: JuniorStyle = JuniorStyle.CHU,
) -> str:
    """Return 三（2）班, 初一3班 …, or the school's own title for the class.

    ``system`` is the school's division of years, "6-3" or "5-4".
    """
    if homeroom.title:
        return homeroom.title
    key = HomeroomKey(Stage(homeroom.stage), homeroom.intake_year, homeroom.number)
    return class_name(key, on, System(system), style)


def grade_number(homeroom: Homeroom, on: date) -> int:
    """Return the grade within the stage: 1 in the first year."""
    return grade_of(homeroom.intake_year, on)
