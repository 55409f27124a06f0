"""Adults of several families who may be one person: proposed, never joined on a guess.

Name and phone together make it likely, no more: one telephone may serve a whole hamlet. The same
identity number under the same name is certain.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from app.children.roster.facts import tie_of
from app.children.roster.known import Known, KnownChild, Person
from app.children.roster.match import row_key
from app.children.roster.rows import RosterGuardian, RosterRow
from app.kernel.phones import mask

Key = tuple[str, str]  # name and phone
_Token = UUID | bytes | str


@dataclass(slots=True)
class Likely:
    """One name and phone in several families; ``children`` may stand on the list or on record."""

    key: Key
    children: list[str]

    def to_json(self) -> dict[str, Any]:
        """Return plain data for the preview, the number masked."""
        return {"name": self.key[0], "phone": mask(self.key[1]), "children": self.children}


@dataclass(slots=True)
class _Group:
    """Who goes by one name and phone: by stored person, identity number or row."""

    people: dict[_Token, list[str]] = field(default_factory=dict)
    numbers: set[bytes] = field(default_factory=set)
    new: bool = False


def likely_key(adult: RosterGuardian) -> Key | None:
    """Return by what an adult may be somebody else's adult, too."""
    return (adult.name, adult.phones[0]) if adult.name and adult.phones else None


def load_adults(known: Known, rows: Sequence[RosterRow]) -> None:
    """Read the adults of the database who share a number with these rows."""
    adults = [adult for row in rows for adult in row.guardians]
    phones = {number for adult in adults for number in adult.phones}
    numbers = {adult.id_number for adult in adults if adult.id_number}
    known.load_adults(
        list(map(known.indexes.phone, phones)),
        [index for number in numbers if (index := known.indexes.identity(number))],
    )


def find_likely(
    known: Known, found: Mapping[str, KnownChild], rows: Sequence[RosterRow]
) -> list[Likely]:
    """Return the questions a roster raises, once its adults are loaded; ``found`` as matched.

    Somebody who is already known under both children raises none: that question was put before.
    """
    groups: dict[Key, _Group] = {}
    for row in rows:
        child = found.get(row_key(row))
        for adult in row.guardians:
            key = likely_key(adult)
            if key and row.child:
                _take(groups.setdefault(key, _Group()), adult, row, child, known)
    for key, group in groups.items():
        stored = known.by_phone.get((key[0], known.indexes.phone(key[1]))) if group.new else None
        if stored is not None:
            _stand(group, stored)
    children = _children(known)
    return [
        Likely(key, [name for token, names in group.people.items()
                     for name in (names or children.get(token, []))])
        for key, group in groups.items()
        if group.new and len(group.people) > 1 and len(group.numbers) < 2
    ]  # fmt: skip


def _take(
    group: _Group, adult: RosterGuardian, row: RosterRow, child: KnownChild | None, known: Known
) -> None:
    tie = tie_of(child, adult) if child else None
    number = known.indexes.identity(adult.id_number)
    person = tie.person if tie else known.certain(adult.name, number)
    name = row.child.name if row.child else ""
    group.new |= tie is None
    if person is not None:
        _stand(group, person)
    if number is not None:
        group.numbers.add(number)
    token: _Token = person.id if person else number or row_key(row)
    names = group.people.setdefault(token, [])
    if name not in names:
        names.append(name)


def _stand(group: _Group, person: Person) -> None:
    group.people.setdefault(person.id, [])
    if person.identity is not None:
        group.numbers.add(person.identity)


def _children(known: Known) -> dict[_Token, list[str]]:
    children: dict[_Token, list[str]] = {}
    for child in known.children.values():
        for tie in child.ties:
            children.setdefault(tie.person.id, []).append(child.name)
    return children
