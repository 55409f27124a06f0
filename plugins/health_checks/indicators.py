"""The rows behind the numbers that the module gives to boards."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, or_
from sqlalchemy.dialects.postgresql import distinct_on

from app.sdk import AsOf, Child, Ctx, Entry, IndicatorRows, pupil_rows, records
from plugins.health_checks.manifest import EXAMINED, EYESIGHT
from plugins.health_checks.models import CheckUp
from plugins.health_checks.queries import VIEW

_NORMAL = Decimal("5.0")
"""Eyesight that needs nobody (GB 11533, five-mark scale)."""


def check_up_rows(ctx: Ctx, as_of: AsOf) -> Select[Any]:
    """Return the pupils: who was examined this school year, and whose eyesight is poor."""
    seen = records(CheckUp).where(Entry.happened_on.between(as_of.year_began, as_of.day))
    measured = or_(CheckUp.vision_left.is_not(None), CheckUp.vision_right.is_not(None))
    newest = (
        seen.with_only_columns(CheckUp.child_id, CheckUp.vision_left, CheckUp.vision_right)
        .where(measured)
        .ext(distinct_on(CheckUp.child_id))
        .order_by(CheckUp.child_id, Entry.happened_on.desc(), Entry.recorded_at.desc())
        .subquery()
    )
    asked = {
        "examined": Child.id.in_(seen.with_only_columns(CheckUp.child_id)),
        "measured": newest.c.child_id.is_not(None),
        "poor_eyesight": or_(newest.c.vision_left < _NORMAL, newest.c.vision_right < _NORMAL),
    }
    return pupil_rows(ctx, VIEW, asked).outerjoin(newest, newest.c.child_id == Child.id)


ROWS: Mapping[str, IndicatorRows] = {EXAMINED: check_up_rows, EYESIGHT: check_up_rows}
