"""Files of a course: kept with it, shown to the school's staff, and shown no more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import select

from app.sdk import Ctx, NotVisible, Upload, audit, keep_upload
from plugins.guardian_training.models import Course, CourseFile


def add_file(ctx: Ctx, course: Course, upload: Upload) -> CourseFile:
    """Keep a photo or PDF with a course; raises :class:`Refused` for another kind of file."""
    row = CourseFile(
        school_id=course.school_id,
        course_id=course.id,
        created_at=ctx.now(),
        created_by_id=ctx.actor.staff_id,
        **keep_upload(ctx, upload),
    )
    ctx.session.add(row)
    ctx.session.flush()
    _note(ctx, "add", row)
    return row


def take_away(ctx: Ctx, row: CourseFile) -> None:
    """Show a file no more."""
    if row.voided_at is None:
        row.voided_at = ctx.now()
        ctx.session.flush()
        _note(ctx, "void", row)


def course_files(ctx: Ctx, courses: Iterable[Course]) -> Mapping[UUID, list[CourseFile]]:
    """Return the files of courses by course: one query."""
    rows = ctx.session.scalars(
        select(CourseFile)
        .where(
            CourseFile.course_id.in_([one.id for one in courses]), CourseFile.voided_at.is_(None)
        )
        .order_by(CourseFile.created_at, CourseFile.id)
    )
    found: dict[UUID, list[CourseFile]] = {}
    for row in rows:
        found.setdefault(row.course_id, []).append(row)
    return found


def file_of(ctx: Ctx, file_id: UUID) -> CourseFile:
    """Return a file of the scope that is shown; raises :class:`NotVisible`."""
    row = ctx.session.scalar(
        select(CourseFile).where(CourseFile.id == file_id, CourseFile.voided_at.is_(None))
    )
    if row is None:
        raise NotVisible
    return row


def _note(ctx: Ctx, action: str, row: CourseFile) -> None:
    audit(
        ctx, f"guardian_training.course_file.{action}", object_type="guardian_training_course_file",
        object_id=row.id, school_id=row.school_id,
    )  # fmt: skip
