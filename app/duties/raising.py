"""Concerns: raising one, closing it by a visit, withdrawing what was a mistake."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, select, update

from app.audit.services import record as audit
from app.children.models import Child
from app.children.roster.staging import Staging
from app.db.conditions import any_of
from app.duties.calendar import write_up_days
from app.duties.concern_rules import concern_rule, concerns_at
from app.duties.concerns import answering_for, answers_to
from app.duties.models import Concern
from app.host.context import Ctx
from app.kernel.errors import Refused
from app.kernel.ids import uuid7
from app.kernel.text import T
from app.ledger.models import Entry
from app.notify.addresses import center_path
from app.notify.services import notify

BY_HAND = "hand"


def raise_concern(
    ctx: Ctx,
    child: Child,
    kind: str,
    *,
    note: str | None = None,
    source: str = BY_HAND,
    entry: Entry | None = None,
) -> Concern:
    """Say that a child calls for a visit, and tell who answers for it.

    ``kind`` is a concern of the core or of a module active at the school, ``source`` the module
    that found it, ``entry`` where. One of a kind is open at a time: a second raising adds its note
    and keeps the deadline. Raises :class:`Refused` for an unknown kind or a child who has left.
    """
    titles = concerns_at(ctx, child.school_id)
    if kind not in titles:
        raise Refused(T("Choose what the concern is."), "kind")
    if child.left_on is not None:
        raise Refused(T("The child has left school."))
    # Two people raising it at once: the second waits here and then adds to the first's.
    ctx.session.execute(select(Child.id).where(Child.id == child.id).with_for_update())
    row = ctx.session.scalar(
        select(Concern).where(
            Concern.child_id == child.id,
            Concern.kind == kind,
            Concern.closed_on.is_(None),
            Concern.voided_at.is_(None),
        )
    )
    said = (note or "").strip()
    if row is not None:
        row.note = "\n".join(part for part in (row.note, said) if part) or None
    else:
        row = _opened(ctx, child, kind, said, source, entry)
    ctx.session.flush()
    _audit(ctx, "concern.raise", row)
    page = f"{center_path(ctx)}/children/{child.id}/concerns/{row.id}"
    title = T("A concern about {name}: {kind}", name=child.name, kind=titles[kind])
    notify(ctx, answering_for(ctx, row), "concern.raised", title, page, body=said, urgent=True)
    return row


@dataclass(frozen=True)
class Found:
    """A child that a check of many found to call for a visit, and the entry that says so."""

    child_id: UUID
    school_id: UUID
    entry_id: UUID


def raise_many(ctx: Ctx, found: Sequence[Found], kind: str, *, note: str, source: str) -> int:
    """Raise one concern about each of very many children; return how many were raised.

    Where one of the kind is open it stays as it is. Nobody is told child by child: they stand in
    the to-do of whoever answers for them.
    """
    waiting = set(
        ctx.session.scalars(
            select(Concern.child_id).where(
                Concern.kind == kind, Concern.closed_on.is_(None), Concern.voided_at.is_(None)
            )
        )
    )
    today, rules = ctx.today(), {}
    rows = []
    for one in found:
        if one.child_id in waiting:
            continue
        if one.school_id not in rules:
            if kind not in concerns_at(ctx, one.school_id):
                raise Refused(T("Choose what the concern is."), "kind")
            rules[one.school_id] = concern_rule(ctx, kind, one.school_id)
        due = today + timedelta(days=rules[one.school_id].days)
        rows.append((ctx.scope.center_id, uuid7(), one.school_id, one.child_id, one.entry_id, due))
    staging = Staging()
    columns = ("center_id", "id", "school_id", "child_id", "source_entry_id", "due_on")
    staging.announce(Concern, *columns).extend(rows)
    constants = {
        "kind": kind,
        "note": note,
        "source": source,
        "raised_on": today,
        "raised_at": ctx.now(),
        "raised_by_id": ctx.actor.staff_id,
    }
    staging.write(ctx.session, constants)
    audit(ctx, "concern.raise", object_type="concern", kind=kind, count=len(rows))
    return len(rows)


def withdraw_raised(ctx: Ctx, entry_ids: Collection[UUID], *, note: str, reason: str) -> int:
    """Take back the open concerns that entries raised with this note; return how many.

    What somebody has added to stays: it is theirs, too. Nobody is told: the to-do is shorter.
    """
    source = Concern.source_entry_id
    gone = update(Concern).where(
        any_of(source, entry_ids),
        Concern.note == note,
        Concern.closed_on.is_(None),
        Concern.voided_at.is_(None),
    )
    found = ctx.session.execute(gone.values(voided_at=ctx.now(), void_reason=reason))
    count = cast(CursorResult[Any], found).rowcount
    if count:
        audit(ctx, "concern.withdraw", object_type="concern", count=count)
    return count


def _opened(
    ctx: Ctx, child: Child, kind: str, note: str, source: str, entry: Entry | None
) -> Concern:
    today = ctx.today()
    row = Concern(
        school_id=child.school_id,
        child_id=child.id,
        kind=kind,
        note=note or None,
        raised_on=today,
        raised_at=ctx.now(),
        raised_by_id=ctx.actor.staff_id,
        source=source,
        source_entry_id=entry.id if entry else None,
        due_on=today + timedelta(days=concern_rule(ctx, kind, child.school_id).days),
    )
    ctx.session.add(row)
    return row


def close_concern(
    ctx: Ctx, child: Child, concern: Concern, *, entry_id: UUID | None, outcome: str
) -> None:
    """Close a concern by a recorded visit, with what came of it.

    It counts for the day of the visit, or for today when that is written down too late. Raises
    :class:`Refused` without a fitting entry or an outcome, or when it is open no more.
    """
    _demand_open(ctx, concern)
    entry = next((e for e in answers_to(ctx, child, concern) if e.id == entry_id), None)
    if entry is None:
        raise Refused(T("Choose the visit that answered it; write it down first."), "entry")
    if not outcome.strip():
        raise Refused(T("Say in a few words what came of it."), "outcome")
    today = ctx.today()
    in_time = today <= concern.due_on + timedelta(days=write_up_days(ctx))
    concern.closed_on = entry.happened_on if in_time else today
    concern.closed_by_entry_id = entry.id
    concern.outcome = outcome.strip()
    ctx.session.flush()
    _audit(ctx, "concern.close", concern)


def withdraw_concern(ctx: Ctx, concern: Concern, *, reason: str) -> None:
    """Take a concern back that was a mistake; raises :class:`Refused` without a reason."""
    _demand_open(ctx, concern)
    if not reason.strip():
        raise Refused(T("Give a reason."), "reason")
    concern.voided_at, concern.void_reason = ctx.now(), reason.strip()
    ctx.session.flush()
    _audit(ctx, "concern.withdraw", concern)


def _demand_open(ctx: Ctx, concern: Concern) -> None:
    ctx.session.refresh(concern, with_for_update=True)
    if concern.closed_on is not None or concern.voided_at is not None:
        raise Refused(T("This concern is closed already."))


def _audit(ctx: Ctx, action: str, concern: Concern) -> None:
    audit(
        ctx,
        action,
        object_type="concern",
        object_id=concern.id,
        child_id=concern.child_id,
        school_id=concern.school_id,
    )
