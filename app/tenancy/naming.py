"""What a class is called on a day, as its school writes it."""

from __future__ import annotations

from datetime import date

from app.host.context import Ctx
from app.kernel.grades import HomeroomKey, JuniorStyle, Stage, System, class_name, grade_of
from app.tenancy.models import Homeroom
from app.tenancy.settings import JUNIOR_STYLE, setting


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


def class_title(ctx: Ctx, homeroom: Homeroom, system: str, on: date | None = None) -> str:
    """Return what the centre calls the class, today or on another day."""
    # Only junior classes differ: pages without any do not ask.
    style = junior_style(ctx) if homeroom.stage == Stage.JUNIOR else JuniorStyle.CHU
    return homeroom_title(homeroom, system, on or ctx.today(), style)


def junior_style(ctx: Ctx) -> JuniorStyle:
    """Return whether the centre says 初一3班 (also without a choice) or 七（3）班."""
    chosen = setting(ctx, JUNIOR_STYLE, JuniorStyle.CHU.value)
    return JuniorStyle.CONTINUED if chosen == JuniorStyle.CONTINUED else JuniorStyle.CHU


def grade_number(homeroom: Homeroom, on: date) -> int:
    """Return the grade within the stage: 1 in the first year."""
    return grade_of(homeroom.intake_year, on)
