"""The table of a class: what stands in its boxes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from app.sdk import Child, Ctx, Filled, Grid, GridColumn, GridRow, Text, last_before
from plugins.health_checks.exam_day import COLUMN, EXAM_DAY, day_of, without_day
from plugins.health_checks.items import Item, Value, items_of, parse
from plugins.health_checks.models import CheckUp, Round
from plugins.health_checks.queries import in_round
from plugins.health_checks.words import T

Pupils = Sequence[tuple[Child, str]]


def items(round_: Round) -> list[Item]:
    """Return what is examined in a round."""
    return items_of(round_.items, round_.own_items)


def texts_of(check_up: CheckUp | None, names: Iterable[str]) -> dict[str, str]:
    """Return what stands in the boxes of a saved row, or of an empty one."""
    values = check_up.values(names) if check_up else {}
    return {name: "" if values.get(name) is None else str(values[name]) for name in names}


def rows_of(ctx: Ctx, round_: Round, pupils: Pupils) -> list[GridRow]:
    """Return the rows of the given pupils (with the name of their class) as they are saved."""
    ids = [child.id for child, _room in pupils]
    present = in_round(ctx, round_.id, ids)
    before = last_before(ctx, CheckUp, ids, round_.held_on)
    names = [item.name for item in items(round_)]
    rows = []
    for child, room in pupils:
        check_up, entry = present.get(child.id, (None, None))
        last = before[child.id][0].height_cm if child.id in before else None
        hint = T("Last: {cm} cm", cm=last) if last else None
        seen = entry.id if entry else None
        texts = texts_of(check_up, names)
        texts[EXAM_DAY] = (entry.happened_on if entry else round_.held_on).isoformat()
        rows.append(GridRow(child, room, texts, seen, hint))
    return rows


def read(name: str, typed: str) -> Value | date | Text:
    """Return what was typed into a box as a value, or why it is none."""
    return day_of(typed) if name == EXAM_DAY else parse(name, typed)


def apart(filled: Sequence[Filled]) -> tuple[list[Filled], dict[UUID, date]]:
    """Return the rows with what was measured, and by child the day that its row names."""
    days = {row.child.id: row.values.get(EXAM_DAY) for row in filled}
    rows = [replace(row, values=without_day(row.values)) for row in filled]
    return rows, {child: day for child, day in days.items() if day}


def grid_of(round_: Round, rows: Sequence[GridRow], *, own_day: bool = False) -> Grid:
    """Return the table of a round with these rows; ``own_day`` asks when each was examined."""
    columns = [
        # Eyesight may also be typed as a decimal: no range while typing.
        GridColumn(item.name, item.title, item.unit, words=not item.is_number)
        if item.name.startswith("vision_")
        else GridColumn(
            item.name, item.title, item.unit, item.low, item.high, words=not item.is_number
        )
        for item in items(round_)
    ]
    if own_day:
        columns.insert(0, GridColumn(EXAM_DAY, COLUMN.title, words=True))
    return Grid(f"check-ups-{round_.id}", columns, read, rows)
