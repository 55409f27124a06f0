"""Every cut-off of every table, from both sides: both sexes, all ages and grades."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from plugins.health_checks.screening import verdicts as words
from plugins.health_checks.screening.measures import age_band, bmi, five_mark
from plugins.health_checks.screening.tables import DATA, tables_named, tables_on
from plugins.health_checks.screening.verdicts import Measured

TABLES = tables_named("2018")
ON = date(2026, 9, 18)
TENTH = Decimal("0.1")
TALL = Decimal(200)


def rows(name: str) -> Iterator[dict[str, str]]:
    """Read a table as it lies, not through the code under test."""
    text = (DATA / "2018" / f"{name}.csv").read_text(encoding="utf-8").splitlines()
    yield from csv.DictReader(line for line in text if not line.startswith("#"))


def born(band: str, *, last: bool) -> date:
    """Return a birthday for which ``ON`` is the first or the last day of a half year of age."""
    years, half = divmod(Decimal(band), 1)
    months = ON.year * 12 + ON.month - 1 - int(years) * 12 - (6 if half else 0)
    first = date(months // 12, months % 12 + 1, ON.day)
    if not last:
        return first
    earlier = months - 6
    return date(earlier // 12, earlier % 12 + 1, ON.day) + timedelta(days=1)


def of_index(sex: str, band: str, index: Decimal, *, last: bool) -> str:
    """Return the verdict for a body mass index; at two metres the weight is four times as much."""
    child = Measured(sex, born(band, last=last), ON, TALL, index * 4)
    return words.weight(TABLES, child).word


@pytest.mark.parametrize("last", [False, True])
def test_overweight_and_obesity_begin_where_ws_t_586_says(last: bool) -> None:
    found = list(rows("overweight"))
    assert len(found) == 50
    for row in found:
        sex, band = row["sex"], row["age_band"]
        over, obese = Decimal(row["overweight_bmi_ge"]), Decimal(row["obese_bmi_ge"])
        assert of_index(sex, band, over - TENTH, last=last) == "正常", row
        assert of_index(sex, band, over, last=last) == "超重", row
        assert of_index(sex, band, obese - TENTH, last=last) == "超重", row
        assert of_index(sex, band, obese, last=last) == "肥胖", row


@pytest.mark.parametrize("last", [False, True])
def test_wasting_ends_where_ws_t_456_says(last: bool) -> None:
    found = list(rows("wasting"))
    assert len(found) == 48
    for row in found:
        sex, band = row["sex"], row["age_band"]
        severe, mild = Decimal(row["moderate_severe_le"]), Decimal(row["mild_max"])
        assert severe + TENTH == Decimal(row["mild_min"]), row
        assert of_index(sex, band, severe, last=last) == "中重度消瘦", row
        assert of_index(sex, band, severe + TENTH, last=last) == "轻度消瘦", row
        assert of_index(sex, band, mild, last=last) == "轻度消瘦", row
        assert of_index(sex, band, mild + TENTH, last=last) == "正常", row


@pytest.mark.parametrize("last", [False, True])
def test_stunting_ends_where_ws_t_456_says(last: bool) -> None:
    found = list(rows("stunting"))
    assert len(found) == 48
    for row in found:
        limit = Decimal(row["height_le_cm"])
        birth = born(row["age_band"], last=last)
        for height, word in ((limit, "生长迟缓"), (limit + TENTH, "正常")):
            verdict = words.stunting(TABLES, Measured(row["sex"], birth, ON, height))
            assert verdict.word == word, row


def test_lung_capacity_is_scored_in_every_grade() -> None:
    found = list(rows("vital_capacity"))
    assert len(found) == 480
    for row in found:
        least, grade = Decimal(row["vital_capacity_ge_ml"]), int(row["grade_no"])
        child = Measured(row["sex"], grade=grade, vital_capacity_ml=least)
        score = words.vital_capacity(TABLES, child)
        below = words.vital_capacity(TABLES, child._replace(vital_capacity_ml=least - 1))
        assert (score.points, score.level) == (int(row["score"]), row["level"]), row
        assert below.points is not None
        assert below.points < int(row["score"]), row
    lowest = Measured("M", grade=1, vital_capacity_ml=Decimal(499))
    assert words.vital_capacity(TABLES, lowest).points == 0


def test_blood_pressure_is_high_from_the_limit_of_sex_year_and_height() -> None:
    percentiles = {(r["sex"], r["age_year"]): r for r in rows("height_percentiles")}
    found = list(rows("blood_pressure"))
    assert len(found) == 176
    for row in found:
        heights = percentiles[row["sex"], row["age_year"]]
        bucket = row["height_bucket"]
        height = (
            Decimal(heights["p5"]) - TENTH
            if bucket == "LT_P5"
            else Decimal(heights[bucket.lower()])
        )
        birth = born(f"{row['age_year']}.0", last=False)
        upper, lower = Decimal(row["sbp_p95"]), Decimal(row["dbp_p95"])
        normal = "正常高值" if upper - 1 >= 120 else "正常"
        for high, low, word in (
            (upper, Decimal(60), "血压偏高"),
            (upper - 1, lower, "血压偏高"),
            (upper - 1, lower - 1, normal),
        ):
            child = Measured(row["sex"], birth, ON, height, systolic=high, diastolic=low)
            assert words.blood_pressure(TABLES, child).word == word, row
    assert TABLES.sources["blood_pressure"].single


@pytest.mark.parametrize(
    ("left", "right", "word"),
    [
        ("5.0", "5.3", "正常"),
        ("5.0", "4.9", "轻度视力不良"),
        ("4.8", "5.0", "中度视力不良"),
        ("4.6", "4.9", "中度视力不良"),
        ("4.5", "5.0", "重度视力不良"),
        ("3.7", "5.0", "重度视力不良"),
        ("5.0", None, "缺项"),
        (None, "4.6", "中度视力不良"),
        (None, None, "缺项"),
    ],
)
def test_the_worse_eye_decides(left: str | None, right: str | None, word: str) -> None:
    eyes = [Decimal(eye) if eye else None for eye in (left, right)]
    child = Measured("F", date(2017, 5, 4), ON, vision_left=eyes[0], vision_right=eyes[1])
    assert words.vision(TABLES, child).word == word


def test_decimal_eyesight_becomes_the_mark_of_the_table() -> None:
    for row in rows("decimal_vision"):
        assert five_mark(Decimal(row["decimal"])) == Decimal(row["L"])
    assert five_mark(Decimal("2.5")) is None


@pytest.mark.parametrize(
    ("read", "mark"),
    [("0.9", "4.9"), ("0.99", "4.9"), ("4.95", "4.9"), ("4.99", "4.9"), ("1.1", "5.0")],
)
def test_a_line_counts_only_once_it_is_read(read: str, mark: str) -> None:
    assert five_mark(Decimal(read)) == Decimal(mark)


@pytest.mark.parametrize(
    ("birth", "on", "band"),
    [
        (date(2017, 9, 18), date(2026, 9, 17), "8.5"),
        (date(2017, 9, 18), date(2026, 9, 18), "9.0"),
        (date(2017, 3, 18), date(2026, 9, 17), "9.0"),
        (date(2017, 3, 18), date(2026, 9, 18), "9.5"),
        (date(2016, 2, 29), date(2026, 2, 28), "9.5"),
        (date(2016, 2, 29), date(2026, 3, 1), "10.0"),
        (date(2016, 8, 31), date(2026, 2, 28), "9.0"),
        (date(2016, 8, 31), date(2026, 3, 1), "9.5"),
    ],
)
def test_age_is_completed_half_years(birth: date, on: date, band: str) -> None:
    assert age_band(birth, on) == Decimal(band)


def test_the_index_is_rounded_half_up_to_one_decimal() -> None:
    assert bmi(Decimal(100), Decimal("16.35")) == Decimal("16.4")
    assert bmi(Decimal(100), Decimal("16.34")) == Decimal("16.3")


def test_outside_the_tables_nothing_is_said() -> None:
    young = Measured("M", date(2021, 1, 1), ON, Decimal(110), Decimal(20))
    grown = Measured("M", date(2007, 1, 1), ON, Decimal(170), Decimal(60))
    for child in (young, grown):
        assert words.weight(TABLES, child).word == "缺项"
        assert words.stunting(TABLES, child).word == "缺项"
    unborn = Measured("M", date(2027, 1, 1), ON, Decimal(110), Decimal(20))
    assert words.weight(TABLES, unborn).reason == words.Reason.BORN_LATER


def test_a_verdict_says_value_limit_standard_and_edition() -> None:
    child = Measured("M", date(2017, 5, 4), ON, Decimal("132.5"), Decimal("36.6"))
    verdict = words.weight(TABLES, child)
    assert (verdict.word, verdict.value, verdict.cutoff) == ("肥胖", Decimal("20.8"), "≥20.8")
    assert verdict.source
    assert (verdict.source.standard, verdict.source.edition) == ("WS/T 586-2018", "2018")
    assert tables_on(ON).name == "2018"


def test_girls_of_thirteen_have_a_row_of_their_own() -> None:
    assert TABLES.overweight["F", Decimal("13.0")] == (Decimal("22.2"), Decimal("25.0"))


LINES = (
    "sex,birth_date,exam_date,height_cm,weight_kg,vision_left,vision_right,vital_capacity_ml,grade\n"
    "男,2017-05-04,2026-09-18,132.5,29,4.9,5.0,1450,三年级\n"
    "F,2017/3/4,20260918,110.0,29,0.8,0.3,,3\n"
    ",,,,,,,,\n"
    "M,,2026-09-18,高,29,5.0,,99999,初一\n"
)


def screen(path: Path, *more: str) -> subprocess.CompletedProcess[bytes]:
    """Run the command as somebody would."""
    program = "from app.cli.root import main; main()"
    command = [sys.executable, "-c", program, "health-checks", "screen", str(path), *more]
    return subprocess.run(command, capture_output=True, check=False)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_the_command_screens_a_file(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "children.csv"
    path.write_bytes(LINES.encode(encoding))
    done = screen(path, "--json")
    assert done.returncode == 0, done.stderr
    first, second, third = json.loads(done.stdout)
    assert first == {
        "row": 2, "age_band": 9.0, "bmi": 16.5, "weight": "正常", "stunting": "正常",
        "vision": "轻度视力不良", "vital_capacity_score": 72, "notes": [],
    }  # fmt: skip
    assert (second["weight"], second["stunting"]) == ("肥胖", "生长迟缓")
    assert (second["vision"], second["vital_capacity_score"]) == ("重度视力不良", None)
    assert (third["row"], third["weight"], third["age_band"]) == (5, "缺项", None)
    assert any("height_cm" in note for note in third["notes"])


def test_the_command_refuses_what_is_no_table_and_wrong_usage(tmp_path: Path) -> None:
    path = tmp_path / "words.csv"
    path.write_text("天地\n玄黄\n", encoding="utf-8")
    refused = screen(path, "--json")
    assert (refused.returncode, refused.stdout) == (1, b"")
    assert refused.stderr
    assert screen(tmp_path / "nothing.csv").returncode == 2
