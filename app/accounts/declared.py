"""The staff part of a centre's folder: people, where they work, their posts and roles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from app.accounts.models import Grant, Membership, Staff
from app.accounts.roles import ROLES, STAFF_ROLES
from app.accounts.services import close_grant
from app.host.context import Ctx
from app.kernel.grades import YEAR_STARTS, school_year
from app.kernel.ids import uuid7
from app.kernel.names import pinyin
from app.kernel.text import T
from app.tenancy.declaration import Declaration, Fields, Objects
from app.tenancy.models import School


def check_roles(declaration: Declaration) -> None:
    """Note every role that does not exist or does not fit the place where the person works."""
    for place, fields in declaration.of("membership").items():
        _number, _, school = place.partition("/")
        for name in _roles(fields):
            key = f"membership/{place}"
            if name not in STAFF_ROLES:
                words = ", ".join(STAFF_ROLES)
                declaration.complain(key, "role", T("write one of: {words}", words=words))
            elif (ROLES[name].reach == "center") != (not school):
                reason = T("the role {role} does not fit this place of work", role=name)
                declaration.complain(key, "role", reason)


def _roles(fields: Fields) -> list[str]:
    roles = fields["roles"]
    return roles if isinstance(roles, list) else []


def staff_state(ctx: Ctx) -> Objects:
    """Return who works where as a folder would say it; people without a number have no place."""
    objects: Objects = {}
    memberships: Objects = {}
    held = _held(ctx)
    rows = ctx.session.execute(
        select(Staff, Membership, School.code)
        .join(Membership, (Membership.staff_id == Staff.id) & Membership.ends_on.is_(None))
        .outerjoin(School, School.id == Membership.school_id)
        .where(Staff.number.is_not(None), Staff.left_on.is_(None))
        .order_by(Staff.number, School.position.nulls_first())
    )
    for staff, membership, code in rows:
        objects[f"staff/{staff.number}"] = {
            "name": staff.name,
            "sex": staff.sex,
            "kind": staff.kind,
        }
        roles = sorted(grant.role for grant in held.get(membership.id, ()))
        memberships[f"membership/{staff.number}/{code or ''}"] = {
            "roles": list(roles),
            "post": membership.post,
        }
    return objects | memberships


def _held(ctx: Ctx) -> dict[UUID, list[Grant]]:
    found: dict[UUID, list[Grant]] = {}
    for grant in ctx.session.scalars(select(Grant).where(Grant.ends_on.is_(None))):
        found.setdefault(grant.membership_id, []).append(grant)
    return found


@dataclass
class _Rows:
    """The rows that may be changed, read once; a list of staff holds from ``since``."""

    ctx: Ctx
    since: date
    until: date
    staff: dict[str, Staff]
    schools: dict[str, UUID]
    memberships: dict[tuple[UUID, UUID | None], Membership]
    grants: dict[UUID, list[Grant]]


def write_staff(ctx: Ctx, wanted: Objects) -> None:
    """Write people, memberships, posts and roles; who is missing from a folder stays.

    A membership and its roles begin with the present school year.
    """
    session = ctx.session
    open_ones = session.scalars(select(Membership).where(Membership.ends_on.is_(None))).all()
    rows = _Rows(
        ctx,
        date(school_year(ctx.today()), *YEAR_STARTS),
        ctx.today(),
        {row.number: row for row in session.scalars(select(Staff)) if row.number},
        dict(session.execute(select(School.code, School.id)).all()),
        {(row.staff_id, row.school_id): row for row in open_ones},
        _held(ctx),
    )
    for key, fields in wanted.items():
        kind, _, name = key.partition("/")
        if kind == "staff":
            _write_person(rows, name, fields)
    session.flush()
    for key, fields in wanted.items():
        kind, _, name = key.partition("/")
        if kind == "membership":
            _write_membership(rows, name, fields)
    session.flush()


def _write_person(rows: _Rows, number: str, fields: Fields) -> None:
    values = dict(fields)
    if "name" in values:
        values["name_pinyin"], values["name_initials"] = pinyin(str(values["name"]))
    person = rows.staff.get(number)
    if person is None:
        person = rows.staff[number] = Staff(id=uuid7(), number=number)
        rows.ctx.session.add(person)
    for name, value in values.items():
        setattr(person, name, value)


def _write_membership(rows: _Rows, place: str, fields: Fields) -> None:
    number, _, code = place.partition("/")
    staff_id, school_id = rows.staff[number].id, rows.schools[code] if code else None
    membership = rows.memberships.get((staff_id, school_id))
    if membership is None:
        membership = Membership(
            id=uuid7(), school_id=school_id, staff_id=staff_id, starts_on=rows.since
        )
        rows.ctx.session.add(membership)
        rows.ctx.session.flush()
    if "post" in fields:
        membership.post = str(fields["post"]) if fields["post"] else None
    if "roles" in fields:
        _write_roles(rows, membership, set(_roles(fields)))


def _write_roles(rows: _Rows, membership: Membership, wanted: set[str]) -> None:
    held = {grant.role: grant for grant in rows.grants.get(membership.id, ())}
    for role in held.keys() - wanted:
        close_grant(rows.ctx, held[role], rows.until, reason=T("The role was taken away"))
    for role in sorted(wanted - held.keys()):
        rows.ctx.session.add(
            Grant(
                school_id=membership.school_id,
                membership_id=membership.id,
                role=role,
                reach=ROLES[role].reach,
                starts_on=rows.since,
            )
        )
