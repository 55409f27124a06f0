"""Who teaches which class, who mentors whom, and who can sign in to the demonstration."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update

from app.accounts.models import Grant, GrantChild, GrantHomeroom, Membership, Staff
from app.accounts.opening import open_account, renew_account
from app.accounts.partners import let_in
from app.accounts.roles import ROLES
from app.children.models import Guardian, GuardianPhone, Guardianship
from app.children.roster.rows import RosterRow
from app.db.sealed import blind
from app.demo.children import Loaded
from app.demo.families import MENTORED, Families
from app.host.context import Ctx
from app.kernel.grades import YEAR_STARTS, HomeroomKey, school_year
from app.kernel.ids import uuid7
from app.kernel.text import T, Text
from app.tenancy.models import Declared, School

MARK = "demo"
# Open to everybody who reads this file: for invented people only.
PASSWORD = "qinchao2026"  # noqa: S105
PIN = "260917"
STAFF = (*(f"D{number:04}" for number in range(1, 11)), "D0548")
_STAFF_PHONES = 9801
_LEFT_BEHIND = ("both", "one")

Rows = Mapping[UUID, Sequence[RosterRow]]


@dataclass(frozen=True)
class SignIn:
    """One line of the list of demonstration accounts."""

    role: Text
    name: str
    place: str
    family: bool
    login: str
    secret: str


def share_charges(ctx: Ctx, loaded: Loaded, rows: Rows, families: Families | None) -> None:
    """Give every class a class teacher and every mentor some left-behind children."""
    since = date(school_year(ctx.today()), *YEAR_STARTS)
    charges: list[dict[str, Any]] = []
    pairings: list[dict[str, Any]] = []
    for school_id, found in rows.items():
        teachers = _grants(ctx, school_id, "homeroom_teacher")
        rooms = _rooms(loaded, school_id, families)
        # Whoever has two classes has neighbouring ones.
        busy = min(len(teachers), len(rooms))
        for position, room in enumerate(rooms if teachers else ()):
            grant = teachers[position * busy // len(rooms)]
            charges.append(_line(ctx, school_id, grant, since) | {"homeroom_id": room})
        children = _mentored(found, families)
        for position, mentor in enumerate(_grants(ctx, school_id, "mentor")):
            share = children[position * MENTORED : (position + 1) * MENTORED]
            line = [_line(ctx, school_id, mentor, since) for _ in share]
            ids = [loaded.children[id(row)] for row in share]
            pairings += [at | {"child_id": i} for at, i in zip(line, ids, strict=True)]
    for model, lines in ((GrantHomeroom, charges), (GrantChild, pairings)):
        if lines:
            ctx.session.execute(insert(model), lines)


def _grants(ctx: Ctx, school_id: UUID, role: str) -> Sequence[UUID]:
    return ctx.session.scalars(
        select(Grant.id)
        .join(Membership, Membership.id == Grant.membership_id)
        .join(Staff, Staff.id == Membership.staff_id)
        .where(Grant.school_id == school_id, Grant.role == role, Grant.ends_on.is_(None))
        .order_by(Staff.number)
    ).all()


def _line(ctx: Ctx, school_id: UUID, grant: UUID, since: date) -> dict[str, Any]:
    place = {"center_id": ctx.scope.center_id, "school_id": school_id}
    return {**place, "id": uuid7(), "grant_id": grant, "starts_on": since}


def _rooms(loaded: Loaded, school_id: UUID, families: Families | None) -> list[UUID]:
    """Return the classes of a school in a round that the one of the chosen families begins."""
    first: HomeroomKey | None = families.homeroom if families else None
    keys = sorted(key for school, key in loaded.homerooms if school == school_id)
    at = keys.index(first) if first in keys else 0
    return [loaded.homerooms[school_id, key] for key in keys[at:] + keys[:at]]


def _mentored(rows: Sequence[RosterRow], families: Families | None) -> list[RosterRow]:
    first = [row for row in families.mentored if row in rows] if families else []
    chosen = {id(row) for row in first}
    rest = [r for r in rows if r.child and r.child.left_behind in _LEFT_BEHIND]
    return first + [row for row in rest if id(row) not in chosen]


def open_accounts(ctx: Ctx, loaded: Loaded, families: Families | None) -> list[UUID]:
    """Open the accounts that the demonstration's list of sign-ins names.

    Returns the guardians among them; the staff are known by number.
    """
    people = ctx.session.scalars(
        select(Staff).where(Staff.number.in_(STAFF)).order_by(Staff.number)
    )
    for position, person in enumerate(people.all()):
        person.phone = f"1990000{_STAFF_PHONES + position}"
        person.phone_index = blind(person.phone, "phone")
        person.account_id = open_account(
            ctx,
            kind="staff",
            secret=PASSWORD,
            logins=[str(person.number), person.phone],
            must_change=False,
        )
    guardians = []
    for adult in (families.carer, families.father) if families else ():
        account = open_account(
            ctx, kind="guardian", secret=PIN, logins=adult.phones, must_change=False
        )
        guardians.append(loaded.guardians[str(adult.id_number)])
        ctx.session.execute(
            update(Guardian).where(Guardian.id == guardians[-1]).values(account_id=account)
        )
        ctx.session.execute(
            update(Guardianship)
            .where(Guardianship.guardian_id == guardians[-1])
            .values(vouched_school_id=Guardianship.school_id)
        )
    ctx.session.flush()
    return guardians


def let_partner_in(ctx: Ctx) -> list[UUID]:
    """Let the first mentor from outside sign in until the school year ends; return who, if any."""
    row = ctx.session.execute(
        select(Staff, Grant.school_id)
        .join(Membership, Membership.staff_id == Staff.id)
        .join(Grant, Grant.membership_id == Membership.id)
        .where(Grant.role == "mentor", Staff.kind != "teacher", Staff.account_id.is_(None))
        .order_by(Staff.number)
        .limit(1)
    ).one_or_none()
    person, school_id = row or (None, None)
    if person is None or school_id is None:
        return []
    person.phone = f"1990000{_STAFF_PHONES + len(STAFF)}"
    person.phone_index = blind(person.phone, "phone")
    until = date(school_year(ctx.today()) + 1, *YEAR_STARTS) - timedelta(days=1)
    given = let_in(ctx, person, school_id=school_id, until=until)
    renew_account(ctx, given.account_id, secret=PIN, must_change=False)
    return [person.id]


def sign_ins(ctx: Ctx) -> list[SignIn]:
    """Return who can sign in to the demonstration and how, staff first.

    A centre without the mark of the demonstration has nobody: what its people chose is theirs.
    """
    mark = ctx.session.scalar(select(Declared).where(Declared.key == MARK))
    if mark is None:
        return []
    guardians = [UUID(found) for found in mark.value.get("guardians", ())]
    partners = [UUID(found) for found in mark.value.get("partners", ())]
    return [*_of_staff(ctx), *_of_guardians(ctx, guardians), *_of_partners(ctx, partners)]


def _of_staff(ctx: Ctx) -> Iterable[SignIn]:
    rows = ctx.session.execute(
        select(Staff.name, Staff.number, Grant.role, School.short_name)
        .join(Membership, Membership.staff_id == Staff.id)
        .join(Grant, Grant.membership_id == Membership.id)
        .outerjoin(School, School.id == Grant.school_id)
        .where(Staff.number.in_(STAFF), Staff.account_id.is_not(None), Grant.ends_on.is_(None))
        .order_by(Staff.number, Grant.id)
    )
    for name, number, role, school in rows:
        yield SignIn(ROLES[role].title, name, school or "", False, number or "", PASSWORD)


def _of_guardians(ctx: Ctx, ours: Sequence[UUID]) -> Iterable[SignIn]:
    rows = ctx.session.execute(
        select(Guardian.id, Guardian.name, GuardianPhone.number, School.short_name)
        .join(GuardianPhone, GuardianPhone.guardian_id == Guardian.id)
        .join(Guardianship, Guardianship.guardian_id == Guardian.id)
        .join(School, School.id == Guardianship.school_id)
        .where(Guardian.id.in_(ours), Guardian.account_id.is_not(None), GuardianPhone.position == 0)
        .order_by(Guardian.birth_date, Guardian.id, School.position)
    ).all()
    for guardian in dict.fromkeys(row[0] for row in rows):
        mine = [row for row in rows if row[0] == guardian]
        places = "、".join(dict.fromkeys(row[3] for row in mine))
        yield SignIn(T("Guardian"), mine[0][1] or "", places, True, mine[0][2], PIN)


def _of_partners(ctx: Ctx, ours: Sequence[UUID]) -> Iterable[SignIn]:
    rows = ctx.session.execute(
        select(Staff, School.short_name)
        .join(Membership, Membership.staff_id == Staff.id)
        .join(School, School.id == Membership.school_id)
        .where(Staff.id.in_(ours), Staff.account_id.is_not(None))
    )
    for person, school in rows:
        yield SignIn(ROLES["partner"].title, person.name, school, True, person.phone or "", PIN)
