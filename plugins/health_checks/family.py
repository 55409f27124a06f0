"""A child's growth in plain words and as a line."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from app.sdk import Entry
from plugins.health_checks.models import CheckUp

WIDTH, HEIGHT, EDGE = 320, 90, 8


def grown(history: Sequence[tuple[CheckUp, Entry]]) -> tuple[Decimal, Entry] | None:
    """Return how many cm the child has grown since the last time it was measured, and when."""
    measured = [(c.height_cm, entry) for c, entry in history if c.height_cm is not None]
    if len(measured) < 2:
        return None
    return measured[0][0] - measured[1][0], measured[1][1]


def line(history: Sequence[tuple[CheckUp, Entry]]) -> str:
    """Return the points of a line of heights over time, oldest left; empty below two points."""
    measured = [(entry.happened_on, c.height_cm) for c, entry in reversed(history) if c.height_cm]
    if len(measured) < 2:
        return ""
    days = [(day - measured[0][0]).days for day, _cm in measured]
    heights = [float(cm) for _day, cm in measured]
    low, span = min(heights), max(heights) - min(heights) or 1
    points = [
        (
            EDGE + (WIDTH - 2 * EDGE) * day / (days[-1] or 1),
            HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * (cm - low) / span,
        )
        for day, cm in zip(days, heights, strict=True)
    ]
    return " ".join(f"{x:.0f},{y:.0f}" for x, y in points)
