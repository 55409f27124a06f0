"""Identity and pupil numbers of a roster row."""

from __future__ import annotations

from datetime import date

from app.children.roster.cells import Cells
from app.children.roster.rows import RosterChild
from app.children.roster.words import RESIDENT_ID, UNKNOWN
from app.kernel import dates, national_id, xueji
from app.kernel.national_id import IdState, NationalId, normalise
from app.kernel.text import T, Text
from app.sheets.clean import clean_text, is_placeholder, text_of
from app.sheets.workbook import Cell

YOUNGEST, OLDEST = 2, 20  # years of age of a child in kindergarten or compulsory education

REASONS: dict[IdState, Text] = {
    IdState.BAD_CHECK_DIGIT: T(
        "The check digit of the identity number is wrong: compare it with the document; "
        "until then it is kept as “to be verified”"
    ),
    IdState.BAD_LENGTH: T(
        "An identity number has 18 characters: compare it with the document; "
        "until then it is kept as “to be verified”"
    ),
    IdState.BAD_DATE: T("The identity number holds no possible birth date: compare the document"),
    IdState.FUTURE_BIRTH: T("The birth date in the identity number lies in the future: correct it"),
    IdState.DAMAGED: T(
        "Excel has destroyed the end of the identity number: set the column to “text”, "
        "type the number again and send the sheet once more"
    ),
}


def read_identity(cells: Cells, child: RosterChild, today: date) -> None:
    """Fill numbers, birth date and sex of the child from the numbers and their own columns."""
    pupil = cells.raw("pupil_number")
    cell = cells.raw("id_number")
    if isinstance(cell, str) and normalise(cell)[:1] in ("G", "J", "L"):
        pupil, cell = pupil or cell, ""  # one column for both: 身份证号/学籍号
    if not isinstance(pupil, date | bool) and pupil != "":
        cell = _read_pupil_number(cells, child, pupil) or "" if cell == "" else cell
    kind = cells.text("id_kind")
    if kind not in RESIDENT_ID:
        child.id_kind = kind
        child.id_number = clean_text(cell)[0] or None
        child.id_state = "ok" if child.id_number else None
        return
    found = _parse(cell, today)
    if found:
        _take(cells, child, found)


def _read_pupil_number(cells: Cells, child: RosterChild, cell: str | float) -> str | None:
    if isinstance(cell, str) and is_placeholder(cell.strip()):
        return None
    found = xueji.parse(cell)
    if not found.valid:
        reason = T("A pupil number is G, J or L and 18 characters: correct it")
        cells.row.warn("pupil_number", "pupil_number_invalid", reason)
        return None
    child.pupil_number = found.number
    return found.identity_number


def _parse(cell: Cell, today: date) -> NationalId | None:
    if cell == "" or isinstance(cell, bool):
        return None
    if isinstance(cell, date):
        cell = text_of(cell)
    if isinstance(cell, str) and (not cell.strip() or is_placeholder(cell.strip())):
        return None
    return national_id.parse(cell, today=today)


def _take(cells: Cells, child: RosterChild, found: NationalId) -> None:
    if found.state is IdState.DAMAGED:
        cells.row.refuse("id_number", "id_damaged_by_excel", REASONS[found.state])
        return
    if found.state is not IdState.OK:
        cells.row.warn("id_number", f"id_{found.state}", REASONS[found.state])
    elif not found.place_known:
        reason = T("The identity number begins with an unknown province: compare the document")
        cells.row.warn("id_number", "id_place_unknown", reason)
    child.id_number, child.id_state = found.number, found.state.value
    if found.state is IdState.BAD_LENGTH:
        return
    _compare(cells, child, found)


def _compare(cells: Cells, child: RosterChild, found: NationalId) -> None:
    if found.birth and child.birth and found.birth != child.birth:
        reason = T(
            "The birth date {birth} differs from the identity number ({other}): find out which "
            "is right",
            birth=child.birth.isoformat(),
            other=found.birth.isoformat(),
        )
        cells.row.warn("birth", "birth_differs_from_id", reason)
    if found.sex and child.sex not in (UNKNOWN, found.sex):
        reason = T("The sex differs from the identity number: find out which is right")
        cells.row.warn("sex", "sex_differs_from_id", reason)
    child.birth = child.birth or found.birth
    if child.sex == UNKNOWN and found.sex:
        child.sex = found.sex


def is_in_future(cells: Cells, birth: date, today: date) -> bool:
    """Tell whether nobody can be born so; then it is a warning, and the value is not taken."""
    if birth <= today:
        return False
    reason = T("The birth date {birth} lies in the future: correct it", birth=str(birth))
    cells.row.warn("birth", "birth_in_future", reason)
    return True


def check_age(cells: Cells, child: RosterChild, today: date) -> None:
    """Warn of a birth date in the future and of an age no pupil has."""
    if child.birth is None:
        said = cells.raw("birth")
        found = dates.parse_date(said) if said and not isinstance(said, bool) else None
        reason = T("No birth date is given: fill it in")
        if not any(problem.field == "birth" for problem in cells.row.problems):
            reason = found if isinstance(found, Text) and cells.text("birth") else reason
            cells.row.warn("birth", "birth_missing", reason)
        return
    if is_in_future(cells, child.birth, today):
        child.birth = None
        return
    age = (
        today.year
        - child.birth.year
        - ((today.month, today.day) < (child.birth.month, child.birth.day))
    )
    if not YOUNGEST <= age <= OLDEST:
        reason = T("An age of {age} years is not that of a pupil: correct the birth date", age=age)
        cells.row.warn("birth", "age_impossible", reason)


def read_adult_number(cells: Cells, key: str, today: date) -> tuple[str | None, str | None]:
    """Return number and state of an adult's document; a bad one is a warning, a lost one gone."""
    if cells.text(key.rpartition(".")[0] + ".id_kind") not in RESIDENT_ID:
        return cells.bounded(key), None
    found = _parse(cells.raw(key), today)
    if found is None:
        return None, None
    if found.state is not IdState.OK:
        cells.row.warn(key, f"id_{found.state}", REASONS[found.state])
    if found.state is IdState.DAMAGED:
        return None, None
    return found.number, found.state.value
