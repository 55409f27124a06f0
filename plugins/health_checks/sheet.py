"""Check-ups as a spreadsheet, with the headings under which it is read back.

The columns are those that health centres ask for: who it is, when and what was measured, what the
standards say of it. The verdicts are for reading: a sheet that is sent back is screened anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from app.sdk import Cell, Child, Column, SheetSpec, sheet_bytes
from plugins.health_checks.exam_day import COLUMN
from plugins.health_checks.items import Item, items_of
from plugins.health_checks.models import CheckUp, Round
from plugins.health_checks.queries import Current
from plugins.health_checks.words import T

_SEXES: Mapping[str, str] = {"male": "男", "female": "女"}


def write(
    round_: Round,
    school: str,
    pupils: Sequence[tuple[Child, str]],
    done: Mapping[UUID, Current],
) -> bytes:
    """Return a workbook of all ``pupils``; who is not checked yet has empty cells."""
    items = items_of(round_.items, round_.own_items)
    rows = []
    for number, (child, room) in enumerate(pupils, start=1):
        check_up, entry = done.get(child.id, (None, None))
        day = entry.happened_on.isoformat() if entry else None
        rows.append([number, *_who(child, room), day, *_cells(items, check_up)])
    spec = SheetSpec(
        str(T("Check-ups")),
        _columns(items),
        rows,
        title=round_.title,
        unit=school,
        day=round_.held_on.isoformat(),
    )
    return sheet_bytes([spec])


def _columns(items: Sequence[Item]) -> list[Column]:
    who = [
        Column(str(T("No.")), 5), Column(str(T("Class")), 12), Column(str(T("Name")), 10),
        Column(str(T("Sex")), 5), Column(str(T("Date of birth")), 12),
        Column(str(T("Pupil number")), 22, text=True), Column(str(COLUMN.title), 12),
    ]  # fmt: skip
    asked = [
        Column(f"{item.title}（{item.unit}）" if item.unit else str(item.title),
               9 if item.is_number else 12)
        for item in items
    ]  # fmt: skip
    judged = [
        Column("BMI", 7), Column(str(T("Weight verdict")), 11),
        Column(str(T("Growth verdict")), 11),
        Column(str(T("Eyesight verdict")), 14), Column(str(T("Teeth verdict")), 8),
        Column(str(T("Lung capacity points")), 8),
    ]  # fmt: skip
    return who + asked + judged


def _who(child: Child, room: str) -> list[Cell | None]:
    born = child.birth_date.isoformat() if child.birth_date else None
    return [room, child.name, _SEXES.get(child.sex), born, child.pupil_number]


def _cells(items: Sequence[Item], check_up: CheckUp | None) -> list[Cell | None]:
    if check_up is None:
        return [None] * (len(items) + 6)
    values = [check_up.value(item.name) for item in items]
    found: list[Cell | None] = [float(v) if isinstance(v, Decimal) else v for v in values]
    index = float(check_up.bmi) if check_up.bmi is not None else None
    return [
        *found, index, check_up.weight, check_up.stunting, check_up.vision, check_up.caries,
        check_up.vital_capacity_score,
    ]  # fmt: skip
