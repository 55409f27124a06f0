"""What a guardian reads of the own children."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Row, Uuid, or_, select, text
from sqlalchemy.types import String

from app.children.models import Child
from app.db.conditions import refers
from app.db.sealed import Sealed
from app.host.context import Ctx
from app.ledger.models import Entry
from app.ledger.queries import Item, latest_of_each
from app.tenancy.models import Homeroom, School
from app.tenancy.naming import class_title

_LATEST = 6
_OWN_CLASSES = (
    text("SELECT child_id, homeroom_id, name, phone FROM own_classes(:today)")
    .columns(child_id=Uuid, homeroom_id=Uuid, name=String, phone=Sealed("phone"))
    .subquery("own_classes")
)
_ASKED = 3
_ASKED_FOR = timedelta(days=180)


@dataclass(frozen=True)
class Teacher:
    """A class teacher, as the family calls them."""

    name: str
    phone: str | None


@dataclass(frozen=True)
class OwnChild:
    """One child of the family: where it is, who teaches it, and what was written for guardians.

    ``asked`` is what the family is asked about: the latest that was done.
    """

    child: Child
    school: School
    class_title: str | None
    teachers: Sequence[Teacher]
    latest: Sequence[Item]
    asked: Sequence[Item]


def own_children(ctx: Ctx) -> list[OwnChild]:
    """Return the children of the family's scope, eldest first: the same queries for any number."""
    rows = _at_school(ctx)
    children = [child for child, _school in rows]
    classes = _classes(ctx)
    asking = {kind.name for kind in ctx.registry.entry_kinds.values() if kind.asks_family}
    told = latest_of_each(ctx, children, _LATEST, asked=asking, most=_ASKED)
    return [
        OwnChild(
            child,
            school,
            _title(ctx, classes.get(child.id), school),
            classes[child.id].teachers if child.id in classes else [],
            told[child.id][0],
            [item for item in told[child.id][1] if _still_asked(ctx, item.entry)],
        )
        for child, school in rows
    ]


@dataclass(frozen=True)
class PairedChild:
    """A child paired with a mentor from outside, with what the two did lately."""

    child: Child
    school: School
    class_title: str | None
    teachers: Sequence[Teacher]
    latest: Sequence[Item]


def paired_children(ctx: Ctx) -> list[PairedChild]:
    """Return the children paired with the actor, eldest first: the same queries for any number.

    Of what families read, only what the actor did, or what was written down for the actor.
    """
    rows = _at_school(ctx)
    classes = _classes(ctx)
    me = ctx.actor.staff_id
    own = or_(Entry.on_behalf_of_id == me, Entry.recorded_by_id == me)
    told = latest_of_each(ctx, [child for child, _school in rows], _LATEST, only=own)
    return [
        PairedChild(
            child,
            school,
            _title(ctx, classes.get(child.id), school),
            classes[child.id].teachers if child.id in classes else [],
            told[child.id][0],
        )
        for child, school in rows
    ]


def _at_school(ctx: Ctx) -> Sequence[Row[Child, School]]:
    return ctx.session.execute(
        select(Child, School)
        .join(School, refers(Child.school_id, School))
        .where(Child.voided_at.is_(None))
        .order_by(Child.birth_date, Child.id)
    ).all()


def _still_asked(ctx: Ctx, entry: Entry) -> bool:
    """Nobody remembers what was long ago."""
    return entry.outcome == "done" and ctx.today() - entry.happened_on <= _ASKED_FOR


@dataclass(frozen=True)
class _Class:
    homeroom: Homeroom
    teachers: list[Teacher]


def _classes(ctx: Ctx) -> Mapping[UUID, _Class]:
    rows = ctx.session.execute(
        select(_OWN_CLASSES.c.child_id, _OWN_CLASSES.c.name, _OWN_CLASSES.c.phone, Homeroom).join(
            Homeroom, Homeroom.id == _OWN_CLASSES.c.homeroom_id
        ),
        {"today": ctx.today()},
    )
    found: dict[UUID, _Class] = {}
    for child_id, name, phone, room in rows:
        here = found.setdefault(child_id, _Class(room, []))
        if name is not None:
            here.teachers.append(Teacher(name, phone))
    return found


def _title(ctx: Ctx, found: _Class | None, school: School) -> str | None:
    return class_title(ctx, found.homeroom, school.system) if found else None
