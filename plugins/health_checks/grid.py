"""The table of a class: what stands in its boxes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.sdk import Child, Ctx, Grid, GridColumn, GridRow, last_before
from plugins.health_checks.items import Item, items_of, parse
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
        rows.append(GridRow(child, room, texts_of(check_up, names), seen, hint))
    return rows


def grid_of(round_: Round, rows: Sequence[GridRow]) -> Grid:
    """Return the table of a round with these rows."""
    columns = [
        # Eyesight may also be typed as a decimal: no range while typing.
        GridColumn(item.name, item.title, item.unit, words=not item.is_number)
        if item.name.startswith("vision_")
        else GridColumn(
            item.name, item.title, item.unit, item.low, item.high, words=not item.is_number
        )
        for item in items(round_)
    ]
    return Grid(f"check-ups-{round_.id}", columns, parse, rows)
