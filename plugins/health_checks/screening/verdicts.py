"""What the tables say of a child: a hint for looking closer, never a diagnosis.

Every verdict carries the value, the cut-off it met, and the standard with its edition. What cannot
be said, because something is missing or outside the table, is 缺项 with the reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from plugins.health_checks.screening.measures import age_band, bmi, completed_months
from plugins.health_checks.screening.tables import BUCKETS, Source, Tables

NOT_A_DIAGNOSIS = "筛查提示，不是诊断"
NORMAL, MISSING = "正常", "缺项"
OVERWEIGHT, OBESE = "超重", "肥胖"
WASTED, SEVERELY_WASTED, STUNTED = "轻度消瘦", "中重度消瘦", "生长迟缓"
CARIES, HIGH_PRESSURE, RAISED_PRESSURE = "龋齿", "血压偏高", "正常高值"
MILD_SIGHT, MODERATE_SIGHT, SEVERE_SIGHT = "轻度视力不良", "中度视力不良", "重度视力不良"

_SIX, _SEVEN, _EIGHTEEN = 6, 7, 18
_ADULT_PRESSURE = (140, 90)
_RAISED_UPPER = 120
_LAST_BAND, _BEYOND = Decimal("17.5"), Decimal("18.0")
_TENTH = Decimal("0.1")
_MANY = 50_000
"""So many answers are remembered: of a whole centre's children very many are alike."""


class Reason(StrEnum):
    """Why there is no verdict."""

    SEX = "sex"
    BIRTH = "birth_date"
    DAY = "exam_date"
    BORN_LATER = "born_later"
    HEIGHT = "height"
    WEIGHT = "weight"
    AGE = "age"
    GRADE = "grade"
    CAPACITY = "vital_capacity"
    EYES = "eyes"
    ONE_EYE = "one_eye"
    TEETH = "teeth"
    PRESSURE = "blood_pressure"


class Measured(NamedTuple):
    """What is known of a child on the day: sex M or F, cm, kg, five-mark eyesight, ml, mmHg.

    ``grade`` counts from the first year of primary school (1 to 12).
    """

    sex: str | None = None
    birth_date: date | None = None
    exam_date: date | None = None
    height_cm: Decimal | None = None
    weight_kg: Decimal | None = None
    vision_left: Decimal | None = None
    vision_right: Decimal | None = None
    vital_capacity_ml: Decimal | None = None
    grade: int | None = None
    teeth_milk: Decimal | None = None
    teeth_permanent: Decimal | None = None
    systolic: Decimal | None = None
    diastolic: Decimal | None = None

    def band(self) -> Decimal | None:
        """Return the age in completed half years; None when a date is missing or wrong."""
        if self.birth_date is None or self.exam_date is None or self.birth_date > self.exam_date:
            return None
        return age_band(self.birth_date, self.exam_date)

    def no_age(self) -> Reason | None:
        """Return why sex and age cannot be looked up, if so."""
        if self.sex is None:
            return Reason.SEX
        if self.birth_date is None:
            return Reason.BIRTH
        if self.exam_date is None:
            return Reason.DAY
        return Reason.BORN_LATER if self.birth_date > self.exam_date else None


@dataclass(frozen=True, slots=True)
class Verdict:
    """A word of a standard, the value judged, the cut-off it met, and where that stands."""

    word: str
    value: Decimal | None = None
    cutoff: str = ""
    source: Source | None = None
    reason: Reason | None = None

    @property
    def abnormal(self) -> bool:
        """Tell whether somebody should look closer."""
        return self.word not in (NORMAL, MISSING)


@dataclass(frozen=True, slots=True)
class Score:
    """The points of a table (0 to 100) with its word; None points when it cannot be said."""

    points: int | None
    level: str = MISSING
    value: Decimal | None = None
    cutoff: str = ""
    source: Source | None = None
    reason: Reason | None = None


def _no(reason: Reason, value: Decimal | None = None) -> Verdict:
    return Verdict(MISSING, value, reason=reason)


def weight(tables: Tables, child: Measured) -> Verdict:
    """Judge the body mass index: WS/T 586 above, WS/T 456 below (from 6 to 18 years)."""
    index = bmi(child.height_cm, child.weight_kg)
    if index is None:
        return _no(Reason.WEIGHT if child.height_cm else Reason.HEIGHT)
    band, reason = child.band(), child.no_age()
    if reason is not None or band is None or child.sex is None:
        return _no(reason or Reason.BIRTH, index)
    return _weight(tables, child.sex, band, index)


@lru_cache(maxsize=_MANY)
def _weight(tables: Tables, sex: str, band: Decimal, index: Decimal) -> Verdict:
    upper = tables.overweight.get((sex, band))
    # WS/T 456 calls its last row 17.5~18.0.
    lower = tables.wasting.get((sex, _LAST_BAND if band == _BEYOND else band))
    if upper is None or lower is None:
        return _no(Reason.AGE, index)
    word, cutoff = _by_index(index, upper, lower)
    table = "wasting" if word in (WASTED, SEVERELY_WASTED) else "overweight"
    return Verdict(word, index, cutoff, tables.sources[table])


def _by_index(
    index: Decimal, upper: tuple[Decimal, Decimal], lower: tuple[Decimal, Decimal]
) -> tuple[str, str]:
    (over, obese), (severe, mild) = upper, lower
    if index >= obese:
        return OBESE, f"≥{obese}"
    if index >= over:
        return OVERWEIGHT, f"{over}～{obese - _TENTH}"
    if index <= severe:
        return SEVERELY_WASTED, f"≤{severe}"
    if index <= mild:
        return WASTED, f"{severe + _TENTH}～{mild}"
    return NORMAL, f"{mild + _TENTH}～{over - _TENTH}"


def stunting(tables: Tables, child: Measured) -> Verdict:
    """Judge the height for the age (WS/T 456, from 6 to 18 years)."""
    height = child.height_cm
    if height is None:
        return _no(Reason.HEIGHT)
    band, reason = child.band(), child.no_age()
    if reason is not None or band is None or child.sex is None:
        return _no(reason or Reason.BIRTH, height)
    return _stunting(tables, child.sex, band, height)


@lru_cache(maxsize=_MANY)
def _stunting(tables: Tables, sex: str, band: Decimal, height: Decimal) -> Verdict:
    limit = tables.stunting.get((sex, _LAST_BAND if band == _BEYOND else band))
    if limit is None:
        return _no(Reason.AGE, height)
    source = tables.sources["stunting"]
    if height <= limit:
        return Verdict(STUNTED, height, f"≤{limit}", source)
    return Verdict(NORMAL, height, f">{limit}", source)


def vision(tables: Tables, child: Measured) -> Verdict:
    """Grade the worse eye without glasses, from 6 years on.

    One eye alone can be found poor; it cannot show that both are good.
    """
    seen = [eye for eye in (child.vision_left, child.vision_right) if eye is not None]
    if not seen:
        return _no(Reason.EYES)
    worse = min(seen)
    band = child.band()
    if band is not None and band < _SIX:
        return _no(Reason.AGE, worse)
    return _vision(tables, worse, both=len(seen) > 1)


@lru_cache(maxsize=_MANY)
def _vision(tables: Tables, worse: Decimal, *, both: bool) -> Verdict:
    word, cutoff = _grade(tables, worse)
    source = tables.sources["vision"]
    if not both:
        if word == NORMAL:
            return _no(Reason.ONE_EYE, worse)
        return Verdict(word, worse, cutoff, source, Reason.ONE_EYE)
    return Verdict(word, worse, cutoff, source)


def _grade(tables: Tables, eye: Decimal) -> tuple[str, str]:
    above: Decimal | None = None
    for word, least in tables.vision:
        if eye >= least:
            if above is None:
                return word, f"≥{least}"
            most = above - _TENTH
            return word, f"{least}" if most == least else f"{least}～{most}"
        above = least
    # Below the chart's lowest line it is recorded as 3.x: the worst grade still.
    worst, least = tables.vision[-1]
    return worst, f"<{least}"


def vital_capacity(tables: Tables, child: Measured) -> Score:
    """Score the lung capacity by sex and grade (国家学生体质健康标准, grades 1 to 12)."""
    value = child.vital_capacity_ml
    if value is None:
        return Score(None, reason=Reason.CAPACITY)
    if child.sex is None or child.grade is None:
        return Score(None, value=value, reason=Reason.GRADE if child.sex else Reason.SEX)
    return _capacity(tables, child.sex, child.grade, value)


@lru_cache(maxsize=_MANY)
def _capacity(tables: Tables, sex: str, grade: int, value: Decimal) -> Score:
    lines = tables.vital_capacity.get((sex, Decimal(grade)))
    if lines is None:
        return Score(None, value=value, reason=Reason.GRADE)
    source = tables.sources["vital_capacity"]
    for least, points, level in lines:
        if value >= least:
            return Score(points, level, value, f"≥{least}", source)
    least, _points, level = lines[-1]
    return Score(0, level, value, f"<{least}", source)


def caries(child: Measured) -> Verdict:
    """Tell whether teeth are decayed, missing for it or filled (龋失补 > 0), milk or permanent."""
    counted = [n for n in (child.teeth_milk, child.teeth_permanent) if n is not None]
    if not counted:
        return _no(Reason.TEETH)
    teeth = sum(counted, Decimal(0))
    return Verdict(CARIES if teeth else NORMAL, teeth, ">0" if teeth else "0")


def blood_pressure(tables: Tables, child: Measured) -> Verdict:
    """Judge one day's blood pressure by sex, whole years and height (WS/T 610, 7 to 17 years).

    From 18 years on the limit is 140/90. One day is only a first look.
    """
    upper, lower = child.systolic, child.diastolic
    if upper is None or lower is None:
        return _no(Reason.PRESSURE)
    reason = child.no_age()
    if reason is not None or child.birth_date is None or child.exam_date is None:
        return _no(reason or Reason.BIRTH, upper)
    years = completed_months(child.birth_date, child.exam_date) // 12
    limit = _limit(tables, child, years)
    if isinstance(limit, Reason):
        return _no(limit, upper)
    source, cutoff = tables.sources["blood_pressure"], f"≥{limit[0]}/{limit[1]}"
    if upper >= limit[0] or lower >= limit[1]:
        return Verdict(HIGH_PRESSURE, upper, cutoff, source)
    if upper >= _RAISED_UPPER:
        return Verdict(RAISED_PRESSURE, upper, f"{_RAISED_UPPER}～{limit[0] - 1}", source)
    return Verdict(NORMAL, upper, f"<{limit[0]}/{limit[1]}", source)


def _limit(tables: Tables, child: Measured, years: int) -> tuple[int, int] | Reason:
    if years >= _EIGHTEEN:
        return _ADULT_PRESSURE
    if years < _SEVEN or child.sex is None:
        return Reason.AGE
    if child.height_cm is None:
        return Reason.HEIGHT
    begins = tables.heights[child.sex, years]
    column = BUCKETS[sum(child.height_cm >= height for height in begins)]
    return tables.pressure[child.sex, years, column]
