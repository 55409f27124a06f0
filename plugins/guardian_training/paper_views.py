"""The papers of a session, sent to print."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select

from app.sdk import PDF, School, audit, ctx, download, permission, school_id
from plugins.guardian_training import papers
from plugins.guardian_training.attendance import invite
from plugins.guardian_training.kinds import ABSENT, PRESENT, REASONS, STAFF
from plugins.guardian_training.manifest import MANAGE, RECORD, VIEW
from plugins.guardian_training.models import TrainingSession
from plugins.guardian_training.people import people
from plugins.guardian_training.queries import (
    Seat,
    answers_of,
    credits_of,
    expected,
    present_of,
    seats,
    session_of,
)
from plugins.guardian_training.session_views import room_names
from plugins.guardian_training.sessions import kind_title
from plugins.guardian_training.views import bp


def _school() -> str:
    school = ctx().session.scalars(select(School).where(School.id == school_id())).one()
    return school.name


def _sent(session: TrainingSession, body: bytes, name: str, count: int) -> Any:
    audit(
        ctx(), "guardian_training.paper.print", object_type="guardian_training_session",
        object_id=session.id, school_id=session.school_id, count=count,
    )  # fmt: skip
    return download(body, f"{name} {session.course.title}.pdf", PDF, inline=True)


@bp.post("/sessions/<uuid:session_id>/invitations.pdf")
@permission(RECORD)
def invitation_paper(session_id: UUID) -> Any:
    """Print an invitation for everybody expected, and write down that they are invited."""
    found = session_of(ctx(), session_id)
    audiences = expected(ctx(), found, RECORD)
    body = papers.invitation_papers(
        found,
        people(ctx(), RECORD, audiences),
        title=kind_title(ctx(), school_id(), found.course.kind),
        school=_school(),
        url=url_for("guardian_training_open.page", session_id=found.id, _external=True),
        on=ctx().today(),
    )
    invite(ctx(), found, audiences, way="paper")
    return _sent(found, body, _("Invitations"), len(audiences))


@bp.get("/sessions/<uuid:session_id>/sign-in.pdf")
@permission(RECORD)
def sign_in_paper(session_id: UUID) -> Any:
    """Print the sheet to sign."""
    found = session_of(ctx(), session_id)
    here = seats(ctx(), found, RECORD)
    title = kind_title(ctx(), school_id(), found.course.kind)
    body = papers.sheet_to_sign(found, here, room_names(), title=title, school=_school())
    return _sent(found, body, _("Sign-in sheet"), len(here))


@bp.get("/sessions/<uuid:session_id>/log.pdf")
@permission(VIEW)
def log_paper(session_id: UUID) -> Any:
    """Print the log form of a session."""
    found = session_of(ctx(), session_id)
    here = seats(ctx(), found, VIEW)
    absent = [seat for seat in here if seat.state == ABSENT]
    came = max(present_of(ctx(), found), len(papers.present_people(here)))
    body = papers.log_form(
        found,
        papers.present_people(here),
        title=kind_title(ctx(), school_id(), found.course.kind),
        school=_school(),
        counts=(found.expected or len(here), came, len(absent)),
        missed=_missed(absent),
        answers=_answers(found),
        on=ctx().today(),
    )
    return _sent(found, body, _("Log form"), 1)


def _missed(absent: list[Seat]) -> str:
    """Return why people did not come, by reason with how many."""
    counted = Counter(seat.row.reason for seat in absent if seat.row)
    words = [f"{REASONS[reason]} {count}" for reason, count in counted.most_common() if reason]
    if counted[None]:
        words.append(_("no reason written down %(count)s", count=counted[None]))
    return "；".join(words)


def _answers(found: TrainingSession) -> str:
    if not found.course.question:
        return ""
    counted = answers_of(ctx(), found)
    given = [
        f"{answer} {counted.get(number, 0)}"
        for number, answer in enumerate(found.course.answers, start=1)
    ]
    return f"{found.course.question} {'；'.join(given)}"


@bp.get("/sessions/<uuid:session_id>/certificates.pdf")
@permission(MANAGE)
def certificate_paper(session_id: UUID) -> Any:
    """Print certificates for everybody who came."""
    found = session_of(ctx(), session_id)
    today = ctx().today()
    if found.course.kind == STAFF:
        rows = [(row.staff.name, f"{row.credits:g}") for row in credits_of(ctx(), found)]
        body = papers.staff_certificates(found, rows, school=_school(), on=today)
        return _sent(found, body, _("Certificates"), len(rows))
    came = [seat.person for seat in seats(ctx(), found, MANAGE) if seat.state == PRESENT]
    title = kind_title(ctx(), school_id(), found.course.kind)
    body = papers.certificate_papers(found, came, title=title, school=_school(), on=today)
    return _sent(found, body, _("Certificates"), len(came))
