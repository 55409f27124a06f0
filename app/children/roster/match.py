"""Which child of the database a row speaks of.

By identity number, then by pupil number, then by name, birth date and school when one of the two
has no identity number. A number at another school, a number under another name and a known child
with another number are never guessed about: such a row is held back until somebody decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from app.children.numbers import pupil_number_index
from app.children.roster.known import Known, KnownChild
from app.children.roster.report import RosterReport
from app.children.roster.rows import RosterRow
from app.kernel.text import T

SAME, OTHER = "same", "other"
Answers = Mapping[str, str]


def row_key(row: RosterRow) -> str:
    """Return what names a row in forms and job arguments."""
    return f"{row.sheet}|{row.row}"


class Matcher:
    """Finds known children; refuses or holds back the rows that need a person."""

    def __init__(self, known: Known, school_ids: Mapping[str, UUID], answers: Answers) -> None:
        self._known, self._school_ids, self._answers = known, school_ids, answers
        self.found: dict[str, KnownChild] = {}
        self.proposals: list[tuple[RosterRow, KnownChild]] = []

    def match(self, report: RosterReport) -> None:
        """Look at every accepted row; the findings are added to the report's rows."""
        rows = report.accepted()
        numbers = {
            row_key(row): index
            for row in rows
            if row.child and (index := self._known.indexes.identity(row.child.id_number))
        }
        elsewhere = self._known.elsewhere(list(numbers.values()))
        by_key = {row_key(row): row for row in rows}
        for key, row in by_key.items():
            first = by_key.get(f"{row.same_as[0]}|{row.same_as[1]}") if row.same_as else None
            if first is not None:
                if first.refused:
                    row.problems.append(first.problems[-1])
                continue
            self._look(key, row, numbers.get(key), elsewhere)

    def _look(
        self, key: str, row: RosterRow, number: bytes | None, elsewhere: Mapping[bytes, str]
    ) -> None:
        if row.child is None or row.school is None:
            return
        school_id = self._school_ids[row.school.code]
        known = self._known.by_identity.get(number) if number else None
        if known is None:
            pupil = pupil_number_index(row.child.pupil_number)
            known = self._known.by_pupil.get(pupil) if pupil else None
        if known is None and number is not None and number in elsewhere:
            self._elsewhere(row, elsewhere[number])
        elif known is not None and known.school_id != school_id:
            self._elsewhere(row, elsewhere.get(number or b"", ""))
        elif known is not None and known.name != row.child.name:
            self._hold_name(key, row, known)
        elif known is not None:
            self._take(key, row, known)
        else:
            self._by_name(key, row, school_id)

    def _take(self, key: str, row: RosterRow, known: KnownChild) -> None:
        self.found[key] = known
        if known.left_on is not None:
            reason = T(
                "The child left on {day} and is taken back: delete the row if it has not returned",
                day=known.left_on,
            )
            row.warn("name", "child_returns", reason)

    def _by_name(self, key: str, row: RosterRow, school_id: UUID) -> None:
        child = row.child
        if child is None or child.birth is None:
            return
        known = self._known.by_name.get((school_id, child.name, child.birth))
        if known is None:
            return
        answer = self._answers.get(key)
        if not (child.id_number and known.identities) or answer == SAME:
            self._take(key, row, known)
        elif answer != OTHER:
            self.proposals.append((row, known))
            reason = T(
                "A child of this name and birth date is at this school under another identity "
                "number: compare the documents and say whether it is the same child"
            )
            row.refuse("id_number", "known_child_other_number", reason)

    def _hold_name(self, key: str, row: RosterRow, known: KnownChild) -> None:
        if self._answers.get(key) == SAME:
            self._take(key, row, known)
            return
        self.proposals.append((row, known))
        reason = T(
            "The number belongs to {name} of this school: compare the documents and say whether "
            "it is the same child",
            name=known.name,
        )
        row.refuse("name", "known_number_other_name", reason)

    @staticmethod
    def _elsewhere(row: RosterRow, school: str) -> None:
        reason = T("The child is already at {school}: ask for a transfer", school=school)
        row.refuse("id_number", "already_at_other_school", reason)
