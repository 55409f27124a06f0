"""Adults of several families with one name and telephone number: perhaps one person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Select, any_, exists, func, or_, select, tuple_
from sqlalchemy.orm import aliased

from app.children.listing import class_name
from app.children.models import (
    Child,
    Guardian,
    GuardianApart,
    GuardianPhone,
    Guardianship,
    Placement,
)
from app.children.words import relation_words
from app.db.conditions import not_over, refers
from app.edge.paging import Page, paginate
from app.host.context import Ctx
from app.kernel.phones import mask
from app.tenancy.models import Homeroom, School

PAGE = 20


@dataclass(frozen=True)
class Family:
    """What one of the adults is to one child."""

    child: Child
    relation: str
    school: str
    homeroom: str


@dataclass(frozen=True)
class Double:
    """Adults of one name and number, each with their children."""

    name: str
    phone: str
    adults: Sequence[tuple[Guardian, Sequence[Family]]]

    @property
    def ids(self) -> str:
        """Return the adults as a form sends them."""
        return " ".join(str(adult.id) for adult, _ in self.adults)


def _bound(ctx: Ctx, guardian: type[Guardian]) -> ColumnElement[bool]:
    """Tell whether an adult is somebody's now."""
    return exists().where(
        refers(Guardianship.guardian_id, guardian),
        not_over(Guardianship, ctx.today()),
    )


def _shared_numbers() -> ColumnElement[Any]:
    """Return the numbers that stand more than once, as an array.

    As an array they are looked up first: few adults share a number, many a name.
    """
    numbers = (
        select(GuardianPhone.number_index)
        .where(GuardianPhone.voided_at.is_(None))
        .group_by(GuardianPhone.number_index)
        .having(func.count() > 1)
    )
    return func.array(numbers.scalar_subquery())


def doubles(ctx: Ctx) -> Select[Any]:
    """Return the query for name and number index of what is to be decided, by name.

    Pairs with different identity numbers, and those of whom somebody has said that they are two
    people, are left out.
    """
    one, other = aliased(Guardian), aliased(Guardian)
    phone, same = aliased(GuardianPhone), aliased(GuardianPhone)
    return cast(
        "Select[Any]",
        select(one.name, phone.number_index)
        .join(phone, refers(phone.guardian_id, one))
        .join(
            same,
            (same.center_id == phone.center_id)
            & (same.number_index == phone.number_index)
            & (same.guardian_id > phone.guardian_id),
        )
        .join(
            other,
            refers(same.guardian_id, other) & (other.name == one.name),
        )
        .where(
            phone.number_index == any_(_shared_numbers()),
            phone.voided_at.is_(None),
            same.voided_at.is_(None),
            one.voided_at.is_(None),
            other.voided_at.is_(None),
            or_(
                one.identity_index.is_(None),
                other.identity_index.is_(None),
                one.identity_index == other.identity_index,
            ),
            _bound(ctx, one),
            _bound(ctx, other),
            ~exists().where(
                refers(GuardianApart.guardian_id, one),
                GuardianApart.other_id == other.id,
            ),
        )
        .group_by(one.name, phone.number_index)
        .order_by(one.name, phone.number_index),
    )


def count_doubles(ctx: Ctx) -> int:
    """Return how many names and numbers are to be decided."""
    found = doubles(ctx).order_by(None).subquery()
    return ctx.session.scalar(select(func.count()).select_from(found)) or 0


def page_of_doubles(ctx: Ctx, page: int) -> Page[Double]:
    """Return a page of what is to be decided: a fixed number of queries."""
    found = paginate(ctx.session, doubles(ctx), page, size=PAGE, scalars=False)
    return Page(_filled(ctx, [tuple(row) for row in found.rows]), found.page, PAGE, found.total)


def adults_of(ctx: Ctx, keys: Sequence[tuple[str, bytes]]) -> dict[tuple[str, bytes], list[UUID]]:
    """Return the ids of the adults who go by each of these names and numbers."""
    rows = ctx.session.execute(
        select(Guardian.name, GuardianPhone.number_index, Guardian.id)
        .join(GuardianPhone, refers(GuardianPhone.guardian_id, Guardian))
        .where(
            tuple_(Guardian.name, GuardianPhone.number_index).in_(keys),
            Guardian.voided_at.is_(None),
            GuardianPhone.voided_at.is_(None),
            _bound(ctx, Guardian),
        )
        .distinct()
        .order_by(Guardian.id)
    )
    found: dict[tuple[str, bytes], list[UUID]] = {}
    for name, index, guardian_id in rows:
        found.setdefault((name or "", bytes(index)), []).append(guardian_id)
    return found


def _filled(ctx: Ctx, keys: Sequence[tuple[str, bytes]]) -> list[Double]:
    if not keys:
        return []
    members = adults_of(ctx, keys)
    ids = {guardian_id for found in members.values() for guardian_id in found}
    people = {g.id: g for g in ctx.session.scalars(select(Guardian).where(Guardian.id.in_(ids)))}
    families = _families(ctx, ids)
    numbers = {
        bytes(phone.number_index): mask(phone.number)
        for phone in ctx.session.scalars(
            select(GuardianPhone).where(GuardianPhone.guardian_id.in_(ids))
        )
    }
    return [
        Double(
            name,
            numbers[bytes(index)],
            [(people[i], families.get(i, [])) for i in members[name, bytes(index)]],
        )
        for name, index in keys
    ]


def _families(ctx: Ctx, ids: set[UUID]) -> dict[UUID, list[Family]]:
    rows = ctx.session.execute(
        select(Guardianship, Child, School, Homeroom)
        .join(Child, refers(Guardianship.child_id, Child))
        .join(School, refers(Child.school_id, School))
        .outerjoin(Placement, refers(Placement.child_id, Child) & Placement.ends_on.is_(None))
        .outerjoin(Homeroom, refers(Placement.homeroom_id, Homeroom))
        .where(
            Guardianship.guardian_id.in_(ids),
            not_over(Guardianship, ctx.today()),
        )
        .order_by(Child.name_pinyin)
    )  # fmt: skip
    found: dict[UUID, list[Family]] = {}
    for bond, child, school, room in rows:
        title = class_name(ctx, room, school)
        relation = relation_words(bond.relation, bond.relation_note)
        found.setdefault(bond.guardian_id, []).append(
            Family(child, relation, school.short_name, title)
        )
    return found
