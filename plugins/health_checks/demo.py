"""Invented check-ups for the demonstration: autumn after autumn, most pupils present.

What is found is followed up: last year's referrals have mostly been answered, this year's partly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

from app.sdk import Child, Ctx, EntryFor, module_settings, pupils_of, years_of
from app.sdk.history import Past
from plugins.health_checks import judging
from plugins.health_checks.items import Value
from plugins.health_checks.manifest import DAYS, FOLLOW_UP, KIND, MODULE
from plugins.health_checks.models import CheckUp, Referral, ReferralStep, Round
from plugins.health_checks.referrals import DOCTOR, OUTCOMES, REEXAMINED, RESULT, STEPS, TOLD
from plugins.health_checks.services import kept, open_round
from plugins.health_checks.words import T

_ABSENT = 0.06
_ANSWERED = {True: 0.9, False: 0.35}
"""The share of last year's and of this year's referrals that were closed."""


@dataclass(frozen=True)
class _Found:
    """An invented check-up: the child, its entry, what the screening keeps."""

    child: Child
    entry: UUID
    columns: Mapping[str, Any]


def load(ctx: Ctx, school_id: UUID, days: int) -> None:
    """Write the check-ups of this autumn and of the autumns before that the history reaches."""
    today = ctx.today()
    for year in range(today.year - 2, today.year + 1):
        day = date(year, 9, 18)
        if 0 < (today - day).days <= days or (year == today.year - 1 and day < today):
            _round(ctx, school_id, day)


def _round(ctx: Ctx, school_id: UUID, day: date) -> None:
    title, provider = str(T("Autumn check-up {year}", year=day.year)), str(T("Township clinic"))
    children = [
        child
        for child, _room in pupils_of(ctx, None)
        if child.birth_date and _luck(child, day).random() > _ABSENT
    ]
    grades = years_of(ctx, [child.id for child in children], day)
    # Who was not at school yet was not examined.
    children = [child for child in children if child.id in grades]
    if not children:
        return
    row = open_round(ctx, school_id=school_id, title=title, held_on=day, provider=provider)
    past = Past(ctx)
    at = datetime.combine(day, time(8, 30), UTC)
    whom = [EntryFor(child) for child in children]
    entries = past.act(KIND, day, title, whom, by=None, at=at, place=provider)
    found = []
    for entry, child in zip(entries, children, strict=True):
        values = _measures(child, day)
        of = judging.Child(child.sex, child.birth_date, grades[child.id])
        columns = judging.screened(of, day, values, pressure=False)
        whose = {"school_id": child.school_id, "child_id": child.id, "round_id": row.id}
        past.add(CheckUp, id=entry, **whose, **kept(values), **columns)
        found.append(_Found(child, entry, columns))
    _refer(ctx, past, row, found)
    past.write()


def _refer(ctx: Ctx, past: Past, row: Round, rows: Sequence[_Found]) -> None:
    settings = module_settings(ctx, row.school_id, MODULE.name)
    long_ago = (ctx.today() - row.held_on).days > settings[DAYS] * 6
    for one in rows:
        words = judging.findings(one.columns, settings)
        if words:
            _follow(ctx, past, row, one, words, settings[DAYS], long_ago=long_ago)


def _follow(
    ctx: Ctx, past: Past, row: Round, one: _Found, words: list[str], days: int, *, long_ago: bool
) -> None:
    luck = Random(f"{one.child.id}{row.held_on}follow")  # noqa: S311 (invented data)
    whose = {"school_id": one.child.school_id, "child_id": one.child.id}
    last = min(row.held_on + timedelta(days=luck.randint(8, 40)), ctx.today())
    closed = luck.random() < _ANSWERED[long_ago]
    referral = past.add(
        Referral,
        **whose,
        round_id=row.id,
        findings=words,
        severe=not judging.SEVERE.isdisjoint(words),
        opened_on=row.held_on,
        due_on=row.held_on + timedelta(days=days),
        closed_on=last if closed else None,
        outcome=luck.choice(list(OUTCOMES)[:4]) if closed else None,
        withdrawn_on=None,
        withdrawn_reason=None,
        source_id=one.entry,
    )
    steps = [TOLD, luck.choice((DOCTOR, REEXAMINED)), RESULT][: 3 if closed else luck.randint(0, 2)]
    for number, step in enumerate(steps, start=1):
        day = row.held_on + (last - row.held_on) * number // 3
        at = datetime.combine(day, time(9, 0), UTC)
        whom = [EntryFor(one.child)]
        [entry] = past.act(FOLLOW_UP, day, STEPS[step], whom, by=None, at=at)
        past.add(ReferralStep, id=entry, **whose, follow_up_id=referral, step=step)


def _luck(child: Child, day: date) -> Random:
    return Random(f"{child.id}{day}")  # noqa: S311 (invented data)


def _measures(child: Child, day: date) -> Mapping[str, Value]:
    own = Random(str(child.id))  # noqa: S311 (invented data)
    then = Random(f"{child.id}{day.year}")  # noqa: S311 (invented data)
    age = (day - child.birth_date).days / 365.25 if child.birth_date else 9.0
    tall, stout = own.gauss(0, 4.5), own.gauss(0, 1.7)
    height = 117 + 5.8 * (age - 6) + tall + then.gauss(0, 0.3)
    index = max(12.4, 15.4 + 0.4 * (age - 6) + stout)
    sight = 5.12 - max(0.0, own.gauss(0.02, 0.045) * (age - 5))
    teeth = max(0, round(own.gauss(-0.4, 1.2)))
    tenths = {
        "height_cm": height,
        "weight_kg": index * (height / 100) ** 2,
        "vision_left": min(5.3, max(4.0, sight + then.choice((0, 0, 0.1)))),
        "vision_right": min(5.3, max(4.0, sight)),
    }
    whole = {
        "vital_capacity_ml": 1100 + 190 * (age - 6) + own.gauss(0, 190),
        "systolic": 92 + 2 * (age - 6) + then.gauss(0, 5),
        "diastolic": 58 + 1.2 * (age - 6) + then.gauss(0, 3),
        "teeth_milk" if age < 10 else "teeth_permanent": teeth,
    }
    values: dict[str, Value] = {name: Decimal(f"{value:.1f}") for name, value in tenths.items()}
    values |= {name: Decimal(round(value)) for name, value in whole.items()}
    values["hearing"] = str(T("Normal"))
    return values
