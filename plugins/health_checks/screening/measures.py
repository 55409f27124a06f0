"""Age, body mass index and eyesight, as the screening tables ask for them."""

from __future__ import annotations

import math
from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from functools import lru_cache

_TENTH = Decimal("0.1")
_MANY = 50_000
_HALF = Decimal("0.5")
_WORST, _BEST = Decimal("3.0"), Decimal("5.3")
_BELOW_NORMAL = Decimal("4.9")
_WORST_DECIMAL, _BEST_DECIMAL = Decimal("0.01"), Decimal("2.0")


def completed_months(birth: date, on: date) -> int:
    """Return the whole months of age on a day; negative before birth."""
    return (on.year - birth.year) * 12 + on.month - birth.month - (on.day < birth.day)


@lru_cache(maxsize=_MANY)
def age_band(birth: date, on: date) -> Decimal:
    """Return the age on a day in completed half years: 9.5 from nine and a half to under ten."""
    years, months = divmod(completed_months(birth, on), 12)
    return Decimal(years) + (_HALF if months >= 6 else Decimal("0.0"))


def bmi(height_cm: Decimal | None, weight_kg: Decimal | None) -> Decimal | None:
    """Return the body mass index in kg/m², to one decimal; None when one of the two is missing."""
    if not height_cm or weight_kg is None:
        return None
    return (weight_kg * 10000 / (height_cm * height_cm)).quantize(_TENTH, ROUND_HALF_UP)


def five_mark(number: Decimal) -> Decimal | None:
    """Return eyesight in the five-mark scale; a decimal (0.01 to 2.0) is converted.

    GB/T 11533: L = 5 + lg V. A line counts only once it is read: 4.95 is 4.9, and so is 0.9,
    which is short of the line 1.0 (5.0). None for a number that is neither.
    """
    if _WORST <= number <= _BEST:
        return number.quantize(_TENTH, ROUND_DOWN)
    if _WORST_DECIMAL <= number <= _BEST_DECIMAL:
        mark = Decimal(5 + math.log10(number)).quantize(_TENTH, ROUND_HALF_UP)
        return mark if number >= 1 else min(mark, _BELOW_NORMAL)
    return None
