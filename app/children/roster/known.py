"""What the database knows of the schools a roster speaks of: children, adults, classes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from typing import cast as type_cast
from uuid import UUID

from sqlalchemy import ColumnElement, LargeBinary, Text, any_, cast, literal, select, text
from sqlalchemy.dialects.postgresql import ARRAY

from app.children.models import (
    SCHEMES,
    Child,
    Declaration,
    Enrolment,
    Guardian,
    GuardianPhone,
    Guardianship,
    IdentityDocument,
    ParentStatus,
    Placement,
)
from app.children.numbers import identity_index
from app.db.sealed import keys
from app.host.context import Ctx
from app.kernel.grades import HomeroomKey, Stage
from app.tenancy.models import Homeroom

FIELDS = ("former_name", "birth_date", "ethnic_group", "pupil_number", "boarding", "health",
          "address", "registered_residence", "note")  # fmt: skip
_ELSEWHERE = text("SELECT number_index, school_name FROM identity_elsewhere(:numbers)")


class Indexes:
    """Blind indexes of numbers, each worked out once: an import looks at them again and again."""

    def __init__(self) -> None:
        self._phones: dict[str, bytes] = {}
        self._identities: dict[str, bytes | None] = {}

    def phone(self, number: str) -> bytes:
        """Return by what a phone number is found."""
        found = self._phones.get(number)
        if found is None:
            found = self._phones[number] = keys().blind(number, "phone")
        return found

    def identity(self, number: str | None) -> bytes | None:
        """Return by what an identity number is found, None for none."""
        if not number:
            return None
        found = self._identities.get(number)
        if found is None:
            found = self._identities[number] = identity_index(number)
        return found


def among(column: Any, values: Iterable[Any]) -> ColumnElement[bool]:
    """Return the condition that a column holds one of very many values, as one parameter.

    The values are identifiers or indexes. They are written down in one go: a driver writes one
    after the other, which takes longer than to find them.
    """
    if isinstance(column.type, LargeBinary):
        parts = [f'"\\\\x{value.hex()}"' for value in values]
    else:
        parts = [value.hex for value in values]
    found = cast(literal("{" + ",".join(parts) + "}", Text), ARRAY(column.type))
    return type_cast(ColumnElement[bool], column == any_(found))


@dataclass(slots=True, eq=False)
class Person:
    """An adult of the database, or one that this import makes.

    ``row`` is what will be written, until it is; ``told``: this import tells of their whereabouts.
    """

    id: UUID
    name: str | None
    birth: date | None = None
    identity: bytes | None = None
    phones: set[bytes] = field(default_factory=set)
    away: str = "unknown"
    can_care: str = "unknown"
    place: str | None = None
    told_by: str | None = None
    told_on: date | None = None
    made: bool = False
    told: bool = False
    row: list[Any] | None = None


@dataclass(slots=True, eq=False)
class Tie:
    """What an adult is to a known child."""

    id: UUID
    person: Person
    relation: str
    relation_note: str | None
    legal: bool
    cares_daily: bool
    entrusted: bool


@dataclass(slots=True, eq=False)
class KnownChild:
    """A child of the database and what an import may compare with."""

    id: UUID
    school_id: UUID
    name: str
    sex: str
    version: int
    values: dict[str, Any]
    identities: dict[bytes, UUID] = field(default_factory=dict)
    ties: list[Tie] = field(default_factory=list)
    declared: dict[str, str] = field(default_factory=dict)
    homeroom: UUID | None = None
    placement_id: UUID | None = None
    enrolment_id: UUID | None = None
    left_on: date | None = None


class Known:
    """Everything loaded, and the ways to find it."""

    def __init__(self, ctx: Ctx, schools: Collection[UUID]) -> None:
        self._ctx = ctx
        self._schools = list(schools)
        self.indexes = Indexes()
        self.children: dict[UUID, KnownChild] = {}
        self.by_identity: dict[bytes, KnownChild] = {}
        self.by_pupil: dict[bytes, KnownChild] = {}
        self.by_name: dict[tuple[UUID, str, date | None], KnownChild] = {}
        self.persons: dict[UUID, Person] = {}
        self.by_phone: dict[tuple[str | None, bytes], Person] = {}
        self.by_adult_identity: dict[bytes, Person] = {}
        self.homerooms: dict[tuple[UUID, HomeroomKey], UUID] = {}
        self.closed: dict[UUID, date] = {}

    def load(self) -> Known:
        """Read it, in a fixed number of queries."""
        self._load_homerooms()
        self._load_children()
        if self.children:
            self._load_identities()
            self._load_stays()
            self._load_places()
            self._load_declared()
            self._load_ties()
        return self

    def certain(self, name: str | None, number: bytes | None) -> Person | None:
        """Return the adult of this identity number and no other name: the same beyond doubt."""
        person = self.by_adult_identity.get(number) if number else None
        return person if person and (name is None or person.name in (None, name)) else None

    def elsewhere(self, numbers: Sequence[bytes]) -> dict[bytes, str]:
        """Return the school that has a child with such a number, where it is not ours."""
        if not numbers:
            return {}
        rows = self._ctx.session.execute(_ELSEWHERE, {"numbers": list(numbers)})
        return {bytes(number): name for number, name in rows}

    def load_adults(self, phones: Sequence[bytes], identities: Sequence[bytes]) -> None:
        """Read adults the reader sees who share a number with the roster."""
        session = self._ctx.session
        found = (
            set(
                session.scalars(
                    select(GuardianPhone.guardian_id).where(
                        among(GuardianPhone.number_index, phones), GuardianPhone.voided_at.is_(None)
                    )
                )
            )
            if phones
            else set()
        )
        if identities:
            wanted = select(Guardian.id).where(among(Guardian.identity_index, identities))
            found |= set(session.scalars(wanted))
        self._load_persons(found - self.persons.keys())

    def _load_homerooms(self) -> None:
        rows = self._ctx.session.execute(
            select(
                Homeroom.id, Homeroom.school_id, Homeroom.stage, Homeroom.intake_year,
                Homeroom.number, Homeroom.closed_on,
            ).where(Homeroom.school_id.in_(self._schools))
        )  # fmt: skip
        for room_id, school_id, stage, year, number, closed_on in rows:
            self.homerooms[school_id, HomeroomKey(Stage(stage), year, number)] = room_id
            if closed_on is not None:
                self.closed[room_id] = closed_on

    def _load_children(self) -> None:
        columns = [getattr(Child, name) for name in FIELDS]
        rows = self._ctx.session.execute(
            select(
                Child.id, Child.school_id, Child.name, Child.sex, Child.version,
                Child.pupil_number_index, Child.left_on, *columns,
            ).where(Child.school_id.in_(self._schools), Child.voided_at.is_(None),
                    Child.merged_into_id.is_(None))
        )  # fmt: skip
        for child_id, school_id, name, sex, version, pupil, left_on, *values in rows:
            filled = dict(zip(FIELDS, values, strict=True))
            child = KnownChild(child_id, school_id, name, sex, version, filled, left_on=left_on)
            self.children[child_id] = child
            self.by_name[school_id, name, filled["birth_date"]] = child
            if pupil is not None:
                self.by_pupil[bytes(pupil)] = child

    def _load_identities(self) -> None:
        rows = self._ctx.session.execute(
            select(
                IdentityDocument.id, IdentityDocument.child_id, IdentityDocument.number_index
            ).where(self._of(IdentityDocument), IdentityDocument.voided_at.is_(None))
        )
        for document_id, child_id, number in rows:
            child = self.children.get(child_id)
            if child is not None:
                child.identities[bytes(number)] = document_id
                self.by_identity[bytes(number)] = child

    def _load_stays(self) -> None:
        rows = self._ctx.session.execute(
            select(Enrolment.child_id, Enrolment.id)
            .where(self._of(Enrolment), Enrolment.ends_on.is_(None))
            .order_by(Enrolment.starts_on)
        )
        for child_id, enrolment_id in rows:
            child = self.children.get(child_id)
            if child is not None:
                child.enrolment_id = enrolment_id

    def _load_places(self) -> None:
        rows = self._ctx.session.execute(
            select(Placement.child_id, Placement.id, Placement.homeroom_id).where(
                self._of(Placement), Placement.ends_on.is_(None)
            )
        )
        for child_id, placement_id, homeroom_id in rows:
            child = self.children.get(child_id)
            if child is not None:
                child.placement_id, child.homeroom = placement_id, homeroom_id

    def _load_declared(self) -> None:
        rows = self._ctx.session.execute(
            select(Declaration.child_id, *(getattr(Declaration, scheme) for scheme in SCHEMES))
            .where(self._of(Declaration), Declaration.voided_at.is_(None))
            .order_by(Declaration.as_of, Declaration.id)
        )
        for child_id, *said in rows:
            child = self.children.get(child_id)
            if child is not None:
                answers = zip(SCHEMES, said, strict=True)
                child.declared |= {scheme: value for scheme, value in answers if value}

    def _load_ties(self) -> None:
        rows = self._ctx.session.execute(
            select(
                Guardianship.id, Guardianship.child_id, Guardianship.guardian_id,
                Guardianship.relation, Guardianship.relation_note, Guardianship.legal,
                Guardianship.cares_daily, Guardianship.entrusted,
            )
            .where(self._of(Guardianship), Guardianship.ends_on.is_(None))
            .order_by(Guardianship.child_id, Guardianship.position)
        ).all()  # fmt: skip
        self._load_persons({row.guardian_id for row in rows})
        for row in rows:
            child, person = self.children.get(row.child_id), self.persons.get(row.guardian_id)
            if child is not None and person is not None:
                child.ties.append(
                    Tie(row.id, person, row.relation, row.relation_note, row.legal,
                        row.cares_daily, row.entrusted)
                )  # fmt: skip

    def _load_persons(self, ids: Iterable[UUID]) -> None:
        wanted = list(ids)
        if not wanted:
            return
        session = self._ctx.session
        for row in session.execute(
            select(Guardian.id, Guardian.name, Guardian.birth_date, Guardian.identity_index)
            .where(among(Guardian.id, wanted), Guardian.voided_at.is_(None))
        ):  # fmt: skip
            self.persons[row.id] = Person(row.id, row.name, row.birth_date, row.identity_index)
            if row.identity_index is not None:
                self.by_adult_identity[bytes(row.identity_index)] = self.persons[row.id]
        self._load_phones(wanted)
        self._load_statuses(wanted)

    def _load_phones(self, wanted: list[UUID]) -> None:
        rows = self._ctx.session.execute(
            select(GuardianPhone.guardian_id, GuardianPhone.number_index).where(
                among(GuardianPhone.guardian_id, wanted), GuardianPhone.voided_at.is_(None)
            )
        )
        for guardian_id, number in rows:
            person = self.persons.get(guardian_id)
            if person is not None:
                person.phones.add(bytes(number))
                self.by_phone[person.name, bytes(number)] = person

    def _load_statuses(self, wanted: list[UUID]) -> None:
        rows = self._ctx.session.execute(
            select(
                ParentStatus.guardian_id, ParentStatus.away, ParentStatus.place,
                ParentStatus.source, ParentStatus.confirmed_on, ParentStatus.can_care,
            )
            .where(among(ParentStatus.guardian_id, wanted), ParentStatus.voided_at.is_(None))
            .order_by(ParentStatus.confirmed_on, ParentStatus.id)
        )  # fmt: skip
        for guardian_id, away, place, source, day, can_care in rows:
            person = self.persons.get(guardian_id)
            if person is not None:
                person.away, person.place, person.told_by, person.told_on = away, place, source, day
                person.can_care = can_care

    def _of(self, model: Any) -> Any:
        return model.school_id.in_(self._schools)
