"""A child's growth over the years as a drawing, with the lines of the standards.

Pure: numbers in, coordinates out. The drawing uses presentation attributes only, no style.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from app.sdk import Entry, Text
from plugins.health_checks.judging import SEXES
from plugins.health_checks.models import CheckUp
from plugins.health_checks.screening import verdicts as words
from plugins.health_checks.screening.tables import Tables
from plugins.health_checks.words import T

WIDTH, HEIGHT = 480, 290
LEFT, RIGHT, TOP, BOTTOM = 46, 92, 14, 44
_YEAR = 365.25
_STEPS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20)
_MOST_TICKS = 7
_LABEL_HEIGHT = 17
Point = tuple[float, float]
_NO_BAND = T(
    "There is no standard of weight by age alone: whether it is much or little is judged by the "
    "body mass index below."
)


@dataclass(frozen=True)
class Line:
    """A line over the age in years; ``dash`` is how it is drawn, ``label`` what it is."""

    label: str
    points: Sequence[Point]
    colour: str = "#1f5fa8"
    dash: str = ""
    dots: bool = True


@dataclass
class Chart:
    """A drawing: measured ``lines`` and ``limits`` of a standard over the age."""

    title: Text
    unit: str
    lines: Sequence[Line]
    limits: Sequence[Line] = ()
    note: str = ""
    ages: tuple[float, float] = (0, 1)
    values: tuple[float, float] = field(default=(0, 1))

    def __post_init__(self) -> None:
        """Choose what the axes span: a year around the child, and everything in it."""
        found = [point for line in self.lines for point in line.points]
        first, last = min(x for x, _y in found), max(x for x, _y in found)
        self.ages = (float(int(first) - 1), float(max(int(last) + 2, int(first) + 3)))
        seen = [y for line in (*self.lines, *self.limits) for _x, y in self._inside(line)]
        low, high = min(seen), max(seen)
        room = (high - low) * 0.08 or 1.0
        self.values = (low - room, high + room)

    def x(self, age: float) -> float:
        """Return where an age lies."""
        low, high = self.ages
        return round(LEFT + (WIDTH - LEFT - RIGHT) * (age - low) / (high - low), 1)

    def y(self, value: float) -> float:
        """Return where a value lies."""
        low, high = self.values
        return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (value - low) / (high - low), 1)

    def path(self, line: Line) -> str:
        """Return the points of a line as an SVG polyline has them."""
        return " ".join(f"{self.x(age)},{self.y(value)}" for age, value in self._inside(line))

    def end(self, line: Line) -> Point | None:
        """Return where the label of a line stands; None when none of it is shown."""
        shown = self._inside(line)
        return (self.x(shown[-1][0]) + 5, self.y(shown[-1][1]) + 4) if shown else None

    @property
    def labels(self) -> list[tuple[Line, Point]]:
        """Return where the labels of the limits stand, from above, none upon another."""
        ends = [(line, end) for line in self.limits if (end := self.end(line))]
        placed: list[tuple[Line, Point]] = []
        for line, (x, y) in sorted(ends, key=lambda pair: pair[1][1]):
            lowest = placed[-1][1][1] + _LABEL_HEIGHT if placed else y
            placed.append((line, (x, max(y, lowest))))
        return placed

    def dots(self, line: Line) -> list[tuple[float, float, float]]:
        """Return where the points lie, each with its value."""
        return [(self.x(age), self.y(value), value) for age, value in line.points]

    @property
    def years(self) -> list[tuple[int, float]]:
        """Return the ages on the axis and where they stand."""
        low, high = self.ages
        return [(age, self.x(age)) for age in range(int(low), int(high) + 1)]

    @property
    def ticks(self) -> list[tuple[str, float]]:
        """Return round values on the axis and where they stand."""
        low, high = self.values
        step = next((s for s in _STEPS if (high - low) / s <= _MOST_TICKS), _STEPS[-1])
        first = int(low / step) + 1
        marks = [first * step + at * step for at in range(_MOST_TICKS + 1)]
        digits = 0 if step >= 1 else 1
        return [(f"{mark:.{digits}f}", self.y(mark)) for mark in marks if mark <= high]

    def _inside(self, line: Line) -> list[Point]:
        low, high = self.ages
        return [point for point in line.points if low <= point[0] <= high]


def charts(
    history: Sequence[tuple[CheckUp, Entry]], birth: date | None, sex: str, tables: Tables
) -> list[Chart]:
    """Return the drawings of height, weight, index and eyesight; none below two check-ups."""
    if birth is None or len(history) < 2:
        return []
    rows = [(_age(birth, entry.happened_on), row) for row, entry in reversed(history)]
    mark = SEXES.get(sex, "")
    drawn = [
        _chart(T("Height"), "cm", [_measured("", rows, "height_cm")], _stunting(tables, mark),
               tables.sources["stunting"].standard),
        _chart(T("Weight"), "kg", [_measured("", rows, "weight_kg")], note=str(_NO_BAND)),
        _chart(T("BMI"), "kg/m²", [_measured("", rows, "bmi")], _index(tables, mark),
               f"{tables.sources['overweight'].standard}、{tables.sources['wasting'].standard}"),
        _chart(
            T("Eyesight"), "",
            [
                _measured(str(T("Left eye")), rows, "vision_left"),
                _measured(str(T("Right eye")), rows, "vision_right", "#a2412b", "6 3"),
            ],
            [Line("5.0", [(age / 2, 5.0) for age in range(12, 37)], "#6b7280", "3 3", dots=False)],
            tables.sources["vision"].standard,
        ),
    ]  # fmt: skip
    return [chart for chart in drawn if chart]


def _chart(
    title: Text, unit: str, lines: Sequence[Line], limits: Sequence[Line] = (), note: str = ""
) -> Chart | None:
    enough = [line for line in lines if len(line.points) > 1]
    return Chart(title, unit, enough, limits, note) if enough else None


def _measured(
    label: str,
    rows: Iterable[tuple[float, CheckUp]],
    name: str,
    colour: str = "#1f5fa8",
    dash: str = "",
) -> Line:
    found = [(age, getattr(row, name)) for age, row in rows]
    return Line(label, [(age, float(v)) for age, v in found if v is not None], colour, dash)


def _stunting(tables: Tables, sex: str) -> list[Line]:
    points = _curve({band: cm for (s, band), cm in tables.stunting.items() if s == sex})
    return [Line(words.STUNTED, points, "#b45309", "5 3", dots=False)] if points else []


def _index(tables: Tables, sex: str) -> list[Line]:
    over = {band: pair for (s, band), pair in tables.overweight.items() if s == sex}
    thin = {band: pair for (s, band), pair in tables.wasting.items() if s == sex}
    found = [
        (words.OBESE, {band: pair[1] for band, pair in over.items()}, "#b91c1c"),
        (words.OVERWEIGHT, {band: pair[0] for band, pair in over.items()}, "#b45309"),
        (words.WASTED, {band: pair[1] for band, pair in thin.items()}, "#b45309"),
        (words.SEVERELY_WASTED, {band: pair[0] for band, pair in thin.items()}, "#b91c1c"),
    ]
    return [
        Line(label, _curve(points), colour, "5 3", dots=False)
        for label, points, colour in found
        if points
    ]


def _curve(points: dict[Decimal, Decimal]) -> list[Point]:
    return [(float(band), float(points[band])) for band in sorted(points)]


def _age(birth: date, day: date) -> float:
    return (day - birth).days / _YEAR
