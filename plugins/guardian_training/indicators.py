"""The rows behind the numbers that the module gives to boards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Date, Select, exists, literal, null, select

from app.sdk import AsOf, Ctx, IndicatorRows
from plugins.guardian_training.kinds import ENTRUSTED, GRANDPARENT, PRESENT, STAFF, TRAINING
from plugins.guardian_training.manifest import NEVER, TRAINED, VIEW
from plugins.guardian_training.models import Attendance
from plugins.guardian_training.people import adults


def guardian_rows(ctx: Ctx, as_of: AsOf) -> Select[Any]:
    """Return the adults of pupils; who was trained this term, who never came to anything."""
    who = adults(ctx, VIEW, day=as_of.day)
    came = exists().where(
        Attendance.guardian_id == who.c.guardian_id,
        Attendance.state == PRESENT,
        Attendance.kind != STAFF,
        Attendance.day <= as_of.day,
    )
    trained = came.where(Attendance.kind == TRAINING, Attendance.day >= as_of.since)
    carers = who.c.audience.in_((GRANDPARENT, ENTRUSTED))
    columns: list[Any] = [
        who.c.school_id, who.c.homeroom_id, who.c.child_id, who.c.name.label("title"),
        null().cast(Date).label("day"), literal(True).label("guardians"),
        carers.label("carers"), trained.label("trained"), (carers & ~came).label("never"),
    ]  # fmt: skip
    return select(*columns)


ROWS: Mapping[str, IndicatorRows] = {TRAINED: guardian_rows, NEVER: guardian_rows}
