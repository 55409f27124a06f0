"""Invented trainings of a term: some guardians come, some never do, and somebody goes to them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID

from app.sdk import Ctx, Staff, acting_as, class_options, colleagues
from plugins.guardian_training.attendance import Mark, close, invite, mark
from plugins.guardian_training.courses import CourseTold, save_course
from plugins.guardian_training.credits import mark_staff
from plugins.guardian_training.demo_words import COURSES, SUMMARIES, Invented
from plugins.guardian_training.kinds import (
    ABSENT,
    DEFAULT_ANSWERS,
    GRANDPARENT,
    HALL,
    HOME,
    PRESENT,
    REASONS,
    VIDEO,
)
from plugins.guardian_training.models import Course, TrainingSession
from plugins.guardian_training.queries import expected
from plugins.guardian_training.sessions import Planned, plan
from plugins.guardian_training.words import T

_EVENING = time(9, 30)  # UTC: half past five in China
_LEAST_DAYS, _MOST = 75, 260
_NEVER, _COMES = 0.14, 0.72
_TEACHERS, _TO_HOMES = 12, 2
_WAYS = ("sheet", "sheet", "qr", "list")


@dataclass
class _School:
    """Whose trainings are invented: by whom, and which courses there are."""

    ctx: Ctx
    id: UUID
    by: Staff
    courses: dict[str, Course]

    def back(self, days: int) -> Ctx:
        """Return the work as it would have been done so many days ago."""
        day = self.ctx.today() - timedelta(days=days)
        return acting_as(self.ctx, self.by, datetime.combine(day, _EVENING, UTC))


def load(ctx: Ctx, school_id: UUID, days: int) -> None:
    """Write a term: class meetings, two trainings, a make-up session, visits at home, credits."""
    people = colleagues(ctx, school_id)
    if days < _LEAST_DAYS or not people:
        return
    here = _School(ctx, school_id, people[0], {})
    for one in COURSES:
        here.courses[one.key] = _course(here, one)
    for number, room in enumerate(class_options(ctx, None)[:2]):
        _hold(here, "meeting", 68 - number, room_id=room.id)
    first = _hold(here, "talking", 44)
    _hold(here, "talking", 30, makeup_of=first)
    _hold(here, "far_away", 23, mode=VIDEO)
    _go_home(here, first)
    _teachers(here, people)
    _announce(here)


def _course(here: _School, one: Invented) -> Course:
    told = CourseTold(
        one.kind, str(one.title), one.audience, str(one.plan), str(one.materials),
        str(one.lecturer), Decimal(one.credits) if one.credits else None,
        str(one.question) if one.question else "",
        list(map(str, DEFAULT_ANSWERS)) if one.question else (),
    )  # fmt: skip
    return save_course(here.back(74), here.id, told)


def _hold(
    here: _School,
    key: str,
    ago: int,
    *,
    mode: str = HALL,
    room_id: UUID | None = None,
    makeup_of: TrainingSession | None = None,
) -> TrainingSession:
    """Plan a session, invite, write down who came in the evening, and close it."""
    place = str(T("Hall on the third floor")) if mode == HALL else str(T("Meeting in WeChat"))
    before, then = here.back(ago + 5), here.back(ago)
    told = Planned(_day(here, ago), "14:30", mode, place, room_id, makeup_of)
    session = plan(before, here.courses[key], told)
    wanted = list(expected(then, session, None))[:_MOST]
    invite(before, session, wanted, way="message" if mode == VIDEO else "paper")
    mark(then, session, {one: _came(session, one) for one in wanted})
    close(then, session, wanted, summary=str(SUMMARIES[key]))
    return session


def _came(session: TrainingSession, guardian_id: UUID) -> Mark:
    always, own = Random(str(guardian_id)), Random(f"{guardian_id}{session.day}")  # noqa: S311
    if always.random() > _NEVER and own.random() < _COMES:
        return Mark(PRESENT, way="video" if session.mode == VIDEO else own.choice(_WAYS))
    known = own.random() < 0.7
    return Mark(ABSENT, reason=always.choice(list(REASONS)) if known else "")


def _day(here: _School, ago: int) -> date:
    return here.ctx.today() - timedelta(days=ago)


def _go_home(here: _School, missed: TrainingSession) -> None:
    """Bring the training to two of those who never come."""
    then = here.back(16)
    never: Collection[UUID] = [
        one
        for one, kind in expected(then, missed, None).items()
        if kind == GRANDPARENT and Random(str(one)).random() <= _NEVER  # noqa: S311
    ]
    for guardian_id in list(never)[:_TO_HOMES]:
        told = Planned(_day(here, 16), mode=HOME, place=str(T("At the guardian's home")))
        session = plan(then, here.courses["talking"], told)
        mark(then, session, {guardian_id: Mark(PRESENT, way="home")})
        close(then, session, (), summary=str(SUMMARIES["home"]))


def _teachers(here: _School, people: Sequence[Staff]) -> None:
    told = Planned(_day(here, 51), "15:30", HALL, str(T("Meeting room")))
    session = plan(here.back(56), here.courses["staff"], told)
    mark_staff(here.back(51), session, {one.id for one in people[:_TEACHERS]})


def _announce(here: _School) -> None:
    """Plan the next training, five days ahead, and invite to it."""
    place = str(T("Hall on the third floor"))
    told = Planned(here.ctx.today() + timedelta(days=5), "14:30", HALL, place)
    session = plan(here.back(2), here.courses["safety"], told)
    wanted = list(expected(here.ctx, session, None))[:_MOST]
    invite(here.back(1), session, wanted, way="message")
