"""Invented children written in bulk, with everything that is known of them and their adults."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

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
from app.children.numbers import phone_tail_index
from app.children.roster.rows import RosterGuardian, RosterRow
from app.children.roster.staging import Staging, as_copied
from app.children.roster.words import UNKNOWN
from app.db.base import Base
from app.db.sealed import blind
from app.demo.facts import PARENTS, SOURCE, FactMaker
from app.host.context import Ctx
from app.kernel.grades import YEAR_STARTS, HomeroomKey
from app.kernel.ids import uuid7
from app.kernel.names import pinyin
from app.tenancy.models import Homeroom

_CARERS = {"grandfather": "male", "grandmother": "female"}
# Shares of what real registers lack or get wrong.
_WITHOUT_NUMBER, _WRONG_NUMBER, _ONLY_DECLARED = 0.01, 0.02, 0.12
_WITHOUT_PHONE, _DEAD_PHONE, _SILENT_FAMILY = 0.05, 0.02, 0.012
_ORDER: tuple[type[Base], ...] = (
    *(Homeroom, Child, IdentityDocument, Enrolment, Placement, Declaration),
    *(Guardian, GuardianPhone, Guardianship, ParentStatus),
)


_AT_ONCE = 2000


@dataclass
class Loaded:
    """What has been written, for those who go on with it: ids by identity number or class."""

    children: dict[int, UUID] = field(default_factory=dict)
    guardians: dict[str, UUID] = field(default_factory=dict)
    homerooms: dict[tuple[UUID, HomeroomKey], UUID] = field(default_factory=dict)


class ChildWriter:
    """Writes the invented rows of one school after another, in a centre's scope."""

    def __init__(self, ctx: Ctx, seed: int, reachable: frozenset[str] = frozenset()) -> None:
        """Write in ``ctx``; adults with the ``reachable`` identity numbers have a phone."""
        self.loaded = Loaded()
        self._reachable = reachable
        self._ctx = ctx
        self._random = Random(seed)  # noqa: S311 - nothing is kept secret by it
        self._today = ctx.today()
        self._facts = FactMaker(self._random, self._today)
        self._now = ctx.now()
        self._tables: dict[type[Base], list[dict[str, Any]]] = {model: [] for model in _ORDER}
        self._counted = False

    def write(self, school_id: UUID, rows: Sequence[RosterRow]) -> None:
        """Take in a school's children; :meth:`flush` writes the last ones."""
        for row in rows:
            self._row(school_id, row)
        if not self._counted:
            # Of empty tables the planner does not know how to look up what rows refer to.
            self.flush()
            self._ctx.session.execute(select(func.gather_statistics()))
            self._counted = True
        elif len(self._tables[Child]) >= _AT_ONCE:
            self.flush()

    def flush(self) -> None:
        """Write the children that are still waiting."""
        staging = Staging()
        for model, rows in self._tables.items():
            if rows:
                staging.announce(model, *rows[0]).extend(as_copied(model, rows))
                rows.clear()
        staging.write(self._ctx.session, {})

    def _add(self, model: type[Base], **values: Any) -> UUID:
        identity = uuid7()
        self._tables[model].append(
            {"center_id": self._ctx.scope.center_id, "id": identity, **values}
        )
        return identity

    def _row(self, school_id: UUID, row: RosterRow) -> None:
        if row.child is None or row.homeroom is None:
            return
        child_id = self._child(school_id, row)
        self.loaded.children[id(row)] = child_id
        whose = {"school_id": school_id, "child_id": child_id}
        begin = self._begin(row.homeroom)
        stay = self._add(
            Enrolment, **whose, at_school_id=school_id, starts_on=begin, reason_in="enrolled"
        )
        room = self._homeroom(school_id, row.homeroom)
        self._add(Placement, **whose, enrolment_id=stay, homeroom_id=room, starts_on=begin)
        if said := self._facts.declarations(row):
            answers = {scheme: said.get(scheme) for scheme in SCHEMES}
            self._add(Declaration, **whose, **answers, as_of=self._facts.declared_on, source=SOURCE)
        self._adults(whose, row, begin)

    def _begin(self, room: HomeroomKey) -> date:
        return date(room.intake_year, *YEAR_STARTS)

    def _homeroom(self, school_id: UUID, key: HomeroomKey) -> UUID:
        found = self.loaded.homerooms.get((school_id, key))
        if found is None:
            found = self.loaded.homerooms[school_id, key] = self._add(
                Homeroom,
                school_id=school_id,
                stage=key.stage.value,
                intake_year=key.intake_year,
                number=key.number,
            )
        return found

    def _child(self, school_id: UUID, row: RosterRow) -> UUID:
        child = row.child
        assert child is not None  # noqa: S101 (the caller has looked)
        full, initials = pinyin(child.name)
        numbered = self._random.random() >= _WITHOUT_NUMBER
        pupil_number = child.pupil_number if numbered else None
        identity = self._add(
            Child,
            school_id=school_id,
            name=child.name,
            name_pinyin=full,
            name_initials=initials,
            sex=child.sex,
            birth_date=child.birth,
            ethnic_group=child.ethnic_group,
            pupil_number=pupil_number,
            pupil_number_index=blind(pupil_number, "pupil_number"),
            boarding=child.boarding,
            health=child.health,
            address=child.address,
            created_at=self._now,
            updated_at=self._now,
            version=1,
        )
        if numbered and child.id_number:
            self._document(school_id, identity, child.id_number)
        return identity

    def _document(self, school_id: UUID, child_id: UUID, number: str) -> None:
        wrong = self._random.random() < _WRONG_NUMBER
        if wrong:
            number = number[:-1] + ("1" if number[-1] != "1" else "2")
        self._add(
            IdentityDocument,
            school_id=school_id,
            child_id=child_id,
            kind="resident_id",
            number=number,
            number_index=blind(number, "identity_number"),
            tail_index=blind(number[-4:], "identity_tail"),
            state="to_verify" if wrong else "verified",
            reason="bad_check_digit" if wrong else None,
        )

    def _adults(self, whose: dict[str, UUID], row: RosterRow, begin: date) -> None:
        told = self._random.random() >= _ONLY_DECLARED
        silent = self._random.random() < _SILENT_FAMILY
        parents = [adult for adult in row.guardians if adult.relation in PARENTS]
        one_at_home = {adult.away for adult in parents} == {"yes", "no"}
        for position, adult in enumerate(row.guardians):
            known = self.loaded.guardians.get(adult.id_number or "")
            if known is None:
                known = self._guardian(adult, silent=silent)
                if told and adult.relation in PARENTS and adult.away != UNKNOWN:
                    status = self._facts.status(adult, may_be_unable=one_at_home)
                    self._add(ParentStatus, guardian_id=known, **status)
            self._add(
                Guardianship,
                **whose,
                guardian_id=known,
                relation=adult.relation,
                legal=adult.relation in PARENTS,
                cares_daily=adult.is_guardian,
                entrusted=adult.is_guardian and adult.relation not in PARENTS,
                barred=False,
                position=position,
                starts_on=begin,
            )

    def _guardian(self, adult: RosterGuardian, *, silent: bool) -> UUID:
        identity = self._add(
            Guardian,
            name=adult.name,
            name_pinyin=pinyin(adult.name or "")[0],
            sex=(PARENTS | _CARERS).get(adult.relation, "unknown"),
            birth_date=adult.birth,
            identity_number=adult.id_number,
            identity_index=blind(adult.id_number, "identity_number"),
            created_at=self._now,
            version=1,
        )
        self.loaded.guardians[adult.id_number or ""] = identity
        sure = adult.id_number in self._reachable
        silent = silent or self._random.random() < _WITHOUT_PHONE
        if adult.phones and (sure or not silent):
            self._phone(identity, adult.phones[0], sure=sure)
        return identity

    def _phone(self, guardian_id: UUID, number: str, *, sure: bool) -> None:
        fate = self._random.random()
        on = self._today - timedelta(days=self._random.randrange(3, 160))
        self._add(
            GuardianPhone,
            guardian_id=guardian_id,
            number=number,
            number_index=blind(number, "phone"),
            tail_index=phone_tail_index(number),
            position=0,
            last_reached_on=on if fate > 0.5 else None,
            dead_on=on if fate < _DEAD_PHONE and not sure else None,
        )
