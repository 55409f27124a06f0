"""Reading the ledger of a child."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from app.accounts.models import Staff
from app.children.models import Child
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
    """Return a page of what the actor may read of a child, newest first; five queries."""
    found = paginate(ctx.session, _entries(ctx, child, kinds), page, size=size)
    return Page(items_of(ctx, found.rows), found.page, found.size, found.total)


def latest(ctx: Ctx, child: Child, size: int, *, kinds: Iterable[str] | None = None) -> list[Item]:
    """Return the newest of a :func:`timeline`, without counting the rest: four queries."""
    return items_of(ctx, ctx.session.scalars(_entries(ctx, child, kinds).limit(size)).all())


def kinds_of(ctx: Ctx, child: Child) -> list[str]:
    """Return the kinds of entries that the actor may read of a child, in order of name."""
    wanted = select(Entry.kind).distinct().where(Entry.child_id == child.id, readable(ctx, child))
    return sorted(ctx.session.scalars(wanted))


def entry_of(ctx: Ctx, child: Child, entry_id: UUID) -> Entry:
    """Return one readable entry of a child; raises :class:`NotVisible`."""
    found = ctx.session.scalar(_entries(ctx, child).where(Entry.id == entry_id))
    if found is None:
        raise NotVisible
    return found


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


def _entries(ctx: Ctx, child: Child, kinds: Iterable[str] | None = None) -> Select[Entry]:
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
    attachments = _attachments(ctx, {entry.act_id for entry in entries})
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
            attachments[entry.act_id],
            list(answers[entry.id].values()),
        )
        for entry in entries
    ]


def _attachments(ctx: Ctx, act_ids: Iterable[UUID]) -> Mapping[UUID, list[Attachment]]:
    found: dict[UUID, list[Attachment]] = defaultdict(list)
    rows = ctx.session.scalars(
        select(Attachment)
        .where(Attachment.act_id.in_(list(act_ids)), Attachment.voided_at.is_(None))
        .order_by(Attachment.created_at, Attachment.id)
    )
    for row in rows:
        found[row.act_id].append(row)
    return found


def _answers(ctx: Ctx, entry_ids: Sequence[UUID]) -> Mapping[UUID, dict[UUID, Confirmation]]:
    found: dict[UUID, dict[UUID, Confirmation]] = defaultdict(dict)
    rows = ctx.session.scalars(
        select(Confirmation).where(Confirmation.entry_id.in_(entry_ids)).order_by(Confirmation.at)
    )
    for row in rows:
        found[row.entry_id][row.guardian_id] = row
    return found


def _names(ctx: Ctx, staff_ids: set[UUID]) -> Mapping[UUID, str]:
    if not staff_ids:
        return {}
    rows = ctx.session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(staff_ids)))
    return dict(rows.all())
