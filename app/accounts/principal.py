"""Who is signed in: read in one call before a scope exists, then narrowed to one context."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.accounts.permissions import permissions_of
from app.db.scope import Reach, Scope
from app.host.manifest import Permission
from app.kernel.access import Actor, HeldGrant

_READ = text("SELECT principal_of(:account, :today)")


@dataclass(frozen=True)
class Workplace:
    """A centre in which the account is staff, with the grants held there today."""

    center_id: UUID
    slug: str
    center_name: str
    staff_id: UUID
    name: str
    grants: tuple[HeldGrant, ...]
    schools: tuple[tuple[UUID, str, str], ...]

    @property
    def whole_center(self) -> bool:
        """Tell whether a grant reaches the whole centre."""
        return any(grant.reach == "center" for grant in self.grants)


@dataclass(frozen=True)
class Family:
    """A centre in which the account is a guardian, with the children it may see.

    A mentor from outside stands in the same place with the paired children: ``staff_id`` and
    ``until``, the last day, are set instead of ``guardian_id``.
    """

    center_id: UUID
    slug: str
    center_name: str
    guardian_id: UUID | None
    name: str
    children: tuple[tuple[UUID, UUID], ...]
    staff_id: UUID | None = None
    until: date | None = None

    @property
    def role(self) -> str:
        """Return the role in which the children are seen."""
        return "guardian" if self.staff_id is None else "partner"


@dataclass(frozen=True)
class Principal:
    """An account and everything it may be in any centre."""

    account_id: UUID
    kind: str
    epoch: int
    ended: frozenset[str]
    must_change: bool
    disabled: bool
    locale: str | None
    workplaces: tuple[Workplace, ...]
    families: tuple[Family, ...]


def read_principal(
    session: Session, account_id: UUID, today: date, declared: Mapping[str, Permission]
) -> Principal | None:
    """Read an account with its grants; one round trip, no scope needed. None: no such account."""
    found = session.execute(_READ, {"account": account_id, "today": today}).scalar()
    if found is None:
        return None
    return Principal(
        account_id,
        found["kind"],
        found["epoch"],
        frozenset(found["ended"]),
        found["must_change"],
        found["disabled"],
        found["locale"],
        tuple(_workplace(row, declared) for row in found["staff"]),
        (*_families(found["families"]), *map(_partnership, found["partners"])),
    )


def _workplace(row: dict[str, Any], declared: Mapping[str, Permission]) -> Workplace:
    overrides = {(role, name): allowed for role, name, allowed in row["overrides"]}
    grants = tuple(
        HeldGrant(
            grant["role"],
            grant["reach"],
            permissions_of(grant["role"], declared, overrides),
            UUID(grant["school_id"]) if grant["school_id"] else None,
            frozenset(map(UUID, grant["homerooms"])),
            frozenset(map(UUID, grant["children"])),
        )
        for grant in row["grants"]
    )
    return Workplace(
        UUID(row["center_id"]),
        row["slug"],
        row["center"],
        UUID(row["staff_id"]),
        row["name"],
        grants,
        tuple((UUID(school), code, name) for school, code, name in row["schools"]),
    )


def _families(rows: Sequence[dict[str, Any]]) -> tuple[Family, ...]:
    """Return one family a centre: an account may stand for an adult written down twice there."""
    found: dict[str, Family] = {}
    for row in rows:
        children = tuple((UUID(child), UUID(school)) for child, school in row["children"])
        known = found.get(row["center_id"])
        if known is not None:
            every = dict.fromkeys((*known.children, *children))
            found[row["center_id"]] = replace(known, children=tuple(every))
            continue
        found[row["center_id"]] = Family(
            UUID(row["center_id"]),
            row["slug"],
            row["center"],
            UUID(row["guardian_id"]),
            row["name"] or "",
            children,
        )
    return tuple(found.values())


def _partnership(row: dict[str, Any]) -> Family:
    return Family(
        UUID(row["center_id"]),
        row["slug"],
        row["center"],
        None,
        row["name"],
        tuple((UUID(child), UUID(school)) for child, school in row["children"]),
        UUID(row["staff_id"]),
        date.fromisoformat(row["until"]),
    )


def where_held(place: Workplace, permission: str) -> Workplace:
    """Return as much of a workplace as the grants that hold ``permission`` reach.

    Somebody who runs one school and mentors at another must not run both: a page without a school
    in its address shows only where its own permission is held. Who holds it nowhere keeps the whole
    workplace: the gate refuses, after it has seen whether the page's module is on anywhere there.
    """
    holding = [grant for grant in place.grants if permission in grant.permissions]
    if not holding or any(grant.reach == "center" for grant in holding):
        return place
    reached = {grant.school_id for grant in holding}
    return replace(
        place,
        grants=tuple(grant for grant in place.grants if grant.school_id in reached),
        schools=tuple(school for school in place.schools if school[0] in reached),
    )


def staff_scope(who: Principal, place: Workplace, school_id: UUID | None) -> Scope:
    """Return the scope of a page: one school, or all that the person reaches."""
    if school_id is not None:
        return Scope(Reach.SCHOOL, place.center_id, (school_id,), account_id=who.account_id)
    if place.whole_center:
        return Scope(Reach.CENTER, place.center_id, account_id=who.account_id)
    schools = tuple(school for school, _code, _name in place.schools)
    return Scope(Reach.SCHOOL, place.center_id, schools, account_id=who.account_id)


def staff_actor(
    who: Principal, place: Workplace, school_id: UUID | None, address: str | None
) -> Actor:
    """Return the actor of a page: in a school, only the grants that reach it count."""
    grants = tuple(g for g in place.grants if school_id is None or g.school_id in (None, school_id))
    return Actor(place.name, who.account_id, place.staff_id, None, grants, address)


def family_scope(who: Principal, family: Family) -> Scope:
    """Return the scope of a guardian's pages: the children, and their schools' public rows."""
    return Scope(
        Reach.FAMILY,
        family.center_id,
        tuple(sorted({school for _child, school in family.children})),
        tuple(child for child, _school in family.children),
        who.account_id,
    )


def family_actor(
    who: Principal, family: Family, declared: Mapping[str, Permission], address: str | None
) -> Actor:
    """Return the actor of the pages of a guardian, or of a mentor from outside."""
    grant = HeldGrant(
        family.role,
        "family",
        permissions_of(family.role, declared, {}),
        child_ids=frozenset(child for child, _school in family.children),
    )
    return Actor(
        family.name, who.account_id, family.staff_id, family.guardian_id, (grant,), address
    )
