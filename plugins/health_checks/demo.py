"""Invented check-ups for the demonstration: two autumns, most pupils present."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from random import Random
from uuid import UUID

from app.sdk import Child, Ctx, EntryFor, pupils_of
from app.sdk.history import Past
from plugins.health_checks.manifest import KIND
from plugins.health_checks.measures import NAMES, Value
from plugins.health_checks.models import CheckUp
from plugins.health_checks.services import in_words, open_round
from plugins.health_checks.words import T

_ABSENT = 0.06
_WHOLE = ("vital_capacity_ml", "systolic", "diastolic")


def load(ctx: Ctx, school_id: UUID, days: int) -> None:
    """Write the check-ups of this autumn and, with more than a year of history, of the last."""
    today = ctx.today()
    for year in (today.year - 1, today.year):
        day = date(year, 9, 18)
        if 0 < (today - day).days <= days:
            _round(ctx, school_id, day)


def _round(ctx: Ctx, school_id: UUID, day: date) -> None:
    title, provider = str(T("Autumn check-up {year}", year=day.year)), str(T("Township clinic"))
    row = open_round(ctx, school_id=school_id, title=title, held_on=day, provider=provider)
    measured = [
        (child, _measures(child, day))
        for child, _room in pupils_of(ctx, None)
        if Random(f"{child.id}{day}").random() > _ABSENT  # noqa: S311 (invented data)
    ]
    if not measured:
        return
    past = Past(ctx)
    whom = [EntryFor(child, text=in_words(values)) for child, values in measured]
    at = datetime.combine(day, time(8, 30), UTC)
    entries = past.act(KIND, day, title, whom, by=None, at=at, place=provider)
    for entry, (child, values) in zip(entries, measured, strict=True):
        whose = {"school_id": child.school_id, "child_id": child.id, "round_id": row.id}
        past.add(CheckUp, id=entry, **whose, **{name: _kept(name, values[name]) for name in NAMES})
    past.write()


def _kept(name: str, value: Value) -> Value | int:
    """Return a value as its column takes it."""
    return int(value) if name in _WHOLE and isinstance(value, Decimal) else value


def _measures(child: Child, day: date) -> Mapping[str, Value]:
    own = Random(str(child.id))  # noqa: S311 (invented data)
    then = Random(f"{child.id}{day.year}")  # noqa: S311 (invented data)
    age = (day - child.birth_date).days / 365.25 if child.birth_date else 9.0
    tall, stout = own.gauss(0, 4.5), own.gauss(0, 1.3)
    height = 117 + 5.8 * (age - 6) + tall + then.gauss(0, 0.3)
    index = max(13.0, 15.2 + 0.35 * (age - 6) + stout)
    sight = 5.1 - max(0.0, own.gauss(0.02, 0.06) * (age - 5))
    numbers = {
        "height_cm": height,
        "weight_kg": index * (height / 100) ** 2,
        "vision_left": min(5.3, max(4.0, sight + then.choice((0, 0, 0.1)))),
        "vision_right": min(5.3, max(4.0, sight)),
    }
    values: dict[str, Value] = dict.fromkeys(NAMES)
    values |= {name: Decimal(f"{value:.1f}") for name, value in numbers.items()}
    values["vital_capacity_ml"] = Decimal(round(900 + 180 * (age - 6) + own.gauss(0, 120)))
    values["systolic"] = Decimal(round(92 + 2 * (age - 6) + then.gauss(0, 5)))
    values["diastolic"] = Decimal(round(58 + 1.2 * (age - 6) + then.gauss(0, 3)))
    return values
