"""The result of checking a roster, as rows to import and as one JSON document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.children.roster.rows import Problem, RosterGuardian, RosterRow, SchoolHint
from app.children.roster.words import BOTH, FEMALE, MALE, NONE, ONE, UNKNOWN
from app.kernel.grades import grade_name, grade_of
from app.sheets.headings import Headings

COLUMN_LEFT_OUT = frozenset(("heading_unknown", "heading_repeated"))
NO_GRADE = "班级不明"  # beside 小学一年级 …: of these no class is known


@dataclass(slots=True)
class CheckedSheet:
    """A sheet that was read: its school if it names one, and its headings."""

    name: str
    school: SchoolHint | None
    headings: Headings


@dataclass(slots=True)
class RosterReport:
    """All rows and findings of a workbook.

    ``accepted`` rows are the ones that may be imported, the ``warned`` among them included;
    ``accepted`` and ``refused`` together are all rows. Counts of children count each child once.
    """

    file: str
    today: date
    sheets: list[CheckedSheet] = field(default_factory=list)
    rows: list[RosterRow] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)

    def accepted(self) -> list[RosterRow]:
        """Return the rows that may be imported, repeated children included."""
        return [row for row in self.rows if not row.refused]

    def children(self) -> list[RosterRow]:
        """Return one row for each child that may be imported."""
        return [row for row in self.accepted() if row.same_as is None]

    def problems(self) -> Iterator[Problem]:
        """Yield every finding, in the order of sheets and rows."""
        yield from self.notes
        for row in self.rows:
            yield from row.problems

    def guardians(self) -> int:
        """Count the adults: one by name and phone (or identity number), others by themselves.

        As many as there will be when every one that is proposed as the same is joined.
        """
        known: set[tuple[str, str]] = set()
        alone = 0
        for row in self.accepted():
            for adult in row.guardians:
                key = guardian_key(adult)
                if key:
                    known.add(key)
                elif row.same_as is None:
                    alone += 1
        return len(known) + alone

    def to_json(self) -> dict[str, Any]:
        """Return the report as plain data, reasons in the reader's language."""
        accepted, children = self.accepted(), self.children()
        present = [row.child for row in children if row.child]
        sexes = Counter(child.sex for child in present)
        kinds = Counter(child.left_behind for child in present)
        return {
            "file": self.file,
            "sheets": [_sheet(sheet) for sheet in self.sheets],
            "rows": len(self.rows),
            "accepted": len(accepted),
            "warned": sum(1 for row in accepted if row.problems),
            "refused": len(self.rows) - len(accepted),
            "children": len(children),
            "guardians": self.guardians(),
            "by_sex": _counts(sexes, (MALE, FEMALE)),
            "by_left_behind": {kind: kinds[kind] for kind in (BOTH, ONE, NONE, UNKNOWN)},
            "by_grade": self._by_grade(children),
            "problems": [problem.to_json() for problem in self.problems()],
        }

    def _by_grade(self, children: list[RosterRow]) -> dict[str, int]:
        keys = [row.homeroom for row in children if row.homeroom]
        counts = Counter((key.stage, grade_of(key.intake_year, self.today)) for key in keys)
        out = {grade_name(*grade): counts[grade] for grade in sorted(counts, key=_grade_order)}
        if len(keys) < len(children):
            out[NO_GRADE] = len(children) - len(keys)
        return out


def guardian_key(adult: RosterGuardian) -> tuple[str, str] | None:
    """Return by what two rows' adults are proposed as one person, None if by nothing."""
    if adult.name and adult.phones:
        return adult.name, adult.phones[0]
    return ("", adult.id_number) if adult.id_number else None


def _grade_order(grade: tuple[str, int]) -> tuple[int, int]:
    return ("kindergarten", "primary", "junior").index(grade[0]), grade[1]


def _counts(counter: Counter[str], keys: tuple[str, ...]) -> dict[str, int]:
    out = {key: counter[key] for key in keys}
    if counter[UNKNOWN]:
        out[UNKNOWN] = counter[UNKNOWN]
    return out


def _sheet(sheet: CheckedSheet) -> dict[str, Any]:
    return {
        "name": sheet.name,
        "school": sheet.school.code if sheet.school else None,
        "heading_row": sheet.headings.last_row,
        "mapping": sheet.headings.mapping,
    }
