"""Writing the ledger: recording, correcting, taking back, confirming."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.audit.services import record as audit
from app.children.models import Child, Guardian
from app.host.context import Ctx
from app.host.enablement import is_active
from app.host.facade import tell
from app.kernel.errors import Refused
from app.kernel.ids import uuid7
from app.kernel.text import T, Text
from app.ledger.attachments import Upload, attach
from app.ledger.audience import OPEN, columns_for
from app.ledger.models import Act, Attachment, Confirmation, Entry
from app.tenancy.models import Homeroom

__all__ = ["EntryFor", "Upload", "attach", "confirm", "correct", "extend", "record", "void"]


class Same(Enum):
    """What a correction leaves as it was, where nothing would mean nobody."""

    SAME = "same"


SAME = Same.SAME
"""For a correction: leave this as it was."""
OUTCOMES = ("done", "not_reached", "declined")
ANSWERS = ("yes", "contest")


@dataclass(frozen=True)
class EntryFor:
    """Whom an act concerns and what is said of them: a child, an adult, a class, a school.

    Without a child or class, ``school_id`` says which school's it is. ``outcome``: done,
    not_reached or declined. ``origin_school_id`` is where it took place when that was at another.
    """

    child: Child | None = None
    guardian: Guardian | None = None
    homeroom: Homeroom | None = None
    school_id: UUID | None = None
    text: str | None = None
    outcome: str = "done"
    origin_school_id: UUID | None = None

    @property
    def school(self) -> UUID:
        """Return the school that has the entry."""
        whom = self.child or self.homeroom
        school_id = whom.school_id if whom else self.school_id
        if school_id is None:
            raise ValueError("an entry without a child or class needs a school")
        return school_id


def record(
    ctx: Ctx,
    *,
    kind: str,
    happened_on: date,
    title: str | Text,
    entries: Sequence[EntryFor],
    place: str | None = None,
    on_behalf_of_id: UUID | None = None,
    audience: str | None = None,
) -> Act:
    """Write down that something took place, with one entry for each whom it concerns, in order.

    ``audience`` replaces the kind's own. Raises :class:`Refused` when the day lies in the future
    or the kind's module is not switched on at a school concerned; ``KeyError`` for a kind that
    nobody declared.
    """
    audience = audience or ctx.registry.entry_kinds[kind].audience
    _demand_audience(ctx, kind, audience)
    demand_past(ctx, happened_on)
    act = Act(
        id=uuid7(),
        kind=kind,
        happened_on=happened_on,
        place=place or None,
        recorded_by_id=ctx.actor.staff_id,
    )
    _concern(ctx, act, entries, audience, title, on_behalf_of_id)
    ctx.session.add(act)
    ctx.session.flush()
    audit(ctx, "ledger.record", object_type="act", object_id=act.id, kind=kind, count=len(entries))
    return act


def extend(
    ctx: Ctx,
    act: Act,
    *,
    title: str | Text,
    entries: Sequence[EntryFor],
    on_behalf_of_id: UUID | None = None,
) -> list[Entry]:
    """Write down whom else an act concerns, and return their entries in order.

    Each keeps its own day of writing, so that what is added later shows. Raises :class:`Refused`
    when the kind's module is not switched on at a school concerned.
    """
    audience = ctx.registry.entry_kinds[act.kind].audience
    added = _concern(ctx, act, entries, audience, title, on_behalf_of_id)
    ctx.session.flush()
    audit(
        ctx, "ledger.record", object_type="act", object_id=act.id, kind=act.kind,
        count=len(entries),
    )  # fmt: skip
    return added


def _concern(
    ctx: Ctx,
    act: Act,
    entries: Sequence[EntryFor],
    audience: str,
    title: str | Text,
    on_behalf_of_id: UUID | None,
) -> list[Entry]:
    now, added = ctx.now(), []
    for whom in entries:
        demand_active(ctx, act.kind, whom.school)
        entry = _entry(act, whom, audience, str(title))
        entry.first_recorded_at = entry.recorded_at = now
        entry.recorded_by_id = ctx.actor.staff_id
        entry.on_behalf_of_id = on_behalf_of_id
        entry.act = act
        ctx.session.add(entry)
        added.append(entry)
    return added


def correct(
    ctx: Ctx,
    entry: Entry,
    *,
    reason: str,
    happened_on: date | None = None,
    title: str | Text | None = None,
    text: str | None = None,
    outcome: str | None = None,
    guardian_id: UUID | Same | None = SAME,
    on_behalf_of_id: UUID | Same | None = SAME,
) -> Entry:
    """Put a corrected entry in the place of ``entry``, which is voided; return the new one.

    What is not given stays. The new entry keeps the root and the day of first writing, so mending
    a typo is no back-filling; photos go along, and what families answered, as long as it took place
    on the same day. Raises :class:`Refused` as :func:`record` does.
    """
    day = happened_on or entry.happened_on
    demand_active(ctx, entry.kind, entry.school_id)
    demand_past(ctx, day)
    _mark(ctx, entry, reason)
    act = Act(
        id=uuid7(),
        kind=entry.kind,
        happened_on=day,
        place=entry.act.place,
        recorded_by_id=ctx.actor.staff_id,
    )
    whom = EntryFor(
        school_id=entry.school_id,
        text=entry.text if text is None else text,
        outcome=outcome or entry.outcome,
    )
    audience = entry.audience_permission or entry.audience
    fresh = _entry(act, whom, audience, str(title) if title is not None else entry.title)
    fresh.child_id, fresh.guardian_id = entry.child_id, entry.guardian_id
    fresh.homeroom_id = entry.homeroom_id
    fresh.origin_school_id = entry.origin_school_id
    fresh.root_id, fresh.replaces_id = entry.root_id, entry.id
    fresh.first_recorded_at, fresh.recorded_at = entry.first_recorded_at, ctx.now()
    fresh.recorded_by_id = ctx.actor.staff_id
    fresh.on_behalf_of_id = entry.on_behalf_of_id
    if guardian_id is not SAME:
        fresh.guardian_id = guardian_id
    if on_behalf_of_id is not SAME:
        fresh.on_behalf_of_id = on_behalf_of_id
    act.entries.append(fresh)
    ctx.session.add(act)
    ctx.session.flush()
    _carry_over(ctx, entry.act_id, act)
    if (fresh.happened_on, fresh.outcome) == (entry.happened_on, "done"):
        _carry_answers(ctx, entry, fresh)
    _audit(ctx, "ledger.correct", fresh)
    return fresh


def void(ctx: Ctx, entry: Entry, *, reason: str) -> None:
    """Take an entry back, with a reason; it stays in the database and leaves every list.

    Raises :class:`Refused` when the reason is empty or the entry was taken back before.
    """
    _mark(ctx, entry, reason)
    _audit(ctx, "ledger.void", entry)
    module = ctx.registry.kind_module[entry.kind]
    if module is not None:
        given: dict[str, Any] = {"ctx": ctx, "kind": entry.kind, "entry_id": entry.id}
        tell(ctx.registry, "on_taken_back", frozenset({module}), **given)


def confirm(
    ctx: Ctx, entry: Entry, *, guardian_id: UUID, answer: str, note: str | None = None
) -> Confirmation:
    """Note that a guardian says that it was so (``yes``) or contests it (``contest``).

    Saying the same again changes nothing; the newest answer counts. Raises :class:`Refused` when
    guardians are not asked about this entry, or it did not take place.
    """
    asked = entry.outcome == "done" and not entry.voided_at and entry.child_id
    if not asked or not answerable(ctx, entry.kind, answer):
        raise Refused(T("There is nothing to confirm here."))
    before = ctx.session.scalars(
        select(Confirmation)
        .where(Confirmation.entry_id == entry.id, Confirmation.guardian_id == guardian_id)
        .order_by(Confirmation.at.desc())
    ).first()
    if before is not None and (before.answer, before.note) == (answer, note or None):
        return before
    row = Confirmation(
        school_id=entry.school_id,
        child_id=entry.child_id,
        entry_id=entry.id,
        guardian_id=guardian_id,
        answer=answer,
        note=note or None,
        at=ctx.now(),
    )
    ctx.session.add(row)
    ctx.session.flush()
    _audit(ctx, f"ledger.{answer}", entry)
    return row


def answerable(ctx: Ctx, kind: str, answer: str) -> bool:
    """Tell whether guardians are asked about entries of a kind, and may say this."""
    return answer in ANSWERS and ctx.registry.entry_kinds[kind].asks_family


def _mark(ctx: Ctx, entry: Entry, reason: str) -> None:
    if not reason.strip():
        raise Refused(T("Give a reason."), "reason")
    # Whoever corrects it at this moment is waited for.
    ctx.session.refresh(entry, ["voided_at"], with_for_update=True)
    if entry.voided_at is not None:
        raise Refused(T("This entry was taken back before."))
    entry.voided_at = ctx.now()
    entry.voided_by_id = ctx.actor.staff_id
    entry.void_reason = reason.strip()
    ctx.session.flush()


def _audit(ctx: Ctx, action: str, entry: Entry) -> None:
    audit(
        ctx,
        action,
        object_type="entry",
        object_id=entry.id,
        child_id=entry.child_id,
        school_id=entry.school_id,
    )


def _entry(act: Act, whom: EntryFor, audience: str, title: str) -> Entry:
    return Entry(**entry_columns(act.kind, act.happened_on, whom, audience, title))


def entry_columns(
    kind: str, happened_on: date, whom: EntryFor, audience: str, title: str
) -> dict[str, Any]:
    """Return a new entry's columns that follow from the act and from whom it concerns."""
    if whom.outcome not in OUTCOMES:
        raise ValueError(whom.outcome)
    entry_id = uuid7()
    return {
        "id": entry_id,
        "school_id": whom.school,
        "origin_school_id": whom.origin_school_id or whom.school,
        "child_id": whom.child.id if whom.child else None,
        "guardian_id": whom.guardian.id if whom.guardian else None,
        "homeroom_id": whom.homeroom.id if whom.homeroom else None,
        "kind": kind,
        "happened_on": happened_on,
        "outcome": whom.outcome,
        "title": title,
        "text": whom.text or None,
        "root_id": entry_id,
        **columns_for(audience),
    }


def _demand_audience(ctx: Ctx, kind: str, audience: str) -> None:
    """A note meant for few is never opened to many by who writes it."""
    declared = ctx.registry.entry_kinds[kind].audience
    if audience not in (*OPEN, declared) or (declared not in OPEN and audience != declared):
        raise ValueError(f"{kind} is not for {audience}")


def demand_past(ctx: Ctx, day: date) -> None:
    """Refuse a day in the future."""
    if day > ctx.today():
        raise Refused(T("The day lies in the future."), "happened_on")


def demand_active(ctx: Ctx, kind: str, school_id: UUID) -> None:
    """Refuse a kind whose module is not switched on at a school."""
    module = ctx.registry.kind_module[kind]
    if module is not None and not is_active(ctx, module, school_id):
        raise Refused(T("This module is not switched on at the school."))


def _carry_answers(ctx: Ctx, entry: Entry, fresh: Entry) -> None:
    """Let what families said stand: a correction must not make a contested visit uncontested."""
    rows = ctx.session.scalars(select(Confirmation).where(Confirmation.entry_id == entry.id))
    for row in rows.all():
        ctx.session.add(
            Confirmation(
                school_id=fresh.school_id,
                child_id=fresh.child_id,
                entry_id=fresh.id,
                guardian_id=row.guardian_id,
                answer=row.answer,
                note=row.note,
                at=row.at,
            )
        )
    ctx.session.flush()


def _carry_over(ctx: Ctx, from_act_id: UUID, act: Act) -> None:
    rows = ctx.session.scalars(
        select(Attachment).where(Attachment.act_id == from_act_id, Attachment.voided_at.is_(None))
    )
    for row in rows.all():
        ctx.session.add(
            Attachment(
                act_id=act.id,
                name=row.name,
                media_type=row.media_type,
                size=row.size,
                sha256=row.sha256,
                storage_key=row.storage_key,
                created_at=row.created_at,
            )
        )
    ctx.session.flush()
