"""A training brought to the home (送教上门): it counts like any other, with evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from app.sdk import Ctx, Guardianship, Refused, Upload
from plugins.guardian_training.attendance import Mark, close, mark
from plugins.guardian_training.courses import CourseTold, save_course
from plugins.guardian_training.kinds import HOME, PRESENT, TRAINING
from plugins.guardian_training.models import TrainingSession
from plugins.guardian_training.people import Person, adults, people
from plugins.guardian_training.queries import course_of
from plugins.guardian_training.sessions import Planned, add_photo, plan
from plugins.guardian_training.words import T


@dataclass(frozen=True)
class Brought:
    """What was brought to whom; ``course`` is an offered one, else ``title`` says what it was."""

    guardians: Sequence[UUID | None]
    course: UUID | None
    title: str
    day: date
    place: str
    summary: str
    photo: Upload | None


def household(ctx: Ctx, guardian_id: UUID, permission: str) -> list[Person]:
    """Return a guardian and the other adults of the same pupils, the guardian first."""
    who = adults(ctx, permission)
    own = select(Guardianship.child_id).where(
        Guardianship.guardian_id == guardian_id, Guardianship.ends_on.is_(None)
    )
    shared = select(Guardianship.guardian_id).where(
        Guardianship.child_id.in_(own), Guardianship.ends_on.is_(None)
    )
    rows = ctx.session.execute(
        select(who.c.guardian_id, who.c.audience)
        .where(who.c.guardian_id.in_(shared))
        .order_by(who.c.guardian_id != guardian_id, who.c.name_pinyin)
    )
    found = dict(rows.all())
    return people(ctx, permission, found) if guardian_id in found else []


def words(person: Person) -> str:
    """Return an adult as the form names them."""
    relations = "、".join(dict.fromkeys(bond.relation for bond in person.bonds))
    return f"{person.guardian.name or ''} {relations}".strip()


def bring(ctx: Ctx, school_id: UUID, told: Brought) -> TrainingSession:
    """Write down that a training took place at home; raises :class:`Refused` naming the field."""
    chosen = [number for number in told.guardians if number is not None]
    if not chosen:
        raise Refused(T("Tick who took part."), "guardians")
    if told.day > ctx.today():
        raise Refused(T("The day lies in the future."), "day")
    course = (
        course_of(ctx, told.course)
        if told.course
        else save_course(ctx, school_id, CourseTold(TRAINING, told.title))
    )
    session = plan(ctx, course, Planned(told.day, mode=HOME, place=told.place))
    mark(ctx, session, {number: Mark(PRESENT, way="home") for number in chosen})
    if told.photo is not None:
        add_photo(ctx, session, told.photo)
    close(ctx, session, (), summary=told.summary)
    return session
