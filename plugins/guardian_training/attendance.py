"""Who is invited, who came, who did not and why."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from app.sdk import Ctx, Entry, EntryFor, Guardian, Refused, audit, extend, void
from plugins.guardian_training.kinds import (
    ABSENT,
    HERE,
    INVITATIONS,
    INVITED,
    PRESENT,
    REASONS,
    VIDEO,
    WAYS,
)
from plugins.guardian_training.models import Attendance, TrainingSession, Word
from plugins.guardian_training.sessions import act_of, begin_act, demand_on, title_of
from plugins.guardian_training.words import T

_LONGEST_NOTE = 200


@dataclass(frozen=True)
class Mark:
    """What is written down of one guardian: present in a way, absent for a reason, or neither."""

    state: str
    way: str = "list"
    reason: str = ""
    note: str = ""


def invite(ctx: Ctx, session: TrainingSession, guardian_ids: Collection[UUID], *, way: str) -> int:
    """Write down that guardians were invited; return how many were not before."""
    demand_on(session)
    if way not in INVITATIONS:
        raise Refused(T("Choose how they were invited."), "way")
    known = _rows_held(ctx, session)
    fresh = 0
    for guardian_id in guardian_ids:
        row = known.get(guardian_id) or _row(ctx, session, guardian_id)
        fresh += row.invited_at is None
        row.invited_at, row.invited_way = row.invited_at or ctx.now(), way
    ctx.session.flush()
    _audit(ctx, "guardian_training.invitation.record", session, len(guardian_ids))
    return fresh


def mark(ctx: Ctx, session: TrainingSession, marks: Mapping[UUID, Mark]) -> int:
    """Write down who came and who did not; return how many are newly present.

    Whoever came gets an entry of the ledger in the session's one act; taking somebody off the list
    voids theirs. Raises :class:`Refused` before the day, when called off, and for unknown words.
    """
    _demand_marks(ctx, session, marks)
    known = _rows_held(ctx, session)
    came: list[Attendance] = []
    for guardian_id, told in marks.items():
        row = known.get(guardian_id)
        if row is None and told.state == INVITED:
            continue
        row = row or _row(ctx, session, guardian_id)
        if _put(ctx, row, told):
            came.append(row)
    _write_down(ctx, session, came)
    ctx.session.flush()
    _audit(ctx, "guardian_training.attendance.change", session, len(marks))
    return len(came)


def _put(ctx: Ctx, row: Attendance, told: Mark) -> bool:
    """Change a row; tell whether the guardian is newly present."""
    was = row.state
    note = told.note.strip()[:_LONGEST_NOTE] or None
    reason = told.reason or None if told.state == ABSENT else None
    if (was, row.reason, row.note) == (told.state, reason, note):
        return False
    row.state, row.reason, row.note = told.state, reason, note
    row.marked_at, row.marked_by_id = ctx.now(), ctx.actor.staff_id
    if was == PRESENT and told.state != PRESENT:
        _take_back(ctx, row)
    if told.state != PRESENT:
        row.way = None
    elif was != PRESENT:
        row.way = told.way
    return told.state == PRESENT and was != PRESENT


def _take_back(ctx: Ctx, row: Attendance) -> None:
    entry = ctx.session.scalar(select(Entry).where(Entry.id == row.entry_id))
    row.entry_id = None
    if entry is not None:
        void(ctx, entry, reason=str(T("Was not there after all")))


def _write_down(ctx: Ctx, session: TrainingSession, came: Sequence[Attendance]) -> None:
    """Write an entry for each who came; the ledger's act begins with the first of them."""
    if not came:
        return
    adults = _adults(ctx, [row.guardian_id for row in came])
    whom = [
        EntryFor(
            guardian=adults[row.guardian_id], homeroom=session.homeroom,
            school_id=session.school_id, text=str(WAYS[row.way or "list"]),
        )
        for row in came
    ]  # fmt: skip
    if session.act_id is None:
        entries = list(begin_act(ctx, session, *whom).entries)
    else:
        entries = extend(ctx, act_of(ctx, session), title=title_of(ctx, session), entries=whom)
    for row, entry in zip(came, entries, strict=True):
        row.entry_id, row.day = entry.id, session.day


def _adults(ctx: Ctx, ids: Sequence[UUID]) -> dict[UUID, Guardian]:
    rows = ctx.session.scalars(select(Guardian).where(Guardian.id.in_(ids)))
    return {row.id: row for row in rows}


def close(ctx: Ctx, session: TrainingSession, expected: Collection[UUID], *, summary: str) -> int:
    """End a session: whoever was expected and did not come is absent; return how many came.

    Somebody may still be added afterwards; it shows when that was written down. Raises
    :class:`Refused` before the day.
    """
    _demand_day(ctx, session)
    act_of(ctx, session)
    known = _rows_held(ctx, session)
    for guardian_id in (*expected, *known):
        row = known.get(guardian_id) or _row(ctx, session, guardian_id)
        known[guardian_id] = row
        if row.state == INVITED:
            row.state, row.marked_at, row.marked_by_id = ABSENT, ctx.now(), ctx.actor.staff_id
        row.day = session.day
    came = sum(row.state == PRESENT for row in known.values())
    session.summary = summary.strip() or None
    session.expected = len(known)
    session.closed_at = session.closed_at or ctx.now()
    session.door_until = None
    ctx.session.flush()
    _audit(ctx, "guardian_training.session.close", session, came)
    return came


def waiting(ctx: Ctx, session: TrainingSession) -> dict[UUID, Word]:
    """Return who has signed in by phone and is not written down yet; two queries."""
    there = {g for g, row in rows_of(ctx, session).items() if row.state == PRESENT}
    rows = ctx.session.scalars(
        select(Word)
        .where(Word.session_id == session.id, Word.what == HERE)
        .order_by(Word.at, Word.id)
    )
    return {word.guardian_id: word for word in rows if word.guardian_id not in there}


def take_waiting(ctx: Ctx, session: TrainingSession, reached: Collection[UUID]) -> int:
    """Write down everybody ``reached`` who has signed in by phone; return how many."""
    found = {g: word for g, word in waiting(ctx, session).items() if g in reached}
    way = {g: VIDEO if session.mode == VIDEO else word.way for g, word in found.items()}
    return mark(ctx, session, {g: Mark(PRESENT, way=way[g]) for g in found})


def _rows_held(ctx: Ctx, session: TrainingSession) -> dict[UUID, Attendance]:
    """Return :func:`rows_of`; two who write of one session at once wait for each other."""
    ctx.session.refresh(session, ["act_id", "cancelled_at"], with_for_update=True)
    return rows_of(ctx, session)


def rows_of(ctx: Ctx, session: TrainingSession) -> dict[UUID, Attendance]:
    """Return what is known of guardians and a session; one query."""
    rows = ctx.session.scalars(select(Attendance).where(Attendance.session_id == session.id))
    return {row.guardian_id: row for row in rows}


def _row(ctx: Ctx, session: TrainingSession, guardian_id: UUID) -> Attendance:
    row = Attendance(
        guardian_id=guardian_id,
        session_id=session.id,
        held_at_id=session.school_id,
        kind=session.course.kind,
        title=title_of(ctx, session),
        day=session.day,
        state=INVITED,
    )
    ctx.session.add(row)
    return row


def _demand_day(ctx: Ctx, session: TrainingSession) -> None:
    demand_on(session)
    if session.day > ctx.today():
        raise Refused(T("This session has not taken place yet."))


def _demand_marks(ctx: Ctx, session: TrainingSession, marks: Mapping[UUID, Mark]) -> None:
    _demand_day(ctx, session)
    for told in marks.values():
        if told.state not in (INVITED, PRESENT, ABSENT) or told.way not in WAYS:
            raise Refused(T("Choose whether somebody came."))
        if told.reason and told.reason not in REASONS:
            raise Refused(T("Choose one of the reasons."))


def _audit(ctx: Ctx, action: str, session: TrainingSession, count: int) -> None:
    audit(
        ctx, action, object_type="guardian_training_session", object_id=session.id,
        school_id=session.school_id, count=count,
    )  # fmt: skip
