"""Reading hand-overs: the list, one of them by class, what waits for somebody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import Uuid, and_, any_, func, literal, select
from sqlalchemy.orm import joinedload

from app.accounts.models import Staff
from app.accounts.queries import staff_query
from app.duties.boards import class_names
from app.duties.concerning import open_duties_of
from app.duties.models import StoredRule
from app.handover.holdings import CLASS, PAIRING, Holding, Key
from app.handover.models import HandOver, HandOverItem
from app.handover.needs import needing
from app.host.context import Ctx
from app.kernel.errors import NotVisible
from app.kernel.text import T, Text

REASONS: dict[str, Text] = {
    "leaves": T("Leaves the school"),
    "changes_class": T("Changes class or post"),
    "year_end": T("End of the school year"),
    "other": T("Other reason"),
}


@dataclass(frozen=True)
class Summary:
    """A hand-over in a list: ``left`` things need a successor, ``gone`` says the giver has left."""

    row: HandOver
    left: int
    gone: bool


@dataclass
class Line:
    """An item with what goes along with it; ``waits`` tells that it still needs a successor."""

    item: HandOverItem
    waits: bool
    duties: int
    along: list[HandOverItem] = field(default_factory=list)


@dataclass
class Group:
    """The items of a class, or of the school as a whole (without a class)."""

    homeroom_id: UUID | None
    title: str
    lines: list[Line] = field(default_factory=list)


def hand_over_here(ctx: Ctx, hand_over_id: UUID, school_id: UUID) -> HandOver:
    """Return a hand-over of the school; raises :class:`NotVisible`."""
    row = ctx.session.scalar(
        select(HandOver)
        .where(HandOver.id == hand_over_id, HandOver.school_id == school_id)
        .options(joinedload(HandOver.from_staff), joinedload(HandOver.made_by))
    )
    if row is None:
        raise NotVisible
    return row


def summaries(ctx: Ctx, school_id: UUID) -> list[Summary]:
    """Return the hand-overs of a school, those under way first, then the newest."""
    rows = ctx.session.scalars(
        select(HandOver)
        .where(HandOver.school_id == school_id)
        .options(joinedload(HandOver.from_staff))
        .order_by(HandOver.state != "open", HandOver.made_at.desc())
    ).all()
    left = needing(ctx, [row for row in rows if row.state == "open"])
    here = staff_query(ctx, school_id=school_id).with_only_columns(Staff.id).order_by(None)
    working = set(ctx.session.scalars(here))
    return [
        Summary(row, _tops(left.get(row.id, ())), row.from_staff_id not in working) for row in rows
    ]


def _tops(items: Iterable[HandOverItem]) -> int:
    return sum(item.parent_id is None for item in items)


def waiting(ctx: Ctx, school_id: UUID | None = None) -> int:
    """Return how many things under way need a successor at a school, or in the whole scope."""
    wanted = select(HandOver).where(HandOver.state == "open")
    if school_id is not None:
        wanted = wanted.where(HandOver.school_id == school_id)
    rows = ctx.session.scalars(wanted).all()
    return sum(map(_tops, needing(ctx, rows).values())) if rows else 0


def groups(ctx: Ctx, row: HandOver) -> list[Group]:
    """Return the items of a hand-over by class, what goes along beneath what it goes with."""
    items = ctx.session.scalars(
        select(HandOverItem)
        .where(HandOverItem.hand_over_id == row.id)
        .options(joinedload(HandOverItem.successor), joinedload(HandOverItem.accepted_by))
        .order_by(HandOverItem.position, HandOverItem.id)
    ).all()
    return grouped(ctx, items, {item.id for item in needing(ctx, [row])[row.id]},
                   duties_owed(ctx, row.from_staff_id, row.school_id))  # fmt: skip


def grouped(
    ctx: Ctx, items: Sequence[HandOverItem], waits: set[UUID], duties: Mapping[Key, int]
) -> list[Group]:
    """Put items under their classes."""
    names = class_names(ctx, {item.homeroom_id for item in items if item.homeroom_id})
    known = {item.id for item in items}
    lines = {
        item.id: Line(item, item.id in waits, duties.get((item.kind, item.object_id), 0))
        for item in items
        if item.parent_id not in known
    }
    found: dict[UUID | None, Group] = {}
    for item in items:
        if item.parent_id in lines:
            lines[item.parent_id].along.append(item)
            continue
        room = item.homeroom_id
        title = names[room] if room else str(T("The whole school"))
        found.setdefault(room, Group(room, title)).lines.append(lines[item.id])
    return sorted(found.values(), key=lambda group: group.homeroom_id is None)


def duties_owed(ctx: Ctx, staff_id: UUID, school_id: UUID) -> dict[Key, int]:
    """Return how many duties wait for a person, by pairing and class: they follow the successor."""
    duty = open_duties_of(ctx, staff_id)
    rule_is = and_(StoredRule.center_id == duty.c.center_id, StoredRule.id == duty.c.rule_id)
    by = (StoredRule.performer, duty.c.subject_id, duty.c.homeroom_id)
    rows = ctx.session.execute(
        select(*by, func.count())
        .select_from(duty)
        .join(StoredRule, rule_is)
        .where(
            duty.c.center_id == ctx.scope.center_id,
            duty.c.school_id == school_id,
            duty.c.state == "due",
            literal(staff_id, Uuid) == any_(duty.c.owed_by),
        )
        .group_by(*by)
    )
    found: dict[Key, int] = {}
    for performer, subject, room, number in rows:
        key = (PAIRING, subject) if performer == "mentor" else (CLASS, room)
        found[key] = found.get(key, 0) + number
    return found


@dataclass(frozen=True)
class Preview:
    """What a person holds, before anything is begun: a class's holdings with their duties."""

    title: str
    holdings: Sequence[tuple[Holding, int]]


def previews(ctx: Ctx, holdings: Sequence[Holding], duties: Mapping[Key, int]) -> list[Preview]:
    """Put holdings under their classes."""
    names = class_names(ctx, {one.homeroom_id for one in holdings if one.homeroom_id})
    found: dict[str, list[tuple[Holding, int]]] = {}
    for one in sorted(holdings, key=lambda one: one.homeroom_id is None):
        title = names[one.homeroom_id] if one.homeroom_id else str(T("The whole school"))
        found.setdefault(title, []).append((one, duties.get(one.key, 0)))
    return [Preview(title, rows) for title, rows in found.items()]


@dataclass(frozen=True)
class Offer:
    """What one hand-over proposes to somebody, by class."""

    row: HandOver
    groups: Sequence[Group]
    count: int


def offers(ctx: Ctx) -> list[Offer]:
    """Return what is proposed to the actor and waits for an answer."""
    wanted = (
        select(HandOver)
        .where(
            HandOver.state == "open",
            HandOver.id.in_(
                select(HandOverItem.hand_over_id).where(
                    HandOverItem.successor_id == ctx.actor.staff_id,
                    HandOverItem.state == "proposed",
                )
            ),
        )
        .options(joinedload(HandOver.from_staff))
        .order_by(HandOver.last_day, HandOver.id)
    )
    rows = ctx.session.scalars(wanted).all()
    found = []
    for row, items in zip(rows, needing(ctx, rows).values(), strict=True):
        own = [
            item
            for item in items
            if item.state == "proposed" and item.successor_id == ctx.actor.staff_id
        ]
        if own:
            duties = duties_owed(ctx, row.from_staff_id, row.school_id)
            here = grouped(ctx, own, {item.id for item in own}, duties)
            found.append(Offer(row, here, _tops(own)))
    return found


def given_away(ctx: Ctx) -> Sequence[HandOver]:
    """Return the hand-overs in which the actor gives something away and which are under way."""
    return ctx.session.scalars(
        select(HandOver)
        .where(HandOver.from_staff_id == ctx.actor.staff_id, HandOver.state == "open")
        .order_by(HandOver.made_at)
    ).all()
