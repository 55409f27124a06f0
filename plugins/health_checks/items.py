"""What is examined, how it is typed, and what is believable.

Ranges are for asking back at entry, not for judging health: height 90–200 cm, weight 12–130 kg,
upper blood pressure 70–180 and lower 40–120 mmHg, eyesight 3.0–5.3 (GB 11533); a child that is
more than 1 cm shorter than before, or grew more than 15 cm a year, is asked about. Beyond the
limits a value is refused: no pupil has it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from app.sdk import Text
from plugins.health_checks.screening.measures import five_mark
from plugins.health_checks.words import T

Value = Decimal | str | None
_TENTH = Decimal("0.1")
_INACCURATE_CM = Decimal(1)
_GROWS_CM_A_YEAR = Decimal(15)
_TEXT_LENGTH = 200


@dataclass(frozen=True)
class Item:
    """One thing examined: its name, heading and unit; ``words`` are headings of schools' sheets.

    A number has a believable range (``low`` to ``high``) and limits (``least`` to ``most``);
    without them the item holds words.
    """

    name: str
    title: Text
    unit: str = ""
    words: tuple[str, ...] = ()
    low: Decimal | None = None
    high: Decimal | None = None
    least: Decimal = Decimal(0)
    most: Decimal = Decimal(0)
    whole: bool = False

    @property
    def is_number(self) -> bool:
        """Tell whether it is measured."""
        return self.low is not None


def _number(
    name: str, title: Text, unit: str, ranges: str, *words: str, whole: bool = False
) -> Item:
    low, high, least, most = map(Decimal, ranges.split())
    return Item(name, title, unit, words, low, high, least, most, whole)


def _words(name: str, title: Text, *words: str) -> Item:
    return Item(name, title, words=words)


_UPPER, _LOWER, _EYE = "70 180 30 260", "40 120 20 180", "3.0 5.3 3.0 5.3"
_ITEMS = (
    _words("history", T("Past illnesses"), "既往史", "既往病史"),
    _number("height_cm", T("Height"), "cm", "90 200 50 230", "身高"),
    _number("weight_kg", T("Weight"), "kg", "12 130 5 200", "体重"),
    _number("waist_cm", T("Waist"), "cm", "40 120 30 180", "腰围"),
    _number("hip_cm", T("Hips"), "cm", "45 130 30 180", "臀围"),
    _number("chest_cm", T("Chest"), "cm", "40 120 30 180", "胸围"),
    _number("vital_capacity_ml", T("Lung capacity"), "ml", "300 6000 50 9000", "肺活量",
            whole=True),
    _number("systolic", T("Upper blood pressure"), "mmHg", _UPPER, "收缩压", "高压", "收缩压1",
            "血压收缩压", whole=True),
    _number("diastolic", T("Lower blood pressure"), "mmHg", _LOWER, "舒张压", "低压", "舒张压1",
            "血压舒张压", whole=True),
    _number("systolic_2", T("Upper, second reading"), "mmHg", _UPPER, "收缩压2", whole=True),
    _number("diastolic_2", T("Lower, second reading"), "mmHg", _LOWER, "舒张压2", whole=True),
    _number("systolic_3", T("Upper, third reading"), "mmHg", _UPPER, "收缩压3", whole=True),
    _number("diastolic_3", T("Lower, third reading"), "mmHg", _LOWER, "舒张压3", whole=True),
    _number("vision_left", T("Left eye"), "", _EYE, "左眼", "左眼视力", "视力左", "左眼裸眼视力",
            "裸眼视力左", "左眼裸眼远视力", "裸眼远视力左"),
    _number("vision_right", T("Right eye"), "", _EYE, "右眼", "右眼视力", "视力右", "右眼裸眼视力",
            "裸眼视力右", "右眼裸眼远视力", "裸眼远视力右"),
    _number("refraction_left", T("Refraction left"), "D", "-10 6 -25 20", "左眼屈光度", "左眼屈光",
            "屈光度左", "左眼等效球镜"),
    _number("refraction_right", T("Refraction right"), "D", "-10 6 -25 20", "右眼屈光度",
            "右眼屈光", "屈光度右", "右眼等效球镜"),
    _words("eyes", T("Look of the eyes"), "眼外观", "眼部"),
    _words("trachoma", T("Trachoma"), "沙眼"),
    _words("conjunctivitis", T("Conjunctivitis"), "结膜炎"),
    _words("colour_vision", T("Colour vision"), "色觉"),
    _words("face", T("Eyes, ears, nose"), "五官"),
    _words("hearing", T("Hearing"), "听力"),
    _words("ears", T("Ear canal and eardrum"), "外耳道与鼓膜", "外耳道及鼓膜", "外耳道", "耳"),
    _words("tonsils", T("Tonsils"), "扁桃体"),
    _number("teeth_milk", T("Bad milk teeth"), "", "0 16 0 20", "乳牙龋失补", "乳牙龋齿", "乳牙龋",
            whole=True),
    _number("teeth_permanent", T("Bad permanent teeth"), "", "0 16 0 32", "恒牙龋失补", "恒牙龋齿",
            "恒牙龋", "龋齿数", "龋齿", whole=True),
    _words("teeth", T("Teeth"), "牙齿", "口腔", "牙周", "牙齿牙周"),
    _words("heart", T("Heart"), "心", "心脏"),
    _words("lungs", T("Lungs"), "肺", "肺部"),
    _words("liver", T("Liver"), "肝", "肝脏"),
    _words("spleen", T("Spleen"), "脾", "脾脏"),
    _words("head_neck", T("Head and neck"), "头颈部", "头部", "颈部", "头颈"),
    _words("spine", T("Spine"), "脊柱", "脊柱弯曲"),
    _words("limbs", T("Limbs"), "四肢"),
    _words("skin", T("Skin"), "皮肤"),
    _words("lymph", T("Lymph nodes"), "淋巴结"),
    _words("tuberculin", T("Tuberculin test"), "结核菌素", "结核菌素试验", "PPD"),
    _words("transaminase", T("Transaminase"), "谷丙转氨酶", "丙氨酸氨基转移酶", "ALT"),
    _words("bilirubin", T("Bilirubin"), "胆红素"),
    _words("note", T("Remark"), "备注", "体检结论", "结论", "医生建议"),
)  # fmt: skip
ITEMS: Mapping[str, Item] = {item.name: item for item in _ITEMS}
KEPT = frozenset({
    "height_cm", "weight_kg", "chest_cm", "vital_capacity_ml", "systolic", "diastolic",
    "vision_left", "vision_right", "teeth_milk", "teeth_permanent",
})  # fmt: skip
"""Items with a column of their own, because they are screened or drawn over the years."""

_BODY = ("height_cm", "weight_kg")
_SIGHT = ("vision_left", "vision_right")
_PRESSURE = ("systolic", "diastolic")
_TEETH = ("teeth_milk", "teeth_permanent")
SETS: Mapping[str, tuple[Text, tuple[str, ...]]] = {
    "usual": (
        T("Usual: body, eyes, lungs, blood pressure, teeth"),
        (*_BODY, *_SIGHT, "vital_capacity_ml", *_PRESSURE, "chest_cm", "hearing", *_TEETH, "teeth",
         "note"),
    ),
    "2021": (
        T("Basic items of the 2021 method"),
        ("history", *_BODY, "waist_cm", "hip_cm", *_PRESSURE, *_SIGHT, "refraction_left",
         "refraction_right", "eyes", "hearing", "ears", "tonsils", *_TEETH, "heart", "lungs",
         "liver", "spleen", "head_neck", "spine", "limbs", "skin", "lymph", "note"),
    ),
    "older": (
        T("Items of the older method"),
        ("history", "heart", "lungs", "liver", "spleen", *_PRESSURE, *_SIGHT, "trachoma",
         "conjunctivitis", *_TEETH, "teeth", "head_neck", "spine", "limbs", "skin", "lymph", *_BODY,
         "transaminase", "bilirubin", "tuberculin", "note"),
    ),
    "texts": (
        T("Township clinic: blood pressure, body, eyes, lungs, chest, mouth"),
        (*_PRESSURE, *_BODY, *_SIGHT, "vital_capacity_ml", "chest_cm", "face", *_TEETH, "teeth",
         "note"),
    ),
}  # fmt: skip
"""Lists of items a round begins from: 中小学生健康体检管理办法 (2021) and its forerunner."""
USUAL = SETS["usual"][1]
_OWN = "own_"


def items_of(names: Iterable[str], own: Sequence[str] = ()) -> list[Item]:
    """Return items by name, then the school's own ones, which hold words."""
    found = [ITEMS[name] for name in names if name in ITEMS]
    return found + [Item(f"{_OWN}{at}", T("{title}", title=title), words=(title,))
                    for at, title in enumerate(own)]  # fmt: skip


def value_of(name: str, stored: str | None) -> Value:
    """Return a value that was stored as text."""
    item = ITEMS.get(name)
    return Decimal(stored) if stored and item and item.is_number else stored


def parse(name: str, typed: str) -> Value | Text:
    """Return what was typed as a value, None for an empty cell, or why it is none (a Text)."""
    text = unicodedata.normalize("NFKC", typed).strip()
    if not text:
        return None
    item = ITEMS.get(name)
    if item is not None and item.is_number:
        return _number_of(item, text)
    if len(text) > _TEXT_LENGTH:
        return T("{n} characters: at most {most} fit in", n=len(text), most=_TEXT_LENGTH)
    return text


def _number_of(item: Item, text: str) -> Decimal | Text:
    try:
        number = Decimal(text.replace("。", "."))
    except InvalidOperation:
        number = Decimal("nan")
    if not number.is_finite():
        return T("“{typed}” is not a number", typed=text[:20])
    if item.name in _SIGHT:
        return five_mark(number) or T("Write eyesight as 3.0 to 5.3, or as a decimal such as 0.8")
    return _measured(item, number)


def _measured(item: Item, number: Decimal) -> Decimal | Text:
    if not item.least <= number <= item.most:
        return T(
            "{value} {unit} cannot be: expected {low} to {high}",
            value=number, unit=item.unit, low=item.low, high=item.high,
        )  # fmt: skip
    step = Decimal(1) if item.whole else _TENTH
    return number.quantize(step, ROUND_HALF_UP)


_READINGS = (
    ("systolic", "diastolic"),
    ("systolic_2", "diastolic_2"),
    ("systolic_3", "diastolic_3"),
)


def readings(values: Mapping[str, Value]) -> list[tuple[Decimal, Decimal]]:
    """Return the whole readings of the blood pressure, upper and lower, in order."""
    pairs = [(values.get(upper), values.get(lower)) for upper, lower in _READINGS]
    return [(u, v) for u, v in pairs if isinstance(u, Decimal) and isinstance(v, Decimal)]


def contradictions(values: Mapping[str, Value]) -> dict[str, Text]:
    """Return by column what cannot be true together."""
    found = {}
    for upper, lower in _READINGS:
        high, low = values.get(upper), values.get(lower)
        if isinstance(high, Decimal) and isinstance(low, Decimal) and high <= low:
            found[lower] = T("The lower blood pressure must be below the upper one")
    return found


_RANGES = [
    (item.name, item.low, item.high)
    for item in _ITEMS
    if item.low is not None and item.high is not None
]


def questions(
    values: Mapping[str, Value], *, height_before: Decimal | None, days_since: int
) -> dict[str, Text]:
    """Return by column what is unusual and should be looked at once more before it is saved."""
    found: dict[str, Text] = {}
    for name, low, high in _RANGES:
        value = values.get(name)
        if isinstance(value, Decimal) and not low <= value <= high:
            found[name] = T(
                "{value} is unusual (mostly {low} to {high}): right?",
                value=value, low=low, high=high,
            )  # fmt: skip
    height = values.get("height_cm")
    if isinstance(height, Decimal) and height_before is not None:
        grown = height - height_before
        if grown < -_INACCURATE_CM:
            found["height_cm"] = T("Last time {before} cm: shorter now?", before=height_before)
        elif grown > max(_GROWS_CM_A_YEAR * days_since / 365, _INACCURATE_CM):
            found["height_cm"] = T("Last time {before} cm: grown so fast?", before=height_before)
    return found
