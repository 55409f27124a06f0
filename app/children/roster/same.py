"""Rows of one workbook that speak of the same child: proposed as one, never doubled."""

from __future__ import annotations

from datetime import date

from app.children.roster.rows import RosterRow
from app.kernel.text import T

Place = tuple[str, str, date]


class SameChild:
    """Remembers who was seen and says when a row brings them again."""

    def __init__(self) -> None:
        self._numbers: dict[str, RosterRow] = {}
        self._places: dict[Place, RosterRow] = {}

    def look(self, row: RosterRow) -> None:
        """Mark a row that repeats an earlier one; remember it otherwise."""
        child, school = row.child, row.school
        if child is None or school is None or row.refused:
            return
        numbers = [number for number in (child.id_number, child.pupil_number) if number]
        for number in numbers:
            earlier = self._numbers.setdefault(number, row)
            if earlier is not row:
                self._repeat(row, earlier)
                return
        if child.birth is None:
            return
        earlier = self._places.setdefault((school.code, child.name, child.birth), row)
        if earlier is not row and not (_number(row) and _number(earlier)):
            self._repeat(row, earlier)

    def _repeat(self, row: RosterRow, earlier: RosterRow) -> None:
        where = {"sheet": earlier.sheet, "other": earlier.row}
        if row.child and earlier.child and row.child.name != earlier.child.name:
            reason = T(
                "Row {other} of sheet “{sheet}” has the same number for another child: "
                "compare both documents",
                **where,
            )
            row.refuse("id_number", "number_of_another_child", reason)
            return
        row.same_as = (earlier.sheet, earlier.row)
        reason = T(
            "The same child stands in row {other} of sheet “{sheet}”: both rows are taken as one "
            "child; delete one of them",
            **where,
        )
        row.warn("name", "same_child_twice", reason)


def _number(row: RosterRow) -> str | None:
    return row.child.id_number if row.child else None
