"""Importing a list of staff: what would change, and then all of it or nothing.

The staff number says who somebody is, so that the same list can be sent again. People, phones,
roles and classes are added or brought up to date; nothing is taken away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.accounts.grants import givable_roles, give_role
from app.accounts.models import Grant, GrantHomeroom, Membership, Staff
from app.accounts.roles import CENTER_ROLES
from app.accounts.services import add_staff, demand_free, edit_staff, take_on
from app.accounts.staff_sheet import StaffRow
from app.audit.services import record
from app.host.context import Ctx
from app.kernel.class_names import parse_class
from app.kernel.errors import Refused
from app.kernel.grades import Stage, System
from app.kernel.text import T
from app.tenancy.models import Homeroom, School

NEW, CHANGED, SAME = "new", "changed", "same"


@dataclass
class PlannedRow:
    """A row with what it means here: ``effect`` is new, changed or same; None when refused."""

    row: StaffRow
    school: School | None = None
    homerooms: list[UUID] = field(default_factory=list)
    effect: str | None = None


@dataclass
class StaffPlan:
    """Every row of a list and what importing it would do."""

    rows: list[PlannedRow]

    @property
    def refused(self) -> int:
        """Return how many rows keep the list from being imported."""
        return sum(1 for planned in self.rows if planned.row.refused)

    def count(self, effect: str) -> int:
        """Return how many rows have this effect."""
        return sum(1 for planned in self.rows if planned.effect == effect)

    def to_json(self) -> dict[str, Any]:
        """Return the plan as plain data, reasons in the reader's language."""
        return {
            "rows": len(self.rows),
            "new": self.count(NEW),
            "changed": self.count(CHANGED),
            "unchanged": self.count(SAME),
            "refused": self.refused,
            "problems": [p.to_json() for planned in self.rows for p in planned.row.problems],
        }


@dataclass
class _Known:
    """What the centre has already, read once for the whole list."""

    staff: dict[str, Staff]
    schools: dict[str, School]
    homerooms: dict[tuple[UUID, str, int, int], UUID]
    members: set[tuple[UUID, UUID | None]]
    roles: set[tuple[UUID, UUID | None, str]]
    charges: set[tuple[UUID, UUID]]


def plan_import(ctx: Ctx, rows: Sequence[StaffRow], *, school_id: UUID | None = None) -> StaffPlan:
    """Return what importing would do; findings are added to the rows. Nothing is written.

    ``school_id`` is the school whose list it is: other schools' rows are refused.
    """
    known = _read_known(ctx)
    plan = StaffPlan([PlannedRow(row) for row in rows])
    for planned in plan.rows:
        _place(known, planned, school_id)
        _find_classes(ctx, known, planned)
        _check_roles(ctx, planned)
        _check_person(ctx, known, planned)
        _compare(known, planned)
    return plan


def apply_import(ctx: Ctx, plan: StaffPlan) -> StaffPlan:
    """Write the plan. Raises :class:`Refused`, nothing being written, while a row is refused."""
    if plan.refused:
        raise Refused(T("{n} rows must be put right first. Nothing was imported.", n=plan.refused))
    for planned in plan.rows:
        if planned.effect != SAME:
            try:
                _apply(ctx, planned)
            except Refused as refused:
                raise _located(planned.row, refused) from refused
    record(ctx, "staff.import", new=plan.count(NEW), changed=plan.count(CHANGED))
    return plan


def _apply(ctx: Ctx, planned: PlannedRow) -> None:
    row = planned.row
    school_id = planned.school.id if planned.school else None
    staff = ctx.session.scalar(select(Staff).where(Staff.number == row.number))
    if staff is None:
        staff = add_staff(
            ctx, name=row.name, number=row.number, sex=row.sex, phone=row.phone, school_id=school_id
        )
    elif _differs(staff, row):
        edit_staff(
            ctx,
            staff,
            name=row.name,
            number=row.number,
            sex=row.sex if row.sex != "unknown" else staff.sex,
            kind=staff.kind,
            phone=row.phone or staff.phone,
            email=staff.email,
        )
    take_on(ctx, staff, school_id=school_id)
    for role in row.roles:
        if role == "homeroom_teacher":
            continue
        center = role in CENTER_ROLES
        give_role(ctx, staff, role=role, school_id=None if center else school_id)
    if planned.homerooms:
        give_role(
            ctx,
            staff,
            role="homeroom_teacher",
            school_id=school_id,
            homeroom_ids=set(planned.homerooms),
        )


def _located(row: StaffRow, refused: Refused) -> Refused:
    return Refused(
        T("Sheet {sheet}, row {row}: {reason}", sheet=row.sheet, row=row.row, reason=str(refused)),
        refused.field,
    )


def _differs(staff: Staff, row: StaffRow) -> bool:
    return (
        staff.name != row.name
        or (row.phone is not None and staff.phone != row.phone)
        or (row.sex not in ("unknown", staff.sex))
    )


def _place(known: _Known, planned: PlannedRow, school_id: UUID | None) -> None:
    row = planned.row
    own = next((s for s in known.schools.values() if s.id == school_id), None)
    if row.school:
        planned.school = known.schools.get(row.school)
        if planned.school is None:
            reason = T("The school “{text}” is not one of this centre.", text=row.school)
            row.refuse("school", reason)
        elif own is not None and planned.school.id != own.id:
            reason = T("The row belongs to {school}: import it there.", school=planned.school.name)
            row.refuse("school", reason)
    else:
        planned.school = own
        if own is None and not (row.roles and set(row.roles) <= set(CENTER_ROLES)):
            row.refuse("school", T("The school is missing: write its name or code."))


def _find_classes(ctx: Ctx, known: _Known, planned: PlannedRow) -> None:
    school = planned.school
    if school is None:
        return
    for text in planned.row.classes:
        answer = parse_class(
            text,
            stages=[Stage(stage) for stage in school.stages],
            system=System(school.system),
            on=ctx.today(),
        )
        if answer.key is None:
            planned.row.refuse("classes", answer.reason or T("The class is not understood."))
            continue
        key = answer.key
        room = known.homerooms.get((school.id, key.stage, key.intake_year, key.number))
        if room is None:
            reason = T(
                "{school} has no class “{text}”: add it first.", school=school.name, text=text
            )
            planned.row.refuse("classes", reason)
        else:
            planned.homerooms.append(room)


def _check_roles(ctx: Ctx, planned: PlannedRow) -> None:
    school_id = planned.school.id if planned.school else None
    if planned.row.refused:
        return
    for role in planned.row.roles:
        place = None if role in CENTER_ROLES else school_id
        if place is None and role not in CENTER_ROLES:
            continue
        if role not in givable_roles(ctx, place):
            planned.row.refuse("roles", T("You may not give this role."))


def _check_person(ctx: Ctx, known: _Known, planned: PlannedRow) -> None:
    staff = known.staff.get(planned.row.number)
    school_id = planned.school.id if planned.school else None
    if staff is None or (staff.id, school_id) in known.members:
        return
    try:
        demand_free(ctx, staff)
    except Refused as refused:
        planned.row.refuse("number", refused.message)


def _compare(known: _Known, planned: PlannedRow) -> None:
    row = planned.row
    staff = None if row.refused else known.staff.get(row.number)
    if staff is not None and staff.name != row.name and row.name:
        row.warn(
            "name", T("So far {name} has this staff number: the name changes.", name=staff.name)
        )
    if row.refused:
        return
    if staff is None:
        planned.effect = NEW
        return
    school_id = planned.school.id if planned.school else None
    held = all(
        (staff.id, None if role in CENTER_ROLES else school_id, role) in known.roles
        for role in row.roles
    )
    charged = all((staff.id, room) in known.charges for room in planned.homerooms)
    same = held and charged and (staff.id, school_id) in known.members and not _differs(staff, row)
    planned.effect = SAME if same else CHANGED


def _read_known(ctx: Ctx) -> _Known:
    session = ctx.session
    schools: dict[str, School] = {}
    for school in session.scalars(select(School).where(School.closed_on.is_(None))):
        schools |= dict.fromkeys((school.code, school.name, school.short_name), school)
    rooms = session.scalars(select(Homeroom).where(Homeroom.closed_on.is_(None)))
    open_members = select(Membership).where(Membership.ends_on.is_(None))
    members = {member.id: member for member in session.scalars(open_members)}
    grants = {
        grant.id: grant
        for grant in session.scalars(select(Grant).where(Grant.ends_on.is_(None)))
        if grant.membership_id in members
    }
    charges = session.scalars(select(GrantHomeroom).where(GrantHomeroom.ends_on.is_(None)))
    return _Known(
        {row.number: row for row in session.scalars(select(Staff)) if row.number},
        schools,
        {(r.school_id, r.stage, r.intake_year, r.number): r.id for r in rooms},
        {(member.staff_id, member.school_id) for member in members.values()},
        {(members[g.membership_id].staff_id, g.school_id, g.role) for g in grants.values()},
        {
            (members[grants[row.grant_id].membership_id].staff_id, row.homeroom_id)
            for row in charges
            if row.grant_id in grants
        },
    )
