"""Which pupil a row of a sheet speaks of: by pupil number, identity number, or name and class.

A number under another name, and a name that several have, are never guessed about: such a row is
told with what to do.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select

from app.children.models import Child, IdentityDocument, Placement
from app.children.numbers import identity_index, pupil_number_index
from app.children.permits import visible
from app.children.roster.apply import Schools, read_schools
from app.children.roster.rows import SchoolHint
from app.children.roster.schools import SchoolFinder
from app.children.standing import present
from app.db.conditions import refers
from app.db.scope import Reach
from app.host.context import Ctx
from app.kernel.class_names import parse_class
from app.kernel.grades import HomeroomKey
from app.kernel.text import T, Text
from app.sdk.classes import year_of_schooling
from app.sdk.sheet_rows import CLASS, GRADE, IDENTITY, NAME, PUPIL_NUMBER, SCHOOL
from app.sheets.clean import text_of
from app.tenancy.models import Homeroom, School

_SPACES = re.compile(r"[\s\u200b-\u200f\ufeff]+")


class KnownPupil(NamedTuple):
    """A present pupil, as a sheet's row is matched with it; the class is today's."""

    id: UUID
    school_id: UUID
    name: str
    sex: str
    birth_date: date | None
    homeroom_id: UUID | None
    stage: str | None
    intake_year: int | None
    number: int | None
    title: str | None
    system: str

    def year_on(self, day: date) -> int | None:
        """Return the year of schooling on a day, by today's class."""
        if self.stage is None or self.intake_year is None:
            return None
        return year_of_schooling(self.stage, self.intake_year, self.system, day)


@dataclass
class Pupils:
    """The pupils that a permission reaches, and the ways to find them."""

    by_name: Mapping[str, Sequence[KnownPupil]]
    by_number: Mapping[bytes, KnownPupil]
    by_identity: Mapping[bytes, KnownPupil]
    schools: Schools
    finder: SchoolFinder
    here: UUID | None
    today: date
    rooms: dict[tuple[UUID, str, str], HomeroomKey | None] = field(default_factory=dict)

    @classmethod
    def load(cls, ctx: Ctx, permission: str) -> Pupils:
        """Read them: three queries."""
        by_name: dict[str, list[KnownPupil]] = {}
        by_number: dict[bytes, KnownPupil] = {}
        by_id: dict[UUID, KnownPupil] = {}
        for number, *columns in ctx.session.execute(_pupils(ctx, permission)):
            pupil = KnownPupil(*columns)
            by_id[pupil.id] = pupil
            by_name.setdefault(pupil.name, []).append(pupil)
            if number is not None:
                by_number[number] = pupil
        documents = select(IdentityDocument.number_index, IdentityDocument.child_id).where(
            IdentityDocument.voided_at.is_(None)
        )
        by_identity = {
            index: by_id[child] for index, child in ctx.session.execute(documents) if child in by_id
        }
        schools = read_schools(ctx)
        one = ctx.scope.reach is not Reach.CENTER and len(ctx.scope.school_ids) == 1
        here = ctx.scope.school_ids[0] if one else None
        finder = SchoolFinder(schools.hints)
        return cls(by_name, by_number, by_identity, schools, finder, here, ctx.today())

    def find(self, cells: Mapping[str, Any], sheet_school: SchoolHint | None) -> KnownPupil | Text:
        """Return the pupil whom the cells of a row name, or why it is not known who."""
        name = _name(cells.get(NAME, ""))
        numbered = self._numbered(cells)
        if numbered is not None:
            if name and numbered.name != name:
                return T(
                    "the number belongs to {known}, the row says {name}: check both",
                    known=numbered.name, name=name,
                )  # fmt: skip
            return numbered
        if not name:
            return T("no name stands in this row")
        return self._named(name, cells, sheet_school)

    def _numbered(self, cells: Mapping[str, Any]) -> KnownPupil | None:
        number = text_of(cells.get(PUPIL_NUMBER, "")).strip()
        if number and (index := pupil_number_index(number)) in self.by_number:
            return self.by_number[index or b""]
        identity = text_of(cells.get(IDENTITY, "")).strip()
        index = identity_index(identity) if identity else None
        return self.by_identity.get(index) if index else None

    def _named(
        self, name: str, cells: Mapping[str, Any], sheet_school: SchoolHint | None
    ) -> KnownPupil | Text:
        fitting = self.by_name.get(name, ())
        school = self._school(text_of(cells.get(SCHOOL, "")).strip(), sheet_school)
        if school is not None:
            fitting = [pupil for pupil in fitting if pupil.school_id == school]
        room = text_of(cells.get(CLASS, "")).strip()
        if room and fitting:
            grade = text_of(cells.get(GRADE, "")).strip()
            fitting = [pupil for pupil in fitting if self._sits_in(pupil, room, grade)]
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            return T("several pupils are called {name}; write the class and the pupil number",
                     name=name)  # fmt: skip
        return T("no pupil {name} {room} here; check the name and the class", name=name, room=room)

    def _school(self, text: str, sheet_school: SchoolHint | None) -> UUID | None:
        if self.here is not None:
            return self.here
        hint = (self.finder.exact(text) if text else None) or sheet_school
        return self.schools.ids[hint.code] if hint else None

    def _sits_in(self, pupil: KnownPupil, room: str, grade: str) -> bool:
        if pupil.stage is None:
            return False
        if pupil.title and _bare(pupil.title) == _bare(room):
            return True
        key = self._room(pupil.school_id, room, grade)
        sits = (pupil.stage, pupil.intake_year, pupil.number)
        return key is not None and (key.stage, key.intake_year, key.number) == sits

    def _room(self, school_id: UUID, room: str, grade: str) -> HomeroomKey | None:
        """Return the class that a text means at a school; each text is understood once."""
        asked = (school_id, room, grade)
        if asked not in self.rooms:
            hint = self.schools.hint(school_id)
            self.rooms[asked] = parse_class(
                room, stages=hint.stages, system=hint.system, on=self.today, grade=grade
            ).key
        return self.rooms[asked]


def _pupils(ctx: Ctx, permission: str) -> Any:
    wanted: Any = (
        select(
            Child.pupil_number_index, Child.id, Child.school_id, Child.name, Child.sex,
            Child.birth_date, Placement.homeroom_id, Homeroom.stage, Homeroom.intake_year,
            Homeroom.number, Homeroom.title, School.system,
        )
        .join(School, refers(Child.school_id, School))
        .outerjoin(Placement, refers(Placement.child_id, Child) & Placement.ends_on.is_(None))
        .outerjoin(Homeroom, refers(Placement.homeroom_id, Homeroom))
        .where(present())
    )  # fmt: skip
    return visible(ctx, permission, wanted)


def _name(cell: Any) -> str:
    if isinstance(cell, str) and cell.isalnum() and unicodedata.is_normalized("NFKC", cell):
        return cell  # as most names are
    return _SPACES.sub("", unicodedata.normalize("NFKC", text_of(cell)))


def _bare(room: str) -> str:
    text = unicodedata.normalize("NFKC", room)
    return "".join(c for c in text if c not in "() \u3000").removesuffix("班")
