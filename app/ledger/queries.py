"""Reading the ledger of a child."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true
from sqlalchemy.orm import joinedload

from app.accounts.models import Staff
from app.children.models import Child
from app.db.reading import read_once
from app.edge.paging import Page, paginate
from app.host.context import Ctx
from app.host.manifest import EntryKind
from app.kernel.clock import CHINA
from app.kernel.errors import NotVisible
from app.ledger.audience import readable
from app.ledger.models import Attachment, Confirmation, Entry

LATE_AFTER_DAYS = 7


@dataclass(frozen=True)
class Item:
    """An entry as a timeline shows it; ``answers`` are guardians' newest, one each."""

    entry: Entry
    kind: EntryKind
    late: bool
    by: str | None
    on_behalf_of: str | None
    attachments: Sequence[Attachment]
    answers: Sequence[Confirmation]


def is_late(happened_on: date, first_recorded_at: datetime) -> bool:
    """Tell whether something was written down more than a week after it took place."""
    written = first_recorded_at.astimezone(CHINA).date()
    return (written - happened_on).days > LATE_AFTER_DAYS


def timeline(
    ctx: Ctx, child: Child, *, page: int = 1, size: int = 20, kinds: Iterable[str] | None = None
) -> Page[Item]:
    """Return a page of what the actor may read of a child, newest first.

    Four queries for the first page, which counts along, five for the others.
    """
    wanted = _entries(ctx, child, kinds)
    if page <= 1:
        rows = ctx.session.execute(wanted.add_columns(func.count().over()).limit(size)).all()
        total = rows[0][1] if rows else 0
        return Page(items_of(ctx, [entry for entry, _total in rows]), 1, size, total)
    found = paginate(ctx.session, wanted, page, size=size)
    return Page(items_of(ctx, found.rows), found.page, found.size, found.total)


def latest(ctx: Ctx, child: Child, size: int, *, kinds: Iterable[str] | None = None) -> list[Item]:
    """Return the newest of a :func:`timeline`, without counting the rest: four queries."""
    return items_of(ctx, ctx.session.scalars(_entries(ctx, child, kinds).limit(size)).all())


def latest_of_each(
    ctx: Ctx,
    children: Sequence[Child],
    size: int,
    *,
    asked: Collection[str] = (),
    most: int = 0,
    only: ColumnElement[bool] | None = None,
) -> dict[UUID, tuple[list[Item], list[Item]]]:
    """Return, by child, the newest of its timeline and the newest ``most`` of the kinds ``asked``.

    ``only`` narrows the entries. Four queries for all of them.
    """
    newest = (Entry.happened_on.desc(), Entry.recorded_at.desc(), Entry.id.desc())
    is_asked = Entry.kind.in_(asked)
    rank = func.row_number()
    ranked = (
        select(
            Entry.id,
            is_asked.label("asked"),
            rank.over(partition_by=Entry.child_id, order_by=newest).label("place"),
            rank.over(partition_by=(Entry.child_id, is_asked), order_by=newest).label("among"),
        )
        .where(_readable_of_any(ctx, children), true() if only is None else only)
        .subquery()
    )
    wanted = or_(ranked.c.place <= size, and_(ranked.c.asked, ranked.c.among <= most))
    rows = ctx.session.scalars(
        select(Entry)
        .where(Entry.id.in_(select(ranked.c.id).where(wanted)))
        .options(joinedload(Entry.act))
        .order_by(*newest)
    ).all()
    found: dict[UUID | None, list[Item]] = defaultdict(list)
    for item in items_of(ctx, rows):
        found[item.entry.child_id].append(item)
    return {
        child.id: (
            found[child.id][:size],
            [item for item in found[child.id] if item.entry.kind in asked][:most],
        )
        for child in children
    }


def kinds_of_each(ctx: Ctx, children: Sequence[Child]) -> dict[UUID, list[str]]:
    """Return :func:`kinds_of` some children, by child: one query for all of them."""
    wanted = select(Entry.child_id, Entry.kind).distinct().where(_readable_of_any(ctx, children))
    found: dict[UUID, list[str]] = {child.id: [] for child in children}
    for child_id, kind in ctx.session.execute(wanted.order_by(Entry.kind)):
        found[cast("UUID", child_id)].append(kind)
    return found


def _readable_of_any(ctx: Ctx, children: Sequence[Child]) -> ColumnElement[bool]:
    own = (and_(Entry.child_id == child.id, readable(ctx, child)) for child in children)
    return or_(false(), *own)


def kinds_of(ctx: Ctx, child: Child) -> list[str]:
    """Return the kinds of entries that the actor may read of a child, in order of name."""
    wanted = select(Entry.kind).distinct().where(Entry.child_id == child.id, readable(ctx, child))
    return sorted(ctx.session.scalars(wanted))


def entry_of(ctx: Ctx, child: Child, entry_id: UUID) -> Entry:
    """Return one readable entry of a child; raises :class:`NotVisible`."""
    found = ctx.session.scalar(_entries(ctx, child).where(Entry.id == entry_id))
    if found is None:
        raise NotVisible
    return cast("Entry", found)


def attachment_of(ctx: Ctx, child: Child, attachment_id: UUID) -> Attachment:
    """Return an attachment of an act with a readable entry of the child, or :class:`NotVisible`."""
    acts = select(Entry.act_id).where(Entry.child_id == child.id, readable(ctx, child))
    found = ctx.session.scalar(
        select(Attachment).where(
            Attachment.id == attachment_id,
            Attachment.voided_at.is_(None),
            Attachment.act_id.in_(acts),
        )
    )
    if found is None:
        raise NotVisible
    return found


def _entries(ctx: Ctx, child: Child, kinds: Iterable[str] | None = None) -> Select[Any]:
    wanted = (
        select(Entry)
        .where(Entry.child_id == child.id, readable(ctx, child))
        .options(joinedload(Entry.act))
        .order_by(Entry.happened_on.desc(), Entry.recorded_at.desc(), Entry.id.desc())
    )
    return wanted if kinds is None else wanted.where(Entry.kind.in_(list(kinds)))


def items_of(ctx: Ctx, entries: Sequence[Entry]) -> list[Item]:
    """Return entries that the actor may read as pages show them: three queries for any number."""
    if not entries:
        return []
    attachments = _attachments(ctx, [entry.act_id for entry in entries])
    answers = _answers(ctx, [entry.id for entry in entries])
    writers = {who for e in entries for who in (e.recorded_by_id, e.on_behalf_of_id) if who}
    names = _names(ctx, writers)
    return [
        Item(
            entry,
            ctx.registry.entry_kinds[entry.kind],
            is_late(entry.happened_on, entry.first_recorded_at),
            names.get(entry.recorded_by_id) if entry.recorded_by_id else None,
            names.get(entry.on_behalf_of_id) if entry.on_behalf_of_id else None,
            attachments.get(entry.act_id, []),
            list(answers.get(entry.id, {}).values()),
        )
        for entry in entries
    ]


def _attachments(ctx: Ctx, act_ids: Iterable[UUID]) -> Mapping[UUID, list[Attachment]]:
    def read(missing: list[UUID]) -> Mapping[UUID, list[Attachment]]:
        found: dict[UUID, list[Attachment]] = defaultdict(list)
        rows = ctx.session.scalars(
            select(Attachment)
            .where(Attachment.act_id.in_(missing), Attachment.voided_at.is_(None))
            .order_by(Attachment.created_at, Attachment.id)
        )
        for row in rows:
            found[row.act_id].append(row)
        return found

    return read_once(ctx.session, "attachments", act_ids, read)


def _answers(ctx: Ctx, entry_ids: Sequence[UUID]) -> Mapping[UUID, dict[UUID, Confirmation]]:
    def read(missing: list[UUID]) -> Mapping[UUID, dict[UUID, Confirmation]]:
        found: dict[UUID, dict[UUID, Confirmation]] = defaultdict(dict)
        rows = ctx.session.scalars(
            select(Confirmation).where(Confirmation.entry_id.in_(missing)).order_by(Confirmation.at)
        )
        for row in rows:
            found[row.entry_id][row.guardian_id] = row
        return found

    return read_once(ctx.session, "confirmations", entry_ids, read)


def _names(ctx: Ctx, staff_ids: set[UUID]) -> Mapping[UUID, str]:
    def read(missing: list[UUID]) -> Mapping[UUID, str]:
        rows = ctx.session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(missing)))
        return dict(rows.all())

    return read_once(ctx.session, "staff names", staff_ids, read)
