"""What is typed becomes a value or a clear message."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.sdk import Text
from plugins.health_checks.items import ITEMS, contradictions, parse, questions
from plugins.health_checks.screening.measures import bmi


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("height_cm", "132.5", "132.5"),
        ("height_cm", " １３２。５ ", "132.5"),
        ("height_cm", "132.46", "132.5"),
        ("weight_kg", "29", "29.0"),
        ("vision_left", "4.9", "4.9"),
        ("vision_left", "0.8", "4.9"),
        ("vision_left", "1.0", "5.0"),
        ("vision_right", "1.5", "5.2"),
        ("vision_right", "0.1", "4.0"),
        ("vital_capacity_ml", "1450", "1450"),
        ("systolic", "98.4", "98"),
    ],
)
def test_numbers_are_understood_as_people_type_them(name: str, typed: str, value: str) -> None:
    assert parse(name, typed) == Decimal(value)


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("height_cm", "一米三"),
        ("height_cm", "1.32"),
        ("height_cm", "1325"),
        ("weight_kg", "-3"),
        ("weight_kg", "NaN"),
        ("vision_left", "2.5"),
        ("vision_left", "6"),
        ("systolic", "1e9"),
    ],
)
def test_what_cannot_be_is_refused_with_a_message(name: str, typed: str) -> None:
    assert isinstance(parse(name, typed), Text)


def test_an_empty_box_is_nothing_and_words_stay_words() -> None:
    assert all(parse(name, "  ") is None for name in ITEMS)
    assert parse("teeth", "龋齿两颗") == "龋齿两颗"


def test_words_are_kept_whole_or_refused_never_cut() -> None:
    assert parse("note", "好" * 200) == "好" * 200
    refused = parse("note", "好" * 3000)
    assert isinstance(refused, Text)
    assert dict(refused.values) == {"n": 3000, "most": 200}


def test_bmi_is_weight_by_height_squared() -> None:
    assert bmi(Decimal("132.5"), Decimal("29.0")) == Decimal("16.5")
    assert bmi(None, Decimal("29.0")) is None


def test_blood_pressure_the_wrong_way_round_is_a_contradiction() -> None:
    assert contradictions({"systolic": Decimal(60), "diastolic": Decimal(95)})
    assert not contradictions({"systolic": Decimal(95), "diastolic": Decimal(60)})


@pytest.mark.parametrize(
    ("height", "before", "days", "asked"),
    [
        ("130.0", "130.9", 365, False),
        ("130.0", "131.1", 365, True),
        ("140.0", "130.0", 365, False),
        ("145.0", "130.0", 365, False),
        ("145.1", "130.0", 365, True),
        ("130.9", "130.0", 7, False),
        ("131.2", "130.0", 7, True),
        ("139.0", "130.0", 180, True),
        ("85.0", None, 0, True),
        ("120.0", None, 0, False),
    ],
)
def test_unusual_growth_is_asked_about(
    height: str, before: str | None, days: int, asked: bool
) -> None:
    found = questions(
        {"height_cm": Decimal(height)},
        height_before=Decimal(before) if before else None,
        days_since=days,
    )
    assert ("height_cm" in found) is asked
