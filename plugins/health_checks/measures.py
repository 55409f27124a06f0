"""What is measured, how it is typed, and what is believable.

Ranges are for asking back at entry, not for judging health: height 90–200 cm, weight 12–130 kg,
upper blood pressure 70–180 and lower 40–120 mmHg, eyesight 3.0–5.3 (GB 11533); a child that is
more than 1 cm shorter than before, or grew more than 15 cm a year, is asked about. Beyond the
limits a value is refused: no pupil has it.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from app.sdk import Text
from plugins.health_checks.words import T

Value = Decimal | str | None
_TENTH = Decimal("0.1")
_SHRINKS_CM = 1
_GROWS_CM_A_YEAR = 15


@dataclass(frozen=True)
class Item:
    """One thing measured: its column, heading, unit, believable range and limits.

    ``words`` are headings that schools' own sheets use for it.
    """

    name: str
    title: Text
    unit: str
    low: Decimal
    high: Decimal
    least: Decimal
    most: Decimal
    words: tuple[str, ...]
    whole: bool = False


def _item(
    name: str,
    title: Text,
    unit: str,
    ranges: tuple[str, str, str, str],
    *words: str,
    whole: bool = False,
) -> Item:
    low, high, least, most = map(Decimal, ranges)
    return Item(name, title, unit, low, high, least, most, words, whole)


_EYE = ("3.0", "5.3", "3.0", "5.3")
NUMBERS = (
    _item("height_cm", T("Height"), "cm", ("90", "200", "50", "230"), "身高"),
    _item("weight_kg", T("Weight"), "kg", ("12", "130", "5", "200"), "体重"),
    _item("vision_left", T("Left eye"), "", _EYE, "左眼", "左眼视力", "视力左"),
    _item("vision_right", T("Right eye"), "", _EYE, "右眼", "右眼视力", "视力右"),
    _item(
        "vital_capacity_ml", T("Lung capacity"), "ml", ("300", "6000", "50", "9000"), "肺活量",
        whole=True,
    ),
    _item(
        "systolic", T("Upper blood pressure"), "mmHg", ("70", "180", "30", "260"), "收缩压", "高压",
        whole=True,
    ),
    _item(
        "diastolic", T("Lower blood pressure"), "mmHg", ("40", "120", "20", "180"), "舒张压",
        "低压", whole=True,
    ),
    _item("chest_cm", T("Chest"), "cm", ("40", "120", "30", "180"), "胸围"),
)  # fmt: skip
TEXTS: Mapping[str, tuple[Text, tuple[str, ...]]] = {
    "hearing": (T("Hearing"), ("听力",)),
    "teeth": (T("Teeth"), ("牙齿", "口腔")),
    "note": (T("Remark"), ("备注",)),
}
NAMES = (*(item.name for item in NUMBERS), *TEXTS)
_TEXT_LENGTH = 200


def parse(name: str, typed: str) -> Value | Text:
    """Return what was typed as a value, None for an empty cell, or why it is none (a Text)."""
    text = unicodedata.normalize("NFKC", typed).strip()
    if not text:
        return None
    item = next((item for item in NUMBERS if item.name == name), None)
    if item is None:
        if len(text) > _TEXT_LENGTH:
            return T("{n} characters: at most {most} fit in", n=len(text), most=_TEXT_LENGTH)
        return text
    try:
        number = Decimal(text.replace("。", "."))
    except InvalidOperation:
        return T("“{typed}” is not a number", typed=text[:20])
    if not number.is_finite():
        return T("“{typed}” is not a number", typed=text[:20])
    return _vision(number) if name.startswith("vision_") else _measured(item, number)


def _measured(item: Item, number: Decimal) -> Decimal | Text:
    if not item.least <= number <= item.most:
        return T(
            "{value} {unit} cannot be: expected {low} to {high}",
            value=number, unit=item.unit, low=item.low, high=item.high,
        )  # fmt: skip
    step = Decimal(1) if item.whole else _TENTH
    return number.quantize(step, ROUND_HALF_UP)


def _vision(number: Decimal) -> Decimal | Text:
    """Eyesight in the five-mark scale; a decimal (0.01 to 2.0) is converted by L = 5 + lg V."""
    if Decimal(3) <= number <= Decimal("5.3"):
        return number.quantize(_TENTH, ROUND_HALF_UP)
    if Decimal("0.01") <= number <= Decimal(2):
        return Decimal(5 + math.log10(number)).quantize(_TENTH, ROUND_HALF_UP)
    return T("Write eyesight as 3.0 to 5.3, or as a decimal such as 0.8")


def bmi(height_cm: Decimal | None, weight_kg: Decimal | None) -> Decimal | None:
    """Return the body mass index in kg/m², to one decimal; None when one of the two is missing."""
    if not height_cm or weight_kg is None:
        return None
    metres = height_cm / 100
    return (weight_kg / (metres * metres)).quantize(_TENTH, ROUND_HALF_UP)


def contradictions(values: Mapping[str, Value]) -> dict[str, Text]:
    """Return by column what cannot be true together."""
    upper, lower = values.get("systolic"), values.get("diastolic")
    if isinstance(upper, Decimal) and isinstance(lower, Decimal) and upper <= lower:
        return {"diastolic": T("The lower blood pressure must be below the upper one")}
    return {}


def questions(
    values: Mapping[str, Value], *, height_before: Decimal | None, days_since: int
) -> dict[str, Text]:
    """Return by column what is unusual and should be looked at once more before it is saved."""
    found: dict[str, Text] = {}
    for item in NUMBERS:
        value = values.get(item.name)
        if isinstance(value, Decimal) and not item.low <= value <= item.high:
            found[item.name] = T(
                "{value} is unusual (mostly {low} to {high}): right?",
                value=value, low=item.low, high=item.high,
            )  # fmt: skip
    height = values.get("height_cm")
    if isinstance(height, Decimal) and height_before is not None:
        grown = height - height_before
        if grown < -_SHRINKS_CM:
            found["height_cm"] = T("Last time {before} cm: shorter now?", before=height_before)
        elif grown > _GROWS_CM_A_YEAR * Decimal(days_since) / 365 + _SHRINKS_CM:
            found["height_cm"] = T("Last time {before} cm: grown so fast?", before=height_before)
    return found
