"""Courses: what is taught, to whom, and what is asked afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from app.sdk import Ctx, Refused, audit
from plugins.guardian_training.kinds import AUDIENCES, COURSE_KINDS, MOST_ANSWERS, STAFF
from plugins.guardian_training.models import Course
from plugins.guardian_training.words import T

_MOST_CREDITS = 100


@dataclass(frozen=True)
class CourseTold:
    """What somebody writes down of a course; ``answers`` are one to five, without a question none.

    ``right_answer`` counts from 1. An empty audience is everybody.
    """

    kind: str
    title: str
    audience: Sequence[str] = ()
    plan: str = ""
    materials: str = ""
    lecturer: str = ""
    credits: Decimal | None = None
    question: str = ""
    answers: Sequence[str] = ()
    right_answer: int | None = None


def save_course(
    ctx: Ctx, school_id: UUID, told: CourseTold, course: Course | None = None
) -> Course:
    """Write a course of a school down, or change it; raises :class:`Refused` naming the field."""
    answers = [answer.strip() for answer in told.answers if answer.strip()]
    _check(told, answers)
    if course is None:
        course = Course(school_id=school_id, created_at=ctx.now(), created_by_id=ctx.actor.staff_id)
        ctx.session.add(course)
    course.kind, course.title = told.kind, told.title.strip()
    course.audience = [one for one in AUDIENCES if one in told.audience]
    course.plan, course.materials = told.plan.strip() or None, told.materials.strip() or None
    course.lecturer, course.credits = told.lecturer.strip() or None, told.credits
    course.question = told.question.strip() or None
    course.answers = answers if course.question else []
    course.right_answer = told.right_answer if course.question else None
    ctx.session.flush()
    audit(
        ctx, "guardian_training.course.change", object_type="guardian_training_course",
        object_id=course.id, school_id=course.school_id,
    )  # fmt: skip
    return course


def _check(told: CourseTold, answers: Sequence[str]) -> None:
    if told.kind not in COURSE_KINDS:
        raise Refused(T("Choose what kind of course it is."), "kind")
    if not told.title.strip():
        raise Refused(T("Write what it is about."), "title")
    if told.credits is not None and not 0 <= told.credits <= _MOST_CREDITS:
        raise Refused(T("Write the credits as a number up to {most}.", most=_MOST_CREDITS),
                      "credits")  # fmt: skip
    if told.question.strip() and not answers:
        raise Refused(T("Write at least one answer, a line each."), "answers")
    if len(answers) > MOST_ANSWERS:
        raise Refused(T("At most five answers: each is a large button."), "answers")
    if told.right_answer is not None and not 1 <= told.right_answer <= max(1, len(answers)):
        raise Refused(T("The right answer is one of those above."), "right_answer")
    if told.kind == STAFF and told.question.strip():
        raise Refused(T("Questions are for guardians; leave it empty."), "question")


def end_course(ctx: Ctx, course: Course) -> None:
    """Offer a course no more; its sessions stay."""
    if course.closed_on is None:
        course.closed_on = ctx.today()
        ctx.session.flush()
