"""Which adults a school's trainings are for: carers and parents of its pupils, each once.

Who is no parent counts as somebody who cares: day by day, entrusted, or by law. Somebody kept away
from a child does not count for it. Of two parts somebody has (grandmother of one pupil, aunt of
another) the first in the order grandparent, entrusted, parent away, parent holds.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Subquery, and_, case, false, func, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from app.sdk import (
    Child,
    Ctx,
    Guardian,
    GuardianPhone,
    Guardianship,
    ParentStatus,
    Placement,
    open_on,
    present,
    refers,
    relation_words,
    visible,
)
from plugins.guardian_training.kinds import (
    AWAY,
    ENTRUSTED,
    GRANDPARENT,
    GRANDPARENTS,
    PARENT,
    PARENTS,
)


def adults(
    ctx: Ctx,
    permission: str | None,
    *,
    day: date | None = None,
    homeroom_id: UUID | None = None,
    child_id: UUID | None = None,
) -> Subquery:
    """Return the adults of the pupils that ``permission`` reaches, one row a school and adult.

    Columns: school_id, guardian_id, audience, name, name_pinyin, and of one of the pupils child_id
    and homeroom_id. A permission of None is for work of nobody signed in: the scope limits it.
    """
    on = day or ctx.today()
    away = (
        select(ParentStatus.away)
        .where(
            ParentStatus.center_id == Guardian.center_id,
            ParentStatus.guardian_id == Guardian.id,
            ParentStatus.confirmed_on <= on,
            ParentStatus.voided_at.is_(None),
        )
        .order_by(ParentStatus.confirmed_on.desc(), ParentStatus.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    is_parent = Guardianship.relation.in_(PARENTS)
    wanted: Select[Any] = (
        _bonds(on)
        .with_only_columns(
            Child.school_id,
            Guardian.id.label("guardian_id"),
            Guardian.name,
            Guardian.name_pinyin,
            case(
                (func.bool_or(Guardianship.relation.in_(GRANDPARENTS)), GRANDPARENT),
                (func.bool_or(~is_parent), ENTRUSTED),
                (away == "yes", AWAY),
                else_=PARENT,
            ).label("audience"),
            _first(Child.id).label("child_id"),
            _first(Placement.homeroom_id).label("homeroom_id"),
        )
        .group_by(Child.school_id, Guardian.center_id, Guardian.id)
    )
    if homeroom_id is not None:
        wanted = wanted.where(Placement.homeroom_id == homeroom_id)
    if child_id is not None:
        wanted = wanted.where(Child.id == child_id)
    if permission is not None:
        wanted = visible(ctx, permission, wanted)
    return wanted.subquery("adults")


def _bonds(on: date) -> Select[Any]:
    placed = and_(refers(Placement.child_id, Child), Placement.ends_on.is_(None))
    cares = or_(
        Guardianship.relation.in_(PARENTS),
        Guardianship.cares_daily,
        Guardianship.entrusted,
        Guardianship.legal,
    )
    return (
        select(Guardianship)
        .join(Guardian, refers(Guardianship.guardian_id, Guardian))
        .join(Child, refers(Guardianship.child_id, Child))
        .outerjoin(Placement, placed)
        .where(
            open_on(Guardianship, on),
            Guardianship.barred.is_(False),
            Guardian.voided_at.is_(None),
            Guardian.died_on.is_(None),
            present(),
            cares,
        )
    )


def _first(column: Any) -> Any:
    return func.array_agg(aggregate_order_by(column, Child.id))[1]


@dataclass(frozen=True)
class Bond:
    """A pupil of an adult: what the adult is to it, and its class."""

    child: Child
    relation: str
    homeroom_id: UUID | None


@dataclass
class Person:
    """An adult with the pupils whom the reader reaches; ``phone`` is the first that may work."""

    guardian: Guardian
    audience: str
    bonds: list[Bond] = field(default_factory=list)
    phone: str = ""

    @property
    def id(self) -> UUID:
        """Return the adult's id."""
        return self.guardian.id

    @property
    def name(self) -> str:
        """Return the adult's name, or what they are to a pupil when it is not known."""
        if self.guardian.name or not self.bonds:
            return self.guardian.name or "—"
        first = self.bonds[0]
        return f"{first.child.name}（{first.relation}）"


def people(
    ctx: Ctx, permission: str, audiences: Mapping[UUID, str], *, phones: bool = False
) -> list[Person]:
    """Return adults with their pupils, in the order given; one query, two with phones.

    ``audiences`` are what :func:`adults` says of each.
    """
    ids = list(audiences)
    found: dict[UUID, Person] = {}
    wanted: Any = (
        _bonds(ctx.today())
        .with_only_columns(Guardianship, Guardian, Child, Placement.homeroom_id)
        .where(Guardianship.guardian_id.in_(ids))
        .order_by(Child.birth_date, Child.id)
    )
    for bond, adult, child, room in ctx.session.execute(visible(ctx, permission, wanted)):
        person = found.setdefault(adult.id, Person(adult, audiences[adult.id]))
        relation = relation_words(bond.relation, bond.relation_note)
        person.bonds.append(Bond(child, relation, room))
    if phones:
        for guardian_id, number in first_phones(ctx, ids).items():
            if guardian_id in found:
                found[guardian_id].phone = number
    return [found[number] for number in ids if number in found]


def first_phones(ctx: Ctx, ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the first number of each adult that is not known to be dead; one query."""
    return {guardian: numbers[0] for guardian, numbers in numbers_of(ctx, ids).items()}


def numbers_of(ctx: Ctx, ids: Collection[UUID]) -> dict[UUID, list[str]]:
    """Return the numbers of each adult that are not known to be dead; one query."""
    rows = ctx.session.execute(
        select(GuardianPhone.guardian_id, GuardianPhone.number)
        .where(
            GuardianPhone.guardian_id.in_(list(ids)),
            GuardianPhone.voided_at.is_(None),
            GuardianPhone.dead_on.is_(None),
        )
        .order_by(GuardianPhone.position, GuardianPhone.id)
    )
    found: dict[UUID, list[str]] = {}
    for guardian_id, number in rows:
        found.setdefault(guardian_id, []).append(number)
    return found


def in_audience(who: Subquery, audience: Sequence[str]) -> Any:
    """Return the condition that an adult of :func:`adults` is of an audience; empty means all."""
    if not audience:
        return ~false()
    return who.c.audience.in_(list(audience))
