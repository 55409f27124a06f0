"""The rows behind the numbers that the module gives to boards."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, case, func, literal, select

from app.sdk import (
    AsOf,
    Child,
    Ctx,
    IndicatorRows,
    Placement,
    Staff,
    in_class,
    mentored_duty_rows,
    pairings_on,
    present,
    pupil_rows,
    refers,
    settings_by_school,
    visible,
)
from plugins.mentoring.contacts import last_by_performer
from plugins.mentoring.manifest import IDLE_DAYS, IN_NAME, KEPT, NAME, PAIRS, PLANNED, REVIEWS, VIEW
from plugins.mentoring.models import Plan
from plugins.mentoring.plans import SUPPORT


def silent_pairs(ctx: Ctx, day: date) -> Select[Any]:
    """Return the query of the pairings of a day with present children, whoever reads it.

    Columns: those of an indicator's rows, staff_id, ``pairs`` (always true), and ``in_name``: true
    after as many days without contact as the school has set.
    """
    held, last = pairings_on(day).subquery(), last_by_performer(ctx).subquery()
    met = and_(last.c.child_id == held.c.child_id, last.c.performer == held.c.staff_id)
    silent_since = func.greatest(held.c.starts_on, last.c.day)
    columns: list[Any] = [
        Child.school_id,
        Placement.homeroom_id,
        Child.id.label("child_id"),
        held.c.mentor.label("title"),
        case((last.c.day >= held.c.starts_on, last.c.day)).label("day"),
        held.c.staff_id,
        literal(True).label("pairs"),
        (literal(day) - silent_since > _idle_days(ctx, held.c.school_id)).label("in_name"),
    ]
    return (
        select(*columns)
        .select_from(held)
        .join(Child, and_(Child.center_id == held.c.center_id, Child.id == held.c.child_id))
        .outerjoin(Placement, in_class())
        .outerjoin(last, met)
        .where(present())
    )


def pair_rows(ctx: Ctx, as_of: AsOf) -> Select[Any]:
    """Return the pairings, the mentor as title, with the day of the last contact."""
    return visible(ctx, VIEW, silent_pairs(ctx, as_of.day))


def _idle_days(ctx: Ctx, school_id: Any) -> Any:
    """Return after how many days each school says that a pairing exists in name only."""
    set_ = {school: int(v[IDLE_DAYS]) for school, v in settings_by_school(ctx, NAME).items()}
    return case(set_, value=school_id, else_=0) if set_ else literal(0)


def planned_rows(ctx: Ctx, as_of: AsOf) -> Select[Any]:
    """Return the pupils with a mentor, and for whom of them a support plan is open."""
    held = pairings_on(as_of.day).subquery()
    asked = {
        "mentored": Child.id.in_(select(held.c.child_id)),
        "planned": Child.id.in_(open_plans().with_only_columns(Plan.child_id)),
    }
    return pupil_rows(ctx, VIEW, asked)


def open_plans() -> Select[Any]:
    """Return the query of the open support plans of present children."""
    return (
        select(Plan)
        .join(Child, refers(Plan.child_id, Child))
        .where(Plan.kind == SUPPORT, Plan.closed_on.is_(None), present())
    )


def review_rows(ctx: Ctx, as_of: AsOf) -> Select[Any]:
    """Return the open support plans, who wrote them as title, and which are past their day."""
    wrote = refers(Plan.created_by_id, Staff)
    columns: list[Any] = [
        Child.school_id,
        Placement.homeroom_id,
        Child.id.label("child_id"),
        Staff.name.label("title"),
        Plan.review_on.label("day"),
        (Plan.review_on < as_of.day).label("reviews"),
    ]
    wanted = open_plans().outerjoin(Placement, in_class()).outerjoin(Staff, wrote)
    return visible(ctx, VIEW, wanted.with_only_columns(*columns))


ROWS: Mapping[str, IndicatorRows] = {
    PAIRS: pair_rows,
    IN_NAME: pair_rows,
    KEPT: mentored_duty_rows,
    PLANNED: planned_rows,
    REVIEWS: review_rows,
}
