"""Check-ups as a spreadsheet, with the headings under which it is read back."""

from __future__ import annotations

from collections.abc import Sequence

from app.sdk import Cell, Column, GridRow, SheetSpec, Text, sheet_bytes
from plugins.health_checks.items import Item, items_of, parse
from plugins.health_checks.models import Round
from plugins.health_checks.screening.measures import bmi
from plugins.health_checks.words import T


def write(round_: Round, school: str, rows: Sequence[GridRow]) -> bytes:
    """Return a workbook of all pupils of ``rows``; who is not checked yet has empty cells."""
    items = items_of(round_.items, round_.own_items)
    columns = [Column(str(T("Class")), 12), Column(str(T("Name")), 10)]
    columns += [
        Column(
            f"{item.title}（{item.unit}）" if item.unit else str(item.title),
            9 if item.is_number else 12,
        )
        for item in items
    ] + [Column("BMI", 7)]
    spec = SheetSpec(
        str(T("Check-ups")),
        columns,
        [_cells(items, row) for row in rows],
        title=round_.title,
        unit=school,
        day=round_.held_on.isoformat(),
    )
    return sheet_bytes([spec])


def _cells(items: Sequence[Item], row: GridRow) -> list[Cell | None]:
    found: list[Cell | None] = [
        _number(item.name, row.texts[item.name]) if item.is_number else row.texts[item.name] or None
        for item in items
    ]
    values = {n: parse(n, row.texts.get(n, "")) for n in ("height_cm", "weight_kg")}
    index = bmi(values["height_cm"], values["weight_kg"])  # type: ignore[arg-type]
    return [row.room, row.child.name, *found, float(index) if index else None]


def _number(name: str, text: str) -> Cell | None:
    value = parse(name, text)
    return None if value is None or isinstance(value, Text) else float(value)
