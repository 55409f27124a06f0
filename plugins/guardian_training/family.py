"""What a family reads of trainings: what it is invited to, and what to answer after one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import joinedload

from app.sdk import Child, Ctx, Refused
from plugins.guardian_training.door import is_open, own_child, say
from plugins.guardian_training.kinds import (
    ANSWER,
    COMING,
    HERE,
    HOME,
    NOT_COMING,
    PRESENT,
    STAFF,
)
from plugins.guardian_training.models import Attendance, Course, TrainingSession, Word
from plugins.guardian_training.words import T

_ASKED_DAYS = 14
_TOLD = 6


@dataclass(frozen=True)
class Told:
    """A session as a family sees it.

    ``reply`` is coming or not_coming, ``answer`` the number of what was answered afterwards.
    ``there``: signed in or written down as present.
    """

    session: TrainingSession
    attendance: Attendance | None
    reply: str | None
    answer: int | None
    there: bool
    door: bool
    ahead: bool
    asks: bool


def told(ctx: Ctx, *, child: Child | None = None, one: UUID | None = None) -> list[Told]:
    """Return what a guardian is invited to or came to lately, the next first; three queries.

    Of the school of ``child``; or ``one`` session alone, invited or not.
    """
    guardian_id = ctx.actor.guardian_id
    if guardian_id is None:
        return []
    rows = {
        row.session_id: row
        for row in ctx.session.scalars(
            select(Attendance).where(Attendance.guardian_id == guardian_id)
        )
    }
    wanted = (
        select(TrainingSession)
        .join(TrainingSession.course)
        .options(joinedload(TrainingSession.course))
        .where(TrainingSession.cancelled_at.is_(None), Course.kind != STAFF)
        .order_by(TrainingSession.day.desc(), TrainingSession.id.desc())
        .limit(_TOLD)
    )
    if one is not None:
        wanted = wanted.where(TrainingSession.id == one)
    else:
        wanted = wanted.where(_concerns(ctx, list(rows), guardian_id))
    if child is not None:
        wanted = wanted.where(TrainingSession.school_id == child.school_id)
    sessions = ctx.session.scalars(wanted).all()
    words = _words(ctx, [found.id for found in sessions], guardian_id) if sessions else {}
    made = [_told(ctx, found, rows.get(found.id), words.get(found.id, ())) for found in sessions]
    return sorted(made, key=lambda it: not it.ahead)


def _concerns(ctx: Ctx, ids: Sequence[UUID], guardian_id: UUID) -> ColumnElement[bool]:
    """Return the condition that a session concerns a guardian: invited, there, or its door open."""
    signed_in = select(Word.session_id).where(Word.guardian_id == guardian_id)
    return or_(
        TrainingSession.id.in_(ids),
        TrainingSession.id.in_(signed_in),
        and_(TrainingSession.door_until > ctx.now(), TrainingSession.homeroom_id.is_(None)),
    )


def _words(ctx: Ctx, ids: Sequence[UUID], guardian_id: UUID) -> dict[UUID, list[Word]]:
    rows = ctx.session.scalars(
        select(Word)
        .where(Word.session_id.in_(ids), Word.guardian_id == guardian_id)
        .order_by(Word.at, Word.id)
    )
    found: dict[UUID, list[Word]] = {}
    for row in rows:
        found.setdefault(row.session_id, []).append(row)
    return found


def _told(
    ctx: Ctx, session: TrainingSession, row: Attendance | None, words: Sequence[Word]
) -> Told:
    replies = [word.what for word in words if word.what in (COMING, NOT_COMING)]
    answers = [word.value for word in words if word.what == ANSWER]
    there = any(word.what == HERE for word in words) or (row is not None and row.state == PRESENT)
    days = (ctx.today() - session.day).days
    return Told(
        session,
        row,
        replies[-1] if replies else None,
        answers[-1] if answers else None,
        there,
        is_open(ctx, session) and not there,
        days <= 0 and not there,
        there and bool(session.course.question) and days <= _ASKED_DAYS,
    )


def reply(ctx: Ctx, session: TrainingSession, *, coming: bool) -> None:
    """Say whether one will come; raises :class:`Refused` once the day is over."""
    if session.day < ctx.today() or session.cancelled_at is not None or session.mode == HOME:
        raise Refused(T("This session is over."))
    _say(ctx, session, COMING if coming else NOT_COMING)


def answer(ctx: Ctx, session: TrainingSession, value: int) -> None:
    """Answer the question after a session; raises :class:`Refused` for who was not there."""
    it = next(iter(told(ctx, one=session.id)), None)
    if it is None or not it.asks or not 1 <= value <= len(session.course.answers):
        raise Refused(T("There is nothing to answer here."))
    _say(ctx, session, ANSWER, value)


def _say(ctx: Ctx, session: TrainingSession, what: str, value: int | None = None) -> None:
    guardian_id, child = ctx.actor.guardian_id, own_child(ctx, session)
    if guardian_id is None or child is None:
        raise Refused(T("There is nothing to answer here."))
    say(ctx, session, guardian_id, child, what, way="family", value=value)
