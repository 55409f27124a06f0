"""The second and third level of responsibility: class teachers and subject teachers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select

from app.accounts.models import Staff
from app.children.listing import homerooms_query, in_school
from app.children.staff_of import class_teachers
from app.host.context import Ctx
from app.kernel.errors import NotVisible
from app.organisation.defaults import usual_subjects
from app.organisation.queries import PostLine
from app.tenancy.models import Homeroom, School
from app.tenancy.naming import class_title


@dataclass
class ClassDuty:
    """A class with its class teacher, read from the charge of the class, and subject teachers."""

    room: Homeroom
    title: str
    teacher: Staff | None
    subjects: list[PostLine] = field(default_factory=list)


def class_duties(ctx: Ctx, school_id: UUID, posts: Sequence[PostLine]) -> list[ClassDuty]:
    """Return the classes in school today with who answers for them: two queries."""
    rows = [
        (room, class_title(ctx, room, school.system))
        for room, school in ctx.session.execute(
            homerooms_query().where(Homeroom.school_id == school_id)
        )
        if in_school(room, school, ctx.today())
    ]
    teachers = class_teachers(ctx, [room.id for room, _title in rows])
    found = {room.id: ClassDuty(room, title, teachers.get(room.id)) for room, title in rows}
    for line in posts:
        if line.post.homeroom_id in found:
            found[line.post.homeroom_id].subjects.append(line)
    return list(found.values())


def class_here(ctx: Ctx, homeroom_id: UUID, school_id: UUID | None) -> tuple[Homeroom, str]:
    """Return an open class of the school and its name; raises :class:`NotVisible`."""
    found = ctx.session.execute(
        select(Homeroom, School)
        .join(Homeroom.school)
        .where(
            Homeroom.id == homeroom_id,
            Homeroom.school_id == school_id,
            Homeroom.closed_on.is_(None),
        )
    ).one_or_none()
    if found is None:
        raise NotVisible
    room, school = found
    return room, class_title(ctx, room, school.system)


def subjects_of(room: Homeroom, posts: Sequence[PostLine]) -> list[tuple[str, PostLine | None]]:
    """Return the subjects of a class: those it has posts for, then the usual ones."""
    known: dict[str, PostLine | None] = {line.post.title: line for line in posts}
    for usual in usual_subjects(room.stage):
        known.setdefault(usual, None)
    return list(known.items())
