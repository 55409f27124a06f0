"""Sessions: planned, changed, called off, held."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from app.sdk import (
    Act,
    Ctx,
    EntryFor,
    Refused,
    Upload,
    attach,
    audit,
    module_settings,
    record,
)
from plugins.guardian_training.kinds import (
    COURSE_KINDS,
    HALL,
    HOME,
    MODES,
    STAFF,
    TRAINING,
    entry_kind,
)
from plugins.guardian_training.manifest import NAME, TITLE
from plugins.guardian_training.models import Course, TrainingSession
from plugins.guardian_training.words import T

_TIME = re.compile(r"([01]?\d|2[0-3])[:：]([0-5]\d)$")


@dataclass(frozen=True)
class Planned:
    """When and where a session is; ``starts_at`` as 14:30, or empty when no hour is set."""

    day: date
    starts_at: str = ""
    mode: str = HALL
    place: str = ""
    homeroom_id: UUID | None = None
    makeup_of: TrainingSession | None = None


def plan(ctx: Ctx, course: Course, told: Planned) -> TrainingSession:
    """Plan a session of a course; raises :class:`Refused` naming the field."""
    _check(course, told)
    session = TrainingSession(
        school_id=course.school_id,
        course_id=course.id,
        course=course,
        mode=told.mode,
        day=told.day,
        starts_at=_time(told.starts_at),
        place=told.place.strip() or None,
        homeroom_id=told.homeroom_id,
        makeup_of_id=told.makeup_of.id if told.makeup_of else None,
        door_failures=0,
        created_at=ctx.now(),
        created_by_id=ctx.actor.staff_id,
    )
    ctx.session.add(session)
    ctx.session.flush()
    _audit(ctx, "guardian_training.session.add", session)
    return session


def change(ctx: Ctx, session: TrainingSession, told: Planned) -> None:
    """Change a session; its day no more once somebody came. Raises :class:`Refused`."""
    demand_on(session)
    _check(session.course, told)
    if session.act_id is not None and told.day != session.day:
        raise Refused(T("Somebody is written down as present on that day already."), "day")
    session.day, session.starts_at = told.day, _time(told.starts_at)
    session.mode, session.place = told.mode, told.place.strip() or None
    session.homeroom_id = told.homeroom_id
    ctx.session.flush()
    _audit(ctx, "guardian_training.session.change", session)


def call_off(ctx: Ctx, session: TrainingSession, *, reason: str) -> None:
    """Call a session off; raises :class:`Refused` without a reason or once somebody came."""
    demand_on(session)
    if session.act_id is not None:
        raise Refused(T("Somebody is written down as present: it took place."))
    if not reason.strip():
        raise Refused(T("Give a reason."), "reason")
    session.cancelled_at, session.cancel_reason = ctx.now(), reason.strip()
    session.door_until = None
    ctx.session.flush()
    _audit(ctx, "guardian_training.session.void", session)


def add_photo(ctx: Ctx, session: TrainingSession, photo: Upload) -> None:
    """Hang evidence on a session; raises :class:`Refused` for what is no picture or PDF."""
    attach(ctx, act_of(ctx, session), photo)
    _audit(ctx, "guardian_training.session.change", session)


def act_of(ctx: Ctx, session: TrainingSession) -> Act:
    """Return the ledger's act of a session; one that nobody has come to gets one without people.

    The session's row is held until the end, so that two who write at once make one act.
    """
    ctx.session.refresh(session, ["act_id", "cancelled_at"], with_for_update=True)
    if session.act_id is not None:
        return ctx.session.scalars(select(Act).where(Act.id == session.act_id)).one()
    nobody = EntryFor(homeroom=session.homeroom, school_id=session.school_id, outcome="not_reached")
    return begin_act(ctx, session, nobody)


def begin_act(ctx: Ctx, session: TrainingSession, *whom: EntryFor) -> Act:
    """Write the act of a session down with its first people."""
    demand_on(session)
    makeup = session.makeup_of_id is not None
    act = record(
        ctx,
        kind=entry_kind(session.course.kind, session.mode, makeup=makeup),
        happened_on=session.day,
        title=title_of(ctx, session),
        entries=whom,
        place=session.place,
    )
    session.act_id = act.id
    ctx.session.flush()
    return act


def title_of(ctx: Ctx, session: TrainingSession) -> str:
    """Return what a session is called: the school's word for it, and the course."""
    return f"{kind_title(ctx, session.school_id, session.course.kind)}：{session.course.title}"


def kind_title(ctx: Ctx, school_id: UUID, kind: str) -> str:
    """Return what a school calls courses of a kind."""
    if kind == TRAINING:
        return str(module_settings(ctx, school_id, NAME)[TITLE])
    return str(COURSE_KINDS[kind])


def demand_on(session: TrainingSession) -> None:
    """Refuse a session that was called off."""
    if session.cancelled_at is not None:
        raise Refused(T("This session was called off."))


def _check(course: Course, told: Planned) -> None:
    if told.mode not in MODES or (told.mode == HOME and course.kind == STAFF):
        raise Refused(T("Choose where it takes place."), "mode")
    if told.starts_at and not _TIME.match(told.starts_at.strip()):
        raise Refused(T("Write the time like 14:30."), "starts_at")
    if told.makeup_of is not None and told.makeup_of.course_id != course.id:
        raise Refused(T("A make-up session is of the same course."), "course")
    if told.makeup_of is not None and told.day < told.makeup_of.day:
        raise Refused(T("A make-up session comes after the one it makes up for."), "day")


def _time(typed: str) -> str | None:
    found = _TIME.match(typed.strip())
    return f"{int(found[1]):02}:{found[2]}" if found else None


def _audit(ctx: Ctx, action: str, session: TrainingSession) -> None:
    audit(
        ctx, action, object_type="guardian_training_session", object_id=session.id,
        school_id=session.school_id,
    )  # fmt: skip
