"""The adults of a roster row: members 1 and 2, father, mother, grandparents, guardians."""

from __future__ import annotations

import re
from datetime import date

from app.children.roster.cells import Cells
from app.children.roster.fields import PEOPLE
from app.children.roster.identity import read_adult_number
from app.children.roster.rows import RosterGuardian
from app.children.roster.words import AT_HOME, GONE, NO, RELATIONS, UNKNOWN, YES, YES_NO
from app.kernel import names
from app.kernel.text import T
from app.sheets.clean import text_of
from app.sheets.workbook import Cell

_RELATION_OF_GROUP = {
    group: group
    for group in PEOPLE
    if group not in ("member1", "member2", "guardian", "carer", "entrusted")
}


LONGEST_PAIR = 100
_NAME_THEN_PHONE = re.compile(
    r"(?P<name>[^\d+:：]*?)[\s,，、:：/（(]*(?P<phone>\+?\d[^）)]*)?[）)]?"
)


def groups_of(columns: dict[str, int]) -> list[str]:
    """Return the groups of adult columns a sheet has, parents first, guardians last."""
    return [
        group
        for group in PEOPLE
        if {f"{group}.{part}" for part in ("name", "phone", "name_phone")} & columns.keys()
    ]


def read_adults(cells: Cells, groups: list[str], today: date) -> list[RosterGuardian]:
    """Return the adults of a row, each once: a guardian who is the father is one person."""
    found: list[RosterGuardian] = []
    for group in groups:
        adult = _read(cells, group, today)
        if adult is None:
            continue
        same = next((other for other in found if _same(other, adult)), None)
        if same is None:
            found.append(adult)
        else:
            _merge(same, adult)
    return found


def _read(cells: Cells, group: str, today: date) -> RosterGuardian | None:
    _split_name_and_phone(cells.values, group)
    values = cells.values
    if f"{group}.name" not in values and f"{group}.phone" not in values:
        return None
    name = _name(cells, group)
    numbers = cells.phones(f"{group}.phone")
    if not name and not numbers:
        return None
    adult = RosterGuardian(group, _relation(cells, group, name), name=name, phones=numbers)
    adult.relation_note = cells.bounded(f"{group}.relation_note")
    adult.id_number, adult.id_state = read_adult_number(cells, f"{group}.id_number", today)
    adult.birth = cells.day(f"{group}.birth")
    adult.employer = cells.bounded(f"{group}.employer")
    adult.address = cells.bounded(f"{group}.address")
    adult.entrusted = group == "entrusted"
    adult.cares = group in ("carer", "entrusted")
    adult.is_guardian = (
        group == "guardian"
        or cells.word(f"{group}.is_guardian", YES_NO | {"1": YES, "0": NO}) == YES
    )
    _read_work_place(cells, adult)
    if adult.relation == "other" and adult.relation_note is None:
        adult.relation_note = cells.bounded(f"{group}.relation")
    return adult


def _split_name_and_phone(values: dict[str, Cell], group: str) -> None:
    """Give one cell for both, such as "甲父 19900000001", to the two fields."""
    if f"{group}.name_phone" not in values:
        return
    cell = values.pop(f"{group}.name_phone")
    if isinstance(cell, float | int):
        values.setdefault(f"{group}.phone", cell)
        return
    text = text_of(cell).strip()
    match = _NAME_THEN_PHONE.fullmatch(text) if len(text) <= LONGEST_PAIR else None
    # What is too long or too strange stays whole, for the name's own checks to refuse.
    for part, value in (match.groupdict() if match else {"name": text}).items():
        if value:
            values.setdefault(f"{group}.{part}", value)


def _name(cells: Cells, group: str) -> str | None:
    if cells.several_lines(f"{group}.name"):
        reason = T("The cell holds several names and was left out: write one person in a cell")
        cells.row.warn(f"{group}.name", "name_of_several_lines", reason)
        return None
    text = cells.bounded(f"{group}.name")
    if not text or text in GONE or text in AT_HOME:
        return None
    return names.normalise(text)


def _relation(cells: Cells, group: str, name: str | None) -> str:
    fixed = _RELATION_OF_GROUP.get(group)
    if fixed:
        return fixed
    text = cells.text(f"{group}.relation")
    if not text and name in RELATIONS:  # "监护人: 爷爷" gives a relation where a name should be
        reason = T("“{name}” is a relation, not a name: fill in the guardian's name", name=name)
        cells.row.warn(f"{group}.name", "guardian_name_is_relation", reason)
        return RELATIONS[name]
    return RELATIONS.get(text, "other")


def _read_work_place(cells: Cells, adult: RosterGuardian) -> None:
    place = cells.bounded(f"{adult.group}.work_place")
    if place is None:
        return
    if place in AT_HOME:
        adult.away = NO
    elif place not in GONE:
        adult.away, adult.work_place = YES, place


def _same(one: RosterGuardian, other: RosterGuardian) -> bool:
    if one.relation == other.relation and one.relation in ("father", "mother"):
        return one.name is None or other.name is None or one.name == other.name
    return one.name is not None and one.name == other.name


def _merge(kept: RosterGuardian, other: RosterGuardian) -> None:
    kept.name = kept.name or other.name
    kept.phones += tuple(number for number in other.phones if number not in kept.phones)
    kept.id_number, kept.id_state = (
        (kept.id_number, kept.id_state) if kept.id_number else (other.id_number, other.id_state)
    )
    kept.is_guardian |= other.is_guardian
    kept.cares |= other.cares
    kept.entrusted |= other.entrusted
    kept.birth = kept.birth or other.birth
    kept.work_place = kept.work_place or other.work_place
    kept.employer = kept.employer or other.employer
    kept.address = kept.address or other.address
    if kept.away == UNKNOWN:
        kept.away = other.away
    if kept.relation == "other":
        kept.relation = other.relation
