"""From what was measured to what a check-up keeps of its screening, and to what it refers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from plugins.health_checks.items import Value, readings
from plugins.health_checks.manifest import (
    REFER_GROWTH,
    REFER_MILD,
    REFER_SIGHT,
    REFER_SPINE,
    REFER_TEETH,
    REFER_WEIGHT,
    SINGLE_SOURCE_PRESSURE,
)
from plugins.health_checks.screening import verdicts as words
from plugins.health_checks.screening.tables import Tables, tables_on
from plugins.health_checks.screening.verdicts import Measured, Score, Verdict

SEXES = {"male": "M", "female": "F"}
SPINE = "脊柱异常"
_NOTHING_FOUND = frozenset({"正常", "未见异常", "无异常", "无", "阴性", "(-)", "-", "—", "/", "好"})
_MILD = frozenset({words.OVERWEIGHT, words.WASTED, words.MILD_SIGHT, words.RAISED_PRESSURE})
SEVERE = frozenset({
    words.SEVERELY_WASTED, words.STUNTED, words.SEVERE_SIGHT, words.HIGH_PRESSURE,
})  # fmt: skip
"""Findings that call for a visit."""
JUDGED = ("weight", "stunting", "vision", "caries", "blood_pressure", "spine")
"""Columns of a check-up that hold a verdict's word."""
_REFERRED_BY = {
    "weight": None,
    "stunting": REFER_GROWTH,
    "vision": REFER_SIGHT,
    "caries": REFER_TEETH,
    "blood_pressure": SINGLE_SOURCE_PRESSURE,
    "spine": REFER_SPINE,
}


@dataclass(frozen=True)
class Child:
    """What screening needs to know of a child on the day: sex, birth, year of schooling."""

    sex: str
    birth_date: date | None
    grade: int | None


@dataclass(frozen=True)
class Judged:
    """Everything the tables say of one check-up."""

    weight: Verdict
    stunting: Verdict
    vision: Verdict
    capacity: Score
    caries: Verdict
    pressure: Verdict | None


def measured(child: Child, on: date, values: Mapping[str, Value], *, pressure: bool) -> Measured:
    """Return what the tables are asked about; several readings of blood pressure are averaged."""
    upper, lower = _pressure(values) if pressure else (None, None)
    return Measured(
        SEXES.get(child.sex),
        child.birth_date,
        on,
        _decimal(values, "height_cm"),
        _decimal(values, "weight_kg"),
        _decimal(values, "vision_left"),
        _decimal(values, "vision_right"),
        _decimal(values, "vital_capacity_ml"),
        child.grade,
        _decimal(values, "teeth_milk"),
        _decimal(values, "teeth_permanent"),
        upper,
        lower,
    )


def judge(tables: Tables, found: Measured, *, pressure: bool) -> Judged:
    """Ask every table; ``pressure`` also the one of a single source."""
    return Judged(
        words.weight(tables, found),
        words.stunting(tables, found),
        words.vision(tables, found),
        words.vital_capacity(tables, found),
        words.caries(found),
        words.blood_pressure(tables, found) if pressure else None,
    )


def screened(
    child: Child, on: date, values: Mapping[str, Value], *, pressure: bool
) -> dict[str, Any]:
    """Return the columns that a check-up keeps of its screening."""
    tables = tables_on(on)
    found = measured(child, on, values, pressure=pressure)
    judged = judge(tables, found, pressure=pressure)
    return {
        "age_band": found.band(),
        "bmi": judged.weight.value,
        "weight": _word(judged.weight),
        "stunting": _word(judged.stunting),
        "vision": _word(judged.vision),
        "vital_capacity_score": judged.capacity.points,
        "caries": _word(judged.caries),
        "blood_pressure": _word(judged.pressure),
        "spine": _spine(values.get("spine")),
        "grade": child.grade,
        "standards": tables.name,
    }


def findings(columns: Mapping[str, Any], settings: Mapping[str, Any]) -> list[str]:
    """Return what is referred of a screened check-up, as a school has set it."""
    found = []
    for name in JUDGED:
        word = columns[name]
        if word in (None, words.NORMAL, words.MISSING):
            continue
        if settings[_setting(name, word)] and (settings[REFER_MILD] or word not in _MILD):
            found.append(word)
    return found


def _setting(column: str, word: str) -> str:
    thin = word in (words.WASTED, words.SEVERELY_WASTED)
    return _REFERRED_BY[column] or (REFER_GROWTH if thin else REFER_WEIGHT)


def _pressure(values: Mapping[str, Value]) -> tuple[Decimal | None, Decimal | None]:
    taken = readings(values)
    if not taken:
        return None, None
    upper, lower = (sum(column, Decimal(0)) / len(taken) for column in zip(*taken, strict=True))
    return upper.quantize(Decimal(1), ROUND_HALF_UP), lower.quantize(Decimal(1), ROUND_HALF_UP)


def _decimal(values: Mapping[str, Value], name: str) -> Decimal | None:
    value = values.get(name)
    return value if isinstance(value, Decimal) else None


def _word(verdict: Verdict | None) -> str | None:
    return None if verdict is None or verdict.word == words.MISSING else verdict.word


def _spine(value: Value) -> str | None:
    if not isinstance(value, str):
        return None
    return words.NORMAL if value in _NOTHING_FOUND else SPINE
