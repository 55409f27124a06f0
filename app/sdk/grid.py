"""A whole class in one table: boxes for each child and column, sent together, saved all or none.

A module says which columns there are and how a typed text becomes a value; the grid takes the form
in, tells what is wrong box by box, and hands the rows to the module's own ``save``::

    grid = Grid(f"check-ups-{round_.id}", COLUMNS, parse, rows)
    if request.method == "POST":
        grid.take(request.form)
        filled = grid.filled()              # None: something cannot be read, it is marked
        if filled is not None and grid.accept(save(ctx(), round_, filled)):
            finish_draft(ctx(), draft)
            return redirect(...)
    return show("…/table.html", grid=grid), 422 if request.method == "POST" else 200

The template shows it with ``{% from 'class_grid.html' import class_grid with context %}``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.children.models import Child
from app.kernel.text import T, Text

WHOLE_ROW = ""
"""The column of a problem that concerns the row as a whole."""
_SEEN, _SURE = "seen", "sure"
Parse = Callable[[str, str], Any]


@dataclass(frozen=True)
class GridColumn:
    """A column of boxes; ``low`` and ``high`` are the believable range, shown while typing.

    ``words`` says that its boxes hold words instead of numbers.
    """

    name: str
    title: Text | str
    unit: str = ""
    low: Decimal | None = None
    high: Decimal | None = None
    words: bool = False


@dataclass
class GridRow:
    """A child's row: texts and problems by column.

    ``seen`` is the entry it began from (none: nothing was saved yet), ``hint`` stands under the
    name, ``asked`` says that its problems are only questions, which the tick ``sure`` answers.
    """

    child: Child
    room: str
    texts: dict[str, str]
    seen: UUID | None = None
    hint: Text | str | None = None
    problems: Mapping[str, Text] = field(default_factory=dict)
    asked: bool = False
    sure: bool = False

    @property
    def whole(self) -> Text | None:
        """Return the problem of the row as a whole."""
        return self.problems.get(WHOLE_ROW)


@dataclass(frozen=True)
class Filled:
    """A child's row as somebody filled it in, its texts read as values.

    ``seen`` is the entry that stood there when they began (none: empty); ``sure`` says that what
    is unusual has been looked at.
    """

    child: Child
    values: Mapping[str, Any]
    seen: UUID | None = None
    sure: bool = False

    @property
    def empty(self) -> bool:
        """Tell whether nothing stands in the row."""
        return all(value is None for value in self.values.values())


@dataclass
class Saved:
    """What saving did; with problems (child → column → what), nothing was written.

    ``asked`` are the children whose problems are only questions. ``referred`` is what it set going.
    """

    recorded: int = 0
    corrected: int = 0
    referred: int = 0
    problems: dict[UUID, dict[str, Text]] = field(default_factory=dict)
    asked: set[UUID] = field(default_factory=set)


class Grid:
    """The table of a class, as shown and as sent back."""

    def __init__(
        self, key: str, columns: Sequence[GridColumn], parse: Parse, rows: Sequence[GridRow]
    ) -> None:
        """Show ``rows`` under ``columns``; ``key`` names what is filled in, such as a round.

        ``parse`` gets a column's name and a typed text, and returns the value, None for an empty
        box, or why it is none (a :class:`Text`).
        """
        self.columns, self.rows = list(columns), list(rows)
        self._key, self._parse = key, parse

    @property
    def draft_key(self) -> str:
        """Return the name of what the browser keeps of a table that is not saved yet.

        Once anybody has saved the class, an older draft of it is not brought back.
        """
        state = "".join(f"{row.child.id}{row.seen}" for row in self.rows)
        return f"{self._key}-{hashlib.sha256(state.encode()).hexdigest()[:16]}"

    @property
    def asked(self) -> bool:
        """Tell whether a tick would save a row."""
        return any(row.asked for row in self.rows)

    @property
    def lines(self) -> list[Text]:
        """Return what is wrong or asked, a line for each row concerned."""
        return [
            T("{name}: {problems}", name=row.child.name, problems="；".join(map(str, found)))
            for row in self.rows
            if (found := list(row.problems.values()))
        ]

    def keep_sent(self, form: Mapping[str, str]) -> None:
        """Leave out the rows that the form has no boxes for."""
        self.rows = [row for row in self.rows if box_name(_SEEN, row.child) in form]

    def take(self, form: Mapping[str, str]) -> None:
        """Put what was typed into the rows."""
        for row in self.rows:
            for column in self.columns:
                row.texts[column.name] = form.get(box_name(column.name, row.child), "").strip()
            row.seen = _id_of(form.get(box_name(_SEEN, row.child), ""))
            row.sure = box_name(_SURE, row.child) in form

    def filled(self) -> list[Filled] | None:
        """Return the rows with their values; None when a text cannot be read, then marked."""
        found = [Filled(row.child, self._values(row), row.seen, row.sure) for row in self.rows]
        return None if any(row.problems for row in self.rows) else found

    def accept(self, saved: Saved) -> bool:
        """Tell whether it was saved; otherwise what was wrong stands in the rows."""
        for row in self.rows:
            row.problems = saved.problems.get(row.child.id, {})
            row.asked = row.child.id in saved.asked
        return not saved.problems

    def _values(self, row: GridRow) -> dict[str, Any]:
        values = {c.name: self._parse(c.name, row.texts.get(c.name, "")) for c in self.columns}
        row.problems = {name: v for name, v in values.items() if isinstance(v, Text)}
        return values


def box_name(name: str, child: Child) -> str:
    """Return the name of a box of a child's row."""
    return f"{name}.{child.id}"


def conflicts(
    filled: Iterable[Filled], standing: Mapping[UUID, UUID]
) -> dict[UUID, dict[str, Text]]:
    """Return which rows somebody else has saved meanwhile, or were emptied after being saved.

    ``standing`` has the entry that stands now, by child.
    """
    found: dict[UUID, dict[str, Text]] = {}
    for row in filled:
        if standing.get(row.child.id) != row.seen:
            found[row.child.id] = {WHOLE_ROW: _SOMEBODY_ELSE}
        elif row.seen is not None and row.empty:
            found[row.child.id] = {WHOLE_ROW: _EMPTIED}
    return found


_SOMEBODY_ELSE = T(
    "Somebody else has saved this row meanwhile. Open the class again and compare before you "
    "change it."
)
_EMPTIED = T("Already saved. To take it back, open the child's page and choose “Take back”.")


def _id_of(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
