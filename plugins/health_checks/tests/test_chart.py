"""Growth as a drawing: what stands on it, and that it can be read."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

from app.sdk import Entry
from plugins.health_checks.chart import Chart, Line, charts
from plugins.health_checks.models import CheckUp
from plugins.health_checks.screening.tables import tables_named


def drawn() -> dict[str, Chart]:
    """Return the charts of a boy who was examined twice, by unit."""
    rows = [
        (CheckUp(height_cm=cm, weight_kg=kg, bmi=index, vision_left=5, vision_right=5),
         Entry(happened_on=day))
        for cm, kg, index, day in (
            (132, 29, 16.6, date(2026, 10, 1)), (127, 26, 16.1, date(2025, 10, 1)),
        )
    ]  # fmt: skip
    found = charts(rows, date(2017, 5, 1), "male", tables_named("2018"))
    return {chart.unit: chart for chart in found}


def test_each_measure_has_the_lines_of_its_standard() -> None:
    found = drawn()
    assert [line.label for line in found["cm"].limits] == ["生长迟缓"]
    assert {line.label for line in found["kg/m²"].limits} == {
        "肥胖", "超重", "轻度消瘦", "中重度消瘦",
    }  # fmt: skip
    assert [line.label for line in found[""].limits] == ["5.0"]


def test_weight_says_that_it_has_no_standard_of_its_own() -> None:
    chart = drawn()["kg"]
    assert chart.limits == ()
    assert "body mass index" in chart.note or "体质指数" in chart.note


def test_labels_do_not_stand_upon_each_other() -> None:
    near = [Line(str(at), [(8, 13 + at / 10), (11, 13 + at / 10)]) for at in range(4)]
    chart = Chart(drawn()["kg"].title, "", [Line("", [(9, 12), (10, 30)])], near)
    heights = [y for _line, (_x, y) in chart.labels]
    assert len(heights) == 4
    assert all(after - before > 16.9 for before, after in pairwise(heights))
