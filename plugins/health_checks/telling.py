"""What families are told: in plain words, with what to do, and that it is no diagnosis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from app.sdk import Text
from plugins.health_checks.judging import JUDGED, SPINE
from plugins.health_checks.models import CheckUp
from plugins.health_checks.screening import verdicts as words
from plugins.health_checks.screening.verdicts import NOT_A_DIAGNOSIS
from plugins.health_checks.words import T

_SEE_EYES = T("Please have the eyes examined at a hospital within a month.")
ADVICE: Mapping[str, tuple[Text, Text]] = {
    words.OVERWEIGHT: (
        T("The weight is somewhat high for the height."),
        T("Less sweet drinks and snacks, an hour of movement every day, and weigh again in term."),
    ),
    words.OBESE: (
        T("The weight is far too high for the height."),
        T("Please see a doctor, eat regular meals with less fat and sugar, and move every day."),
    ),
    words.WASTED: (
        T("The weight is somewhat low for the height."),
        T("Regular meals with egg, milk, meat or beans every day; weigh again in term."),
    ),
    words.SEVERELY_WASTED: (
        T("The weight is far too low for the height."),
        T("Please see a doctor soon, and tell the school what the doctor says."),
    ),
    words.STUNTED: (
        T("The height is low for the age."),
        T("Please see a doctor, who looks for the cause; enough sleep and milk every day help."),
    ),
    words.MILD_SIGHT: (T("Eyesight is a little below normal."), _SEE_EYES),
    words.MODERATE_SIGHT: (T("Eyesight is below normal."), _SEE_EYES),
    words.SEVERE_SIGHT: (T("Eyesight is far below normal."), _SEE_EYES),
    words.CARIES: (
        T("There are bad teeth."),
        T("Please see a dentist, and brush in the morning and in the evening."),
    ),
    words.HIGH_PRESSURE: (
        T("The blood pressure was high this time."),
        T("Please have it measured again on two other days; if it is high again, see a doctor."),
    ),
    words.RAISED_PRESSURE: (
        T("The blood pressure was a little high this time."),
        T("Please have it measured again within three months."),
    ),
    SPINE: (
        T("The doctor noted something about the spine."),
        T("Please see a doctor, and see that the child sits upright."),
    ),
}


def abnormal(check_up: CheckUp) -> list[str]:
    """Return the words of a check-up that somebody should look closer at."""
    said = [getattr(check_up, name) for name in JUDGED]
    return [word for word in said if word in ADVICE]


def for_family(check_up: CheckUp) -> list[tuple[Text, Text]]:
    """Return what was found and what to do, a pair for each finding."""
    return [ADVICE[word] for word in abnormal(check_up)]


def measured_line(check_up: CheckUp) -> str:
    """Return what was measured, as one line."""
    parts: list[tuple[Text, Decimal | int | None, str]] = [
        (T("Height"), check_up.height_cm, "cm"),
        (T("Weight"), check_up.weight_kg, "kg"),
        (T("BMI"), check_up.bmi, ""),
        (T("Left eye"), check_up.vision_left, ""),
        (T("Right eye"), check_up.vision_right, ""),
        (T("Lung capacity"), check_up.vital_capacity_ml, "ml"),
    ]
    found = [f"{title} {value} {unit}".strip() for title, value, unit in parts if value is not None]
    if check_up.systolic and check_up.diastolic:
        found.append(f"{T('Blood pressure')} {check_up.systolic}/{check_up.diastolic} mmHg")
    return "，".join(found)


def letter_lines(title: str, day: str, provider: str | None, check_up: CheckUp) -> Sequence[str]:
    """Return the paragraphs of a letter to the family about one check-up."""
    where = T("On {day} {provider} examined your child ({title}). The result:",
              day=day, provider=provider or T("the doctor"), title=title)  # fmt: skip
    lines = [str(where), measured_line(check_up)]
    found = for_family(check_up)
    for number, (what, todo) in enumerate(found, start=1):
        lines.append(f"{number}. {what}{todo}")
    if not found:
        lines.append(str(T("Nothing was found that needs looking after. Please keep it up.")))
    lines.append(f"（{NOT_A_DIAGNOSIS}）")
    return lines
