"""Reading staff: lists and one person, with roles and the state of the account."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from app.accounts.models import Grant, GrantHomeroom, Membership, Staff
from app.accounts.opening import AccountState, account_states
from app.accounts.roles import ROLES
from app.db.conditions import refers
from app.db.scope import Reach
from app.db.sealed import blind
from app.host.context import Ctx
from app.kernel import phones
from app.kernel.text import Text
from app.tenancy.models import Homeroom, School
from app.tenancy.naming import class_title


@dataclass(frozen=True)
class HeldRole:
    """A role somebody holds today, with the names of the classes it reaches."""

    grant: Grant
    title: Text
    classes: tuple[str, ...]


@dataclass
class Post:
    """Where somebody works (``school`` None: at the centre) and the roles held there."""

    membership: Membership
    school: School | None
    roles: list[HeldRole] = field(default_factory=list)


@dataclass
class StaffLine:
    """A person as lists show them; ``state`` is None without an account."""

    staff: Staff
    posts: list[Post]
    state: AccountState | None


def staff_query(ctx: Ctx, *, search: str = "", school_id: UUID | None = None) -> Select[Any]:
    """Return the query of who works in the scope today, narrowed by words and by school."""
    working = select(Membership.staff_id).where(_open(Membership, ctx.today()))
    if school_id is not None:
        working = working.where(Membership.school_id == school_id)
    statement = select(Staff).where(Staff.id.in_(working), Staff.left_on.is_(None))
    if search.strip():
        statement = statement.where(_matches(search.strip()))
    return statement.order_by(Staff.name_pinyin, Staff.number, Staff.id)


def staff_lines(ctx: Ctx, people: Sequence[Staff]) -> list[StaffLine]:
    """Return the people with their posts and accounts: four queries for any number."""
    posts = _posts(ctx, [staff.id for staff in people])
    states = account_states(ctx, [s.account_id for s in people if s.account_id is not None])
    return [
        StaffLine(s, posts.get(s.id, []), states.get(s.account_id) if s.account_id else None)
        for s in people
    ]


def working_staff(ctx: Ctx, staff_id: UUID) -> Staff | None:
    """Return somebody who works in the scope today, or None."""
    found: Staff | None = ctx.session.scalar(staff_query(ctx).where(Staff.id == staff_id))
    return found


def school_homerooms(ctx: Ctx, school_id: UUID) -> list[tuple[UUID, str]]:
    """Return id and present name of each open class of a school, youngest first."""
    rows = ctx.session.execute(
        select(Homeroom, School.system)
        .join(Homeroom.school)
        .where(Homeroom.school_id == school_id, Homeroom.closed_on.is_(None))
        .order_by(Homeroom.stage.desc(), Homeroom.intake_year.desc(), Homeroom.number)
    )
    return [(room.id, class_title(ctx, room, system)) for room, system in rows]


def open_schools(ctx: Ctx) -> list[School]:
    """Return the schools of the scope that are not closed, in their order."""
    statement = select(School).where(School.closed_on.is_(None))
    # Everybody of a centre may read its list of schools.
    if ctx.scope.reach is Reach.SCHOOL:
        statement = statement.where(School.id.in_(ctx.scope.school_ids))
    return list(ctx.session.scalars(statement.order_by(School.position, School.code)))


def _matches(search: str) -> ColumnElement[bool]:
    found = phones.parse(search)
    plain = search.lower().replace(" ", "")
    return or_(
        Staff.name.contains(search, autoescape=True),
        Staff.name_pinyin.startswith(plain, autoescape=True),
        Staff.name_initials.startswith(plain, autoescape=True),
        Staff.number.istartswith(search, autoescape=True),
        Staff.phone_index == blind(found[0].number if found else None, "phone"),
    )


def _open(table: type[Membership | Grant | GrantHomeroom], today: date) -> ColumnElement[bool]:
    starts: InstrumentedAttribute[date] = table.starts_on
    ends: InstrumentedAttribute[date | None] = table.ends_on
    return (starts <= today) & (ends.is_(None) | (ends >= today))


def _posts(ctx: Ctx, people: Sequence[UUID]) -> Mapping[UUID, list[Post]]:
    place = aliased(School)
    rows = ctx.session.execute(
        select(Membership, place)
        .outerjoin(place, refers(Membership.school_id, place))
        .where(Membership.staff_id.in_(people), _open(Membership, ctx.today()))
        .order_by(place.position.nulls_first(), Membership.starts_on)
    )
    posts = {member.id: Post(member, school) for member, school in rows}
    grants = ctx.session.scalars(
        select(Grant)
        .where(Grant.membership_id.in_(posts), _open(Grant, ctx.today()))
        .order_by(Grant.starts_on, Grant.id)
    ).all()
    classes = _classes(ctx, [grant.id for grant in grants if grant.reach == "homerooms"])
    for grant in grants:
        held = HeldRole(grant, ROLES[grant.role].title, tuple(classes.get(grant.id, ())))
        posts[grant.membership_id].roles.append(held)
    found: dict[UUID, list[Post]] = {}
    for post in posts.values():
        found.setdefault(post.membership.staff_id, []).append(post)
    return found


def _classes(ctx: Ctx, grants: Sequence[UUID]) -> Mapping[UUID, list[str]]:
    rows = ctx.session.execute(
        select(GrantHomeroom.grant_id, Homeroom, School.system)
        .join(Homeroom, refers(GrantHomeroom.homeroom_id, Homeroom))
        .join(Homeroom.school)
        .where(GrantHomeroom.grant_id.in_(grants), _open(GrantHomeroom, ctx.today()))
        .order_by(Homeroom.stage.desc(), Homeroom.intake_year.desc(), Homeroom.number)
    )
    found: dict[UUID, list[str]] = {}
    for grant_id, room, system in rows:
        found.setdefault(grant_id, []).append(class_title(ctx, room, system))
    return found
