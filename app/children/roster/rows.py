"""What one row of a roster says, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.kernel.grades import HomeroomKey, Stage, System
from app.kernel.text import Text

WARNING, REFUSED = "warning", "refused"


@dataclass(frozen=True, slots=True)
class SchoolHint:
    """A school a roster may speak of."""

    code: str
    name: str
    aliases: tuple[str, ...] = ()
    stages: tuple[Stage, ...] = (Stage.PRIMARY,)
    system: System = System.SIX_THREE


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding; ``row`` counts from 1 as the spreadsheet does, 0 is the whole sheet."""

    sheet: str
    row: int
    field: str | None
    level: str
    code: str
    reason: Text

    def to_json(self) -> dict[str, Any]:
        """Return the finding with its reason in the reader's language."""
        return {
            "sheet": self.sheet,
            "row": self.row,
            "field": self.field,
            "level": self.level,
            "code": self.code,
            "reason": str(self.reason),
        }


@dataclass(slots=True)
class RosterGuardian:
    """An adult beside the child; ``relation`` is a word of ``words.RELATIONS`` or ``other``.

    ``away`` and ``can_care`` are yes, no or unknown and only say what the sheet says; ``group``
    is the block of columns it came from. ``is_guardian``: the sheet calls them guardian;
    ``cares``: it says that they look after the child.
    """

    group: str
    relation: str
    name: str | None = None
    phones: tuple[str, ...] = ()
    id_number: str | None = None
    id_state: str | None = None
    birth: date | None = None
    is_guardian: bool = False
    cares: bool = False
    entrusted: bool = False
    away: str = "unknown"
    can_care: str = "unknown"
    work_place: str | None = None
    employer: str | None = None
    address: str | None = None
    relation_note: str | None = None


@dataclass(slots=True)
class RosterChild:
    """The child of a row; ``id_state`` is ``ok`` or why the number is still to be verified."""

    name: str
    sex: str = "unknown"
    birth: date | None = None
    former_name: str | None = None
    id_kind: str = "resident_id"
    id_number: str | None = None
    id_state: str | None = None
    pupil_number: str | None = None
    ethnic_group: str | None = None
    boarding: str | None = None
    left_behind: str = "unknown"
    civil: str = "unknown"
    orphan: str = "unknown"
    disability: str | None = None
    hardship: str | None = None
    health: str | None = None
    address: str | None = None
    registered_residence: str | None = None
    phones: tuple[str, ...] = ()
    remark: str | None = None


@dataclass(slots=True)
class RosterRow:
    """One row: where it stands, the child, the adults, the class, and its findings.

    ``child`` is None when the name is missing. ``same_as`` names the earlier row (sheet, row)
    that speaks of the same child.
    """

    sheet: str
    row: int
    school: SchoolHint | None = None
    child: RosterChild | None = None
    homeroom: HomeroomKey | None = None
    guardians: list[RosterGuardian] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    same_as: tuple[str, int] | None = None

    @property
    def refused(self) -> bool:
        """Say whether nothing of this row may be imported."""
        return any(problem.level == REFUSED for problem in self.problems)

    def warn(self, field_key: str | None, code: str, reason: Text) -> None:
        """Note something to verify; the row stays."""
        self.problems.append(Problem(self.sheet, self.row, field_key, WARNING, code, reason))

    def refuse(self, field_key: str | None, code: str, reason: Text) -> None:
        """Note why the row is not accepted."""
        self.problems.append(Problem(self.sheet, self.row, field_key, REFUSED, code, reason))
