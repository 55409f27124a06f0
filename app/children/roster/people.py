"""The adults of an import, shared by brothers and sisters where that is certain or was said.

Two rows, or a row and the database, speak of one adult when the identity number and the name are
the same. Equal name and phone are a question (:mod:`app.children.roster.likely`): joining is
somebody's decision, and without it they stay two people.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from app.children.models import Guardian, GuardianPhone, ParentStatus
from app.children.numbers import phone_tail_index
from app.children.roster.known import Known, Person
from app.children.roster.likely import Key, likely_key
from app.children.roster.rows import RosterGuardian
from app.children.roster.staging import Staging
from app.children.roster.trace import SOURCE, Trace
from app.db.sealed import keys
from app.kernel.ids import uuid7
from app.kernel.names import pinyin

_MALE = {"father", "grandfather", "maternal_grandfather", "stepfather"}
_FEMALE = {"mother", "grandmother", "maternal_grandmother", "stepmother"}
# Where these stand in a row of a guardian that is about to be written.
_BIRTH, _NUMBER, _INDEX = 4, 5, 6


class People:
    """Finds or makes the person of a row's adult, and adds what was not known of them."""

    def __init__(
        self, known: Known, staging: Staging, today: date, joined: Collection[Key]
    ) -> None:
        """``joined``: names and phones that somebody has said are one person each.

        ``created`` counts the adults that are new, ``linked`` are those who were known.
        """
        self._known, self._today, self._joined = known, today, joined
        self._guardians = staging.announce(
            Guardian, "id", "name", "name_pinyin", "sex", "birth_date", "identity_number",
            "identity_index",
        )  # fmt: skip
        self._phones = staging.announce(
            GuardianPhone, "id", "guardian_id", "number", "number_index", "tail_index", "position"
        )
        self._statuses = staging.announce(
            ParentStatus, "id", "guardian_id", "away", "place", "work", "can_care"
        )
        self._by_key: dict[Key, Person] = {}
        self._by_number: dict[tuple[str | None, bytes], Person] = {}
        self._fresh: list[Person] = []
        self.created = 0
        self.updates: list[dict[str, Any]] = []
        self.linked: set[UUID] = set()

    def settle(self) -> None:
        """From now on the adults made so far stand in the database: change them by updates."""
        for person in self._fresh:
            person.row = None
        self._fresh.clear()

    def resolve(self, adult: RosterGuardian, trace: Trace) -> Person:
        """Return the person, made anew when nobody fits."""
        number = self._known.indexes.identity(adult.id_number)
        person = self._certain(adult.name, number) if number else None
        key = likely_key(adult)
        if key not in self._joined:
            key = None
        if key and person is None:
            person = self._by_key.get(key) or self._stored(key)
        person = person or self._make(adult, number, trace)
        if not person.made:
            self.linked.add(person.id)
        if key:
            self._by_key.setdefault(key, person)
        if number:
            self._by_number.setdefault((adult.name, number), person)
        return person

    def fill(self, person: Person, adult: RosterGuardian, trace: Trace) -> None:
        """Add phones, number, birth date and whereabouts that were not known of the person."""
        for number in adult.phones:
            self.add_phone(person, number, trace)
        self._fill_fields(person, adult, trace)
        self._tell(person, adult, trace)

    def add_phone(self, person: Person, number: str, trace: Trace) -> None:
        """Add a phone number unless the person has it."""
        index = self._known.indexes.phone(number)
        if index in person.phones:
            return
        row_id, sealed = uuid7(), keys().seal(number, "phone")
        tail = phone_tail_index(number)
        self._phones.append((row_id, person.id, sealed, index, tail, len(person.phones)))
        person.phones.add(index)
        if person.row is None:
            trace.add("guardian_phone", row_id)

    def _certain(self, name: str | None, number: bytes) -> Person | None:
        return self._by_number.get((name, number)) or self._known.certain(name, number)

    def _stored(self, key: Key) -> Person | None:
        return self._known.by_phone.get((key[0], self._known.indexes.phone(key[1])))

    def _make(self, adult: RosterGuardian, number: bytes | None, trace: Trace) -> Person:
        person = Person(uuid7(), adult.name, adult.birth, made=True)
        sex = "male" if adult.relation in _MALE else "unknown"
        sex = "female" if adult.relation in _FEMALE else sex
        read = pinyin(adult.name)[0] if adult.name else None
        person.identity = number
        sealed = keys().seal(adult.id_number, "identity_number") if adult.id_number else None
        person.row = [person.id, adult.name, read, sex, adult.birth, sealed, number]
        self._guardians.append(person.row)
        self._fresh.append(person)
        self.created += 1
        trace.add("guardian", person.id)
        return person

    def _fill_fields(self, person: Person, adult: RosterGuardian, trace: Trace) -> None:
        values: dict[str, Any] = {}
        if person.birth is None and adult.birth:
            values["birth_date"] = person.birth = adult.birth
        if person.identity is None and adult.id_number:
            person.identity = self._known.indexes.identity(adult.id_number)
            values |= {"identity_number": adult.id_number, "identity_index": person.identity}
        if person.name is None and adult.name:
            person.name = adult.name
            values |= {"name": adult.name, "name_pinyin": pinyin(adult.name)[0]}
        if not values:
            return
        if person.row is not None:
            _fill_fresh(person.row, values)
            return
        self.updates.append({"id": person.id, **values})
        trace.fill(person.id, values)

    def _tell(self, person: Person, adult: RosterGuardian, trace: Trace) -> None:
        if person.told or not self._is_news(person, adult):
            return
        row_id = uuid7()
        work = adult.employer
        self._statuses.append(
            (row_id, person.id, adult.away, adult.work_place, work, adult.can_care)
        )
        person.told = True
        if person.row is None:
            trace.add("parent_status", row_id)

    def _is_news(self, person: Person, adult: RosterGuardian) -> bool:
        """A sheet is news unless it repeats, says less, or a person has confirmed otherwise."""
        if person.told_on is None:
            return adult.away != "unknown" or adult.employer is not None
        if adult.away == "unknown":
            return False
        by_hand = person.told_by != SOURCE and person.away != "unknown"
        if by_hand or person.told_on > self._today:
            return False
        if adult.can_care not in ("unknown", person.can_care):
            return True
        return person.away != adult.away or (person.place is None and bool(adult.work_place))


def _fill_fresh(row: list[Any], values: dict[str, Any]) -> None:
    if "birth_date" in values:
        row[_BIRTH] = values["birth_date"]
    if "identity_number" in values:
        row[_NUMBER] = keys().seal(values["identity_number"], "identity_number")
        row[_INDEX] = values["identity_index"]
