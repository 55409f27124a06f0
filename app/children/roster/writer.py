"""Turning the rows of a roster into rows of the database: new children whole, known ones filled.

An empty cell never blanks anything. What the record lacks is filled; what a sheet declares newly
(left behind, orphan, disability) is added with its day; any other difference is listed and stays,
unless the file's values are taken. A parent of another name is always only listed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from app.children.models import (
    SCHEMES,
    Child,
    Declaration,
    Enrolment,
    Guardian,
    Guardianship,
    IdentityDocument,
    ImportChange,
    Placement,
)
from app.children.numbers import identity_tail_index, pupil_number_index
from app.children.roster.facts import (
    PARENTS,
    SEALED,
    cares,
    declared,
    has_named,
    kept,
    label,
    legal,
    seal,
    tie_of,
)
from app.children.roster.known import (
    FIELDS,
    Known,
    KnownChild,
    Person,
    Tie,
)
from app.children.roster.likely import Key
from app.children.roster.people import People
from app.children.roster.rows import RosterChild, RosterGuardian, RosterRow
from app.children.roster.staging import Part, Staging
from app.children.roster.trace import Deeds, Difference, Totals, Trace
from app.db.sealed import keys
from app.kernel.grades import HomeroomKey
from app.kernel.ids import uuid7
from app.kernel.names import pinyin
from app.tenancy.models import Homeroom

_OF_FILE = {"birth_date": "birth", "note": "remark"}
_DAY = timedelta(days=1)
_VAGUE = {"other", "grandparent", "relative"}
Updates = dict[type[Any], list[dict[str, Any]]]


class Writer:
    """Collects what is to be written for each child."""

    def __init__(
        self,
        known: Known,
        school_ids: Mapping[str, UUID],
        *,
        today: date,
        since: date,
        take_file: bool,
        joined: Collection[Key] = (),
    ) -> None:
        """``since`` is when children on a roster have come, unless they had left later."""
        self.staging, self.totals = Staging(), Totals()
        self._known, self._school_ids = known, school_ids
        self._today, self._since, self._take = today, since, take_file
        announce = self.staging.announce
        self._homerooms = announce(Homeroom, "id", "school_id", "stage", "intake_year", "number")
        self.people = People(known, self.staging, today, joined)
        self._children = announce(
            Child, "id", "school_id", "name", "name_pinyin", "name_initials", "sex",
            "pupil_number_index", *FIELDS,
        )  # fmt: skip
        of_child = ("id", "school_id", "child_id")
        self._identities = announce(
            IdentityDocument, *of_child, "kind", "number", "number_index", "tail_index", "state",
            "reason",
        )  # fmt: skip
        self._enrolments = announce(Enrolment, *of_child, "at_school_id", "starts_on", "reason_in")
        self._placements = announce(
            Placement, *of_child, "enrolment_id", "homeroom_id", "starts_on"
        )
        self._ties = announce(
            Guardianship, *of_child, "guardian_id", "relation", "relation_note", "legal",
            "cares_daily", "entrusted", "position",
        )  # fmt: skip
        self._declarations = announce(Declaration, *of_child, *SCHEMES)
        self._changes = announce(
            ImportChange, "id", "school_id", "created", "updated", "before", "added"
        )
        self._deeds: defaultdict[UUID, Deeds] = defaultdict(Deeds)
        self.updates: Updates = {}

    def open_rooms(self, rows: Iterable[RosterRow]) -> None:
        """Plan the classes of new children, so that all stand there before the first of them."""
        for row in rows:
            if row.school is not None and row.homeroom is not None:
                self._room(self._school_ids[row.school.code], row.homeroom)

    def take(self, row: RosterRow, known: KnownChild | None) -> None:
        """Plan one child, ``known`` or new."""
        if row.child is None or row.school is None:
            return
        if known is None:
            self._new(row, row.child, self._school_ids[row.school.code])
        else:
            self._fill(row, row.child, known)

    def detach(self) -> tuple[Updates, list[Part]]:
        """Return what has been planned since the last time: changes first, then new rows."""
        updates, self.updates = self.updates, {}
        if self.people.updates:
            updates[Guardian], self.people.updates = self.people.updates, []
        for school_id, did in self._deeds.items():
            self._changes.append(
                (uuid7(), school_id, did.created, did.updated,
                 {"rows": did.trace.before, "filled": did.trace.filled}, did.trace.added)
            )  # fmt: skip
        self._deeds.clear()
        parts = self.staging.detach()
        self.people.settle()
        return updates, parts

    def _new(self, row: RosterRow, child: RosterChild, school_id: UUID) -> None:
        child_id, deeds = uuid7(), self._deeds[school_id]
        trace = deeds.trace
        full, initials = pinyin(child.name)
        values = {name: getattr(child, _OF_FILE.get(name, name)) for name in FIELDS}
        sealed = [seal(name, value) for name, value in values.items()]
        index = pupil_number_index(child.pupil_number)
        self._children.append(
            (child_id, school_id, child.name, full, initials, child.sex, index, *sealed)
        )
        target = KnownChild(child_id, school_id, child.name, child.sex, 1, values)
        self._add_identity(target, child)
        self._enrol(target, "enrolled")
        self._place(target, row.homeroom)
        self._declare(target, child, Trace())
        for position, adult in enumerate(row.guardians):
            person = self.people.resolve(adult, trace)
            self.people.fill(person, adult, trace)
            self._tie(target, adult, person, position)
        self._household_phone(row, target, trace)
        deeds.created[child_id.hex] = target.version
        self.totals.created += 1

    def _fill(self, row: RosterRow, child: RosterChild, known: KnownChild) -> None:
        trace = Trace()
        values = self._values(row, child, known)
        if child.id_number:
            self._fill_identity(row, child, known, trace)
        if known.left_on is not None:
            values["left_on"] = None
            trace.add("enrolment", self._enrol(known, "returned"))
        self._fill_place(row, known, trace)
        self._declare(known, child, trace)
        self._fill_adults(row, known, trace)
        self._household_phone(row, known, trace)
        if not values and trace.empty:
            self.totals.unchanged += 1
            return
        before = {
            name: kept(name, known.values.get(name, getattr(known, name, None)))
            for name in values
            if name in FIELDS or name in ("name", "sex", "left_on")
        }
        trace.before.append(("child", str(known.id), before))
        known.version += 1
        self._update(Child, known.id, values | {"version": known.version})
        deeds = self._deeds[known.school_id]
        deeds.updated[str(known.id)] = known.version
        deeds.trace.include(trace)
        self.totals.updated += 1

    def _values(self, row: RosterRow, child: RosterChild, known: KnownChild) -> dict[str, Any]:
        """Return the columns of the child to change; list the others that differ."""
        values: dict[str, Any] = {}
        for name in FIELDS:
            self._compare(
                row, name, known.values[name], getattr(child, _OF_FILE.get(name, name)), values
            )
        if child.sex != "unknown":
            ours = None if known.sex == "unknown" else known.sex
            self._compare(row, "sex", ours, child.sex, values)
        self._compare(row, "name", known.name, child.name, values)
        if "pupil_number" in values:
            values["pupil_number_index"] = pupil_number_index(child.pupil_number)
        if "name" in values:
            values["name_pinyin"], values["name_initials"] = pinyin(child.name)
        return values

    def _compare(
        self, row: RosterRow, name: str, ours: Any, theirs: Any, values: dict[str, Any]
    ) -> None:
        if theirs in (None, "") or theirs == ours:
            return
        if ours in (None, "") or self._take:
            values[name] = theirs
        else:
            self._differs(row, name, ours, theirs)

    def _differs(self, row: RosterRow, name: str, ours: Any, theirs: Any) -> None:
        hidden = name in SEALED or name == "id_number"
        said = (None, None) if hidden else (str(ours), str(theirs))
        child = row.child.name if row.child else ""
        self.totals.differences.append(Difference(row.sheet, row.row, child, name, *said))

    def _add_identity(self, known: KnownChild, child: RosterChild) -> UUID | None:
        number = child.id_number
        index = self._known.indexes.identity(number)
        if number is None or index is None:
            return None
        state = "verified" if child.id_state == "ok" else "to_verify"
        reason = None if state == "verified" else child.id_state
        row_id = uuid7()
        self._identities.append(
            (row_id, known.school_id, known.id, child.id_kind,
             keys().seal(number, "identity_number"), index, identity_tail_index(number),
             state, reason)
        )  # fmt: skip
        known.identities[index] = row_id
        return row_id

    def _fill_identity(
        self, row: RosterRow, child: RosterChild, known: KnownChild, trace: Trace
    ) -> None:
        if self._known.indexes.identity(child.id_number) in known.identities:
            return
        if known.identities:
            self._differs(row, "id_number", None, None)
            return
        row_id = self._add_identity(known, child)
        if row_id:
            trace.add("identity_document", row_id)

    def _enrol(self, known: KnownChild, reason: str) -> UUID:
        """Open a stay: since the roster's children have come, or the day after the last one."""
        row_id = known.enrolment_id = uuid7()
        school_id = known.school_id
        since = self._begins(known)
        self._enrolments.append((row_id, school_id, known.id, school_id, since, reason))
        return row_id

    def _begins(self, known: KnownChild) -> date:
        return max(self._since, known.left_on + _DAY) if known.left_on else self._since

    def _place(self, known: KnownChild, key: HomeroomKey | None) -> UUID | None:
        if key is None or known.enrolment_id is None:
            return None
        row_id, room = uuid7(), self._room(known.school_id, key)
        self._placements.append(
            (row_id, known.school_id, known.id, known.enrolment_id, room, self._begins(known))
        )
        known.homeroom, known.placement_id = room, row_id
        return row_id

    def _room(self, school_id: UUID, key: HomeroomKey) -> UUID:
        room = self._known.homerooms.get((school_id, key))
        if room is None:
            room = self._known.homerooms[school_id, key] = uuid7()
            self._homerooms.append((room, school_id, str(key.stage), key.intake_year, key.number))
            self.totals.homerooms_created += 1
            self._deeds[school_id].trace.add("homeroom", room)
        elif closed_on := self._known.closed.pop(room, None):
            self._update(Homeroom, room, {"closed_on": None})
            before = {"closed_on": kept("closed_on", closed_on)}
            self._deeds[school_id].trace.before.append(("homeroom", str(room), before))
        return room

    def _fill_place(self, row: RosterRow, known: KnownChild, trace: Trace) -> None:
        key = row.homeroom
        if key is None:
            return
        if known.placement_id is None:
            row_id = self._place(known, key)
            if row_id:
                trace.add("placement", row_id)
        elif known.homeroom == self._known.homerooms.get((known.school_id, key)):
            return
        elif self._take:
            self._update(Placement, known.placement_id, {"ends_on": self._today})
            trace.before.append(("placement", str(known.placement_id), {"ends_on": None}))
            row_id = self._place(known, key)
            if row_id:
                trace.add("placement", row_id)
        else:
            ours = next((k for (_, k), room in self._known.homerooms.items()
                         if room == known.homeroom), None)  # fmt: skip
            self._differs(row, "class", label(ours), label(key))

    def _declare(self, known: KnownChild, child: RosterChild, trace: Trace) -> None:
        said = [
            value if value != known.declared.get(scheme) else None
            for scheme, value in zip(SCHEMES, declared(child), strict=True)
        ]
        if any(said):
            row_id = uuid7()
            self._declarations.append((row_id, known.school_id, known.id, *said))
            trace.add("declaration", row_id)

    def _fill_adults(self, row: RosterRow, known: KnownChild, trace: Trace) -> None:
        for adult in row.guardians:
            tie = tie_of(known, adult)
            if tie is None and adult.relation in PARENTS and has_named(known, adult.relation):
                ours = next(t.person.name for t in known.ties if t.relation == adult.relation)
                self._differs(row, f"{adult.relation}.name", ours, adult.name)
                continue
            if tie is None:
                person = self.people.resolve(adult, trace)
                row_id = self._tie(known, adult, person, len(known.ties))
                trace.add("guardianship", row_id)
            else:
                person = tie.person
                self._fill_tie(tie, adult, trace)
            self.people.fill(person, adult, trace)

    def _tie(self, known: KnownChild, adult: RosterGuardian, person: Person, position: int) -> UUID:
        row_id = uuid7()
        says = (
            adult.relation, adult.relation_note, legal(adult), cares(adult), adult.entrusted
        )  # fmt: skip
        self._ties.append((row_id, known.school_id, known.id, person.id, *says, position))
        known.ties.append(Tie(row_id, person, *says))
        return row_id

    def _fill_tie(self, tie: Tie, adult: RosterGuardian, trace: Trace) -> None:
        values: dict[str, Any] = {}
        if tie.relation in _VAGUE and adult.relation not in _VAGUE:
            values["relation"] = adult.relation
        # Of a parent somebody may have said by hand that guardianship was taken away.
        if adult.is_guardian and adult.relation not in PARENTS and not tie.legal:
            values["legal"] = True
        if cares(adult) and not tie.cares_daily:
            values["cares_daily"] = True
        if adult.entrusted and not tie.entrusted:
            values["entrusted"] = True
        if values:
            before = {name: getattr(tie, name) for name in values}
            trace.before.append(("guardianship", str(tie.id), before))
            self._update(Guardianship, tie.id, values)

    def _household_phone(self, row: RosterRow, known: KnownChild, trace: Trace) -> None:
        """The child's own telephone column is that of whoever looks after it, or its guardian."""
        if row.child is None or not row.child.phones or not known.ties:
            return
        carer = min(
            known.ties,
            key=lambda tie: (not tie.cares_daily, tie.relation in PARENTS or not tie.legal),
        )
        have = {index for tie in known.ties for index in tie.person.phones}
        for number in row.child.phones:
            if self._known.indexes.phone(number) not in have:
                self.people.add_phone(carer.person, number, trace)

    def _update(self, model: type[Any], row_id: UUID, values: dict[str, Any]) -> None:
        self.updates.setdefault(model, []).append({"id": row_id, **values})
