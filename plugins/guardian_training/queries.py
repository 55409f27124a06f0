"""Reading courses, sessions and who came to them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Select, false, func, literal, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import joinedload

from app.sdk import Attachment, Ctx, Entry, NotVisible, Term
from plugins.guardian_training.attendance import rows_of
from plugins.guardian_training.kinds import (
    ABSENT,
    ANSWER,
    COMING,
    HERE,
    HOME,
    NOT_COMING,
    PRESENT,
    STAFF,
)
from plugins.guardian_training.models import Attendance, Course, StaffCredit, TrainingSession, Word
from plugins.guardian_training.people import Person, adults, in_audience, people


def terms(ctx: Ctx) -> Sequence[Term]:
    """Return the terms that have begun, the newest first."""
    begun = select(Term).where(Term.starts_on <= ctx.today())
    return ctx.session.scalars(begun.order_by(Term.starts_on.desc())).all()


def course_of(ctx: Ctx, course_id: UUID) -> Course:
    """Return a course of the scope; raises :class:`NotVisible`."""
    found = ctx.session.scalar(select(Course).where(Course.id == course_id))
    if found is None:
        raise NotVisible
    return found


def courses(ctx: Ctx, school_id: UUID) -> Sequence[Course]:
    """Return the courses that a school offers, the newest first."""
    wanted = select(Course).where(Course.school_id == school_id, Course.closed_on.is_(None))
    return ctx.session.scalars(wanted.order_by(Course.created_at.desc(), Course.id)).all()


def session_of(ctx: Ctx, session_id: UUID) -> TrainingSession:
    """Return a session of the scope with its course and class; raises :class:`NotVisible`."""
    found = ctx.session.scalar(_sessions().where(TrainingSession.id == session_id))
    if found is None:
        raise NotVisible
    return found


def _sessions() -> Select[TrainingSession]:
    return select(TrainingSession).options(
        joinedload(TrainingSession.course), joinedload(TrainingSession.homeroom)
    )


@dataclass(frozen=True)
class Line:
    """A session with how many were invited, came, and did not."""

    session: TrainingSession
    invited: int
    present: int
    absent: int

    @property
    def state(self) -> str:
        """Return called_off, held, open (somebody came, not ended yet) or planned."""
        if self.session.cancelled_at is not None:
            return "called_off"
        if self.session.closed_at is not None:
            return "held"
        return "open" if self.session.act_id is not None else "planned"


def lines(ctx: Ctx, school_id: UUID, term: Term | None) -> list[Line]:
    """Return the sessions of a term (without one all), the latest first; three queries."""
    wanted = _sessions().where(TrainingSession.school_id == school_id)
    if term is not None:
        # What is held in the holidays belongs to the term before it.
        wanted = wanted.where(TrainingSession.day >= term.starts_on)
        ends = _next_begins(ctx, term)
        wanted = wanted.where(TrainingSession.day < ends) if ends else wanted
    found = ctx.session.scalars(
        wanted.order_by(TrainingSession.day.desc(), TrainingSession.id.desc())
    ).all()
    return lines_of(ctx, found)


def _next_begins(ctx: Ctx, term: Term) -> date | None:
    return ctx.session.scalar(
        select(func.min(Term.starts_on)).where(Term.starts_on > term.starts_on)
    )


def lines_of(ctx: Ctx, sessions: Sequence[TrainingSession]) -> list[Line]:
    """Return sessions with their counts: two queries."""
    ids = [session.id for session in sessions]
    guests = _counts(
        ctx,
        select(
            Attendance.session_id,
            func.count(Attendance.invited_at),
            func.count().filter(Attendance.state == PRESENT),
            func.count().filter(Attendance.state == ABSENT),
        )
        .where(Attendance.session_id.in_(ids))
        .group_by(Attendance.session_id),
    )
    teachers = _counts(
        ctx,
        select(StaffCredit.session_id, literal(0), func.count(), literal(0))
        .where(StaffCredit.session_id.in_(ids), StaffCredit.voided_at.is_(None))
        .group_by(StaffCredit.session_id),
    )
    return [
        Line(one, *(teachers if one.course.kind == STAFF else guests).get(one.id, (0, 0, 0)))
        for one in sessions
    ]


def _counts(ctx: Ctx, wanted: Select[UUID, int, int, int]) -> dict[UUID, tuple[int, int, int]]:
    rows = ctx.session.execute(wanted)
    return {number: (invited, present, absent) for number, invited, present, absent in rows}


@dataclass(frozen=True)
class Seat:
    """A guardian at a session: what is known of it, and what they said; one may be empty."""

    person: Person
    row: Attendance | None
    signed_in: Word | None
    said: str | None

    @property
    def state(self) -> str:
        """Return present, absent, invited or nothing yet."""
        return self.row.state if self.row else ""


def expected(
    ctx: Ctx, session: TrainingSession, permission: str | None, *, also: Collection[UUID] = ()
) -> dict[UUID, str]:
    """Return whom a session is for among those ``permission`` reaches, with their audience.

    None as permission means everybody of the scope.

    Of a make-up session: those who were absent from the one it makes up for; at the home nobody,
    who is visited is written down. ``also`` are others of the school whom it concerns by now.
    """
    who = adults(ctx, permission, homeroom_id=None if also else session.homeroom_id)
    meant = in_audience(who, session.course.audience)
    if session.homeroom_id is not None and also:
        meant &= who.c.homeroom_id == session.homeroom_id
    if session.makeup_of_id is not None:
        meant &= who.c.guardian_id.in_(
            select(Attendance.guardian_id).where(
                Attendance.session_id == session.makeup_of_id, Attendance.state == ABSENT
            )
        )
    if session.mode == HOME:
        meant = false()
    wanted = select(who.c.guardian_id, who.c.audience).where(
        who.c.school_id == session.school_id, or_(meant, who.c.guardian_id.in_(list(also)))
    )
    found = ctx.session.execute(wanted.order_by(who.c.name_pinyin, who.c.guardian_id))
    return dict(found.all())


def seats(
    ctx: Ctx,
    session: TrainingSession,
    permission: str,
    *,
    homeroom_id: UUID | None = None,
    phones: bool = False,
) -> list[Seat]:
    """Return everybody expected at, or written down for, a session; five queries, six with phones.

    Only guardians of pupils whom ``permission`` reaches, of one class with ``homeroom_id``.
    """
    known, words = rows_of(ctx, session), _words(ctx, session)
    audiences = expected(ctx, session, permission, also={*known, *words})
    found = people(ctx, permission, audiences, phones=phones)
    if homeroom_id is not None:
        found = [one for one in found if any(b.homeroom_id == homeroom_id for b in one.bonds)]
    return [_seat(one, known.get(one.id), words.get(one.id, ())) for one in found]


def _seat(person: Person, row: Attendance | None, words: Sequence[Word]) -> Seat:
    here = next((word for word in words if word.what == HERE), None)
    replies = [word.what for word in words if word.what in (COMING, NOT_COMING)]
    if row is not None and row.state == PRESENT:
        here = None
    return Seat(person, row, here, replies[-1] if replies else None)


def _words(ctx: Ctx, session: TrainingSession) -> dict[UUID, list[Word]]:
    rows = ctx.session.scalars(
        select(Word)
        .where(Word.session_id == session.id, Word.what.in_((COMING, NOT_COMING, HERE)))
        .order_by(Word.at, Word.id)
    )
    found: dict[UUID, list[Word]] = {}
    for row in rows:
        found.setdefault(row.guardian_id, []).append(row)
    return found


def present_of(ctx: Ctx, session: TrainingSession) -> int:
    """Return how many came by the ledger, those included whose child has moved away since."""
    if session.act_id is None:
        return 0
    counted = select(func.count()).select_from(Entry).where(
        Entry.act_id == session.act_id, Entry.voided_at.is_(None), Entry.guardian_id.is_not(None)
    )  # fmt: skip
    return ctx.session.execute(counted).scalar_one()


def files_of(ctx: Ctx, session: TrainingSession) -> Sequence[Attachment]:
    """Return the photos and papers of a session, in order of time."""
    if session.act_id is None:
        return []
    return ctx.session.scalars(
        select(Attachment)
        .where(Attachment.act_id == session.act_id, Attachment.voided_at.is_(None))
        .order_by(Attachment.created_at, Attachment.id)
    ).all()


def answers_of(ctx: Ctx, session: TrainingSession) -> Mapping[int, int]:
    """Return how often each answer (from 1) was given; each guardian's newest counts."""
    newest = (
        select(Word.value)
        .where(Word.session_id == session.id, Word.what == ANSWER)
        .ext(distinct_on(Word.guardian_id))
        .order_by(Word.guardian_id, Word.at.desc(), Word.id.desc())
        .subquery()
    )
    rows = ctx.session.execute(select(newest.c.value, func.count()).group_by(newest.c.value))
    return {value: count for value, count in rows if value is not None}


def came_before(ctx: Ctx, guardian_ids: Collection[UUID]) -> Sequence[Attendance]:
    """Return what adults were invited to, came to or missed, the newest first."""
    return ctx.session.scalars(
        select(Attendance)
        .where(Attendance.guardian_id.in_(list(guardian_ids)))
        .order_by(Attendance.day.desc(), Attendance.id.desc())
    ).all()


def credits_of(ctx: Ctx, session: TrainingSession) -> Sequence[StaffCredit]:
    """Return who of the staff took part in a training of teachers."""
    return ctx.session.scalars(
        select(StaffCredit)
        .where(StaffCredit.session_id == session.id, StaffCredit.voided_at.is_(None))
        .options(joinedload(StaffCredit.staff))
    ).all()
