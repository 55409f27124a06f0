"""The table of a class: what stands in its boxes, and what was typed into them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from app.sdk import Child, Ctx, Text, last_before
from plugins.health_checks.measures import NAMES, Value, parse
from plugins.health_checks.models import CheckUp, Round
from plugins.health_checks.queries import in_round
from plugins.health_checks.services import WHOLE_ROW, Filled, Saved, save
from plugins.health_checks.words import T


@dataclass
class Row:
    """A child's row on the page: texts by column, problems by column, the entry it began from."""

    child: Child
    room: str
    texts: dict[str, str]
    seen: UUID | None
    before: CheckUp | None = None
    problems: Mapping[str, Text] = field(default_factory=dict)
    asked: bool = False

    @property
    def whole(self) -> Text | None:
        """Return the problem of the row as a whole."""
        return self.problems.get(WHOLE_ROW)


Pupils = Sequence[tuple[Child, str]]


def texts_of(check_up: CheckUp | None) -> dict[str, str]:
    """Return what stands in the boxes of a saved row, or of an empty one."""
    values = check_up.values() if check_up else {}
    return {name: "" if values.get(name) is None else str(values[name]) for name in NAMES}


def rows_of(ctx: Ctx, round_: Round, pupils: Pupils) -> list[Row]:
    """Return the rows of the given pupils (with the name of their class) as they are saved."""
    ids = [child.id for child, _room in pupils]
    present = in_round(ctx, round_.id, ids)
    before = last_before(ctx, CheckUp, ids, round_.held_on)
    rows = []
    for child, room in pupils:
        check_up, entry = present.get(child.id, (None, None))
        last = before.get(child.id)
        seen = entry.id if entry else None
        rows.append(Row(child, room, texts_of(check_up), seen, last[0] if last else None))
    return rows


def draft_key(round_: Round, rows: Sequence[Row]) -> str:
    """Return the name of what the browser keeps of a class that is not saved yet.

    Once anybody has saved the class, an older draft of it is not brought back.
    """
    state = "".join(f"{row.child.id}{row.seen}" for row in rows)
    return f"check-ups-{round_.id}-{hashlib.sha256(state.encode()).hexdigest()[:16]}"


def field_name(name: str, child: Child) -> str:
    """Return the name of a box."""
    return f"{name}.{child.id}"


def take_form(rows: Sequence[Row], form: Mapping[str, str]) -> dict[UUID, bool]:
    """Put what was typed into ``rows``; return which are ticked as looked at, by child."""
    sure = {}
    for row in rows:
        for name in NAMES:
            row.texts[name] = form.get(field_name(name, row.child), "").strip()
        seen = form.get(field_name("seen", row.child), "")
        row.seen = UUID(seen) if _is_id(seen) else None
        sure[row.child.id] = field_name("sure", row.child) in form
    return sure


def sent_rows(rows: Sequence[Row], form: Mapping[str, str]) -> list[Row]:
    """Return the rows that the form has boxes for."""
    return [row for row in rows if field_name("seen", row.child) in form]


def save_rows(
    ctx: Ctx, round_: Round, rows: Sequence[Row], sure: Mapping[UUID, bool]
) -> Saved | None:
    """Save what stands in the boxes; None when something is wrong, then told in the rows."""
    values = {row.child.id: _parse(row) for row in rows}
    if any(row.problems for row in rows):
        return None
    filled = [
        Filled(row.child, values[row.child.id], row.seen, sure.get(row.child.id, False))
        for row in rows
    ]
    saved = save(ctx, round_, filled)
    for row in rows:
        row.problems = saved.problems.get(row.child.id, {})
        row.asked = row.child.id in saved.asked
    return None if saved.problems else saved


def _parse(row: Row) -> dict[str, Value]:
    values: dict[str, Value] = {}
    problems: dict[str, Text] = {}
    for name in NAMES:
        found = parse(name, row.texts[name])
        if isinstance(found, Text):
            problems[name] = found
        else:
            values[name] = found
    row.problems = problems
    return values


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def problem_lines(rows: Sequence[Row]) -> list[Text]:
    """Return what is wrong or asked, a line for each row concerned."""
    return [
        T("{name}: {problems}", name=row.child.name, problems="；".join(map(str, found)))
        for row in rows
        if (found := list(row.problems.values()))
    ]
