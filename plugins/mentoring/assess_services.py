"""What people say of a mentor's term: own words, explanations, the head's review."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import select

from app.sdk import Ctx, EntryFor, Refused, Staff, Term, audit, module_settings, record
from plugins.mentoring.manifest import ASSESSMENT, LEVELS, NAME
from plugins.mentoring.models import Assessment, Explanation, Inspection
from plugins.mentoring.words import T

FACTS = {
    "late": T("Written late"),
    "many": T("Many written at once"),
    "before": T("Written shortly before an inspection"),
    "contested": T("Contested by the family"),
    "duties": T("Duties missed"),
    "weeks": T("Weeks without contact"),
}


def levels(ctx: Ctx, school_id: UUID) -> list[str]:
    """Return the school's words for levels, the best first."""
    words = str(module_settings(ctx, school_id, NAME)[LEVELS])
    for mark in ("，", "、", "\n"):
        words = words.replace(mark, ",")
    return [word.strip() for word in words.split(",") if word.strip()]


def assessment_of(ctx: Ctx, school_id: UUID, term: Term, staff_id: UUID) -> Assessment:
    """Return what was said of a mentor's term at a school; begin it when nothing was."""
    row = ctx.session.scalar(
        select(Assessment).where(
            Assessment.school_id == school_id,
            Assessment.term_id == term.id,
            Assessment.staff_id == staff_id,
        )
    )
    if row is None:
        row = Assessment(school_id=school_id, term_id=term.id, staff_id=staff_id, commend=False)
        ctx.session.add(row)
        ctx.session.flush()
    return row


def state(ctx: Ctx, row: Assessment, statement: str) -> None:
    """Keep a mentor's own words on the term; raises :class:`Refused` once the review is signed."""
    _demand_unsigned(row)
    row.statement, row.statement_at = statement.strip(), ctx.now()
    ctx.session.flush()
    _audit(ctx, row, "state")


def explain(
    ctx: Ctx, *, school_id: UUID, term: Term, staff_id: UUID, fact: str, text: str
) -> Explanation:
    """Keep what a mentor says about a fact; it can be added to, never changed."""
    if fact not in FACTS:
        raise Refused(T("Choose one of the answers."), "fact")
    row = Explanation(
        school_id=school_id,
        term_id=term.id,
        staff_id=staff_id,
        fact=fact,
        text=text.strip(),
        at=ctx.now(),
    )
    ctx.session.add(row)
    ctx.session.flush()
    audit(ctx, "mentoring.explain", object_type="staff", object_id=staff_id, school_id=school_id)
    return row


def review_term(
    ctx: Ctx, row: Assessment, *, review: str, level: str, commend: bool, reason: str
) -> None:
    """Keep the head's review, a level and whether a commendation is proposed.

    Raises :class:`Refused` for a level the school does not use, for a proposal without a reason,
    for one's own term, and once it is signed.
    """
    _demand_unsigned(row)
    if row.staff_id == ctx.actor.staff_id:
        raise Refused(T("Nobody reviews the own term. Ask somebody else of the leading group."))
    if level and level not in levels(ctx, row.school_id):
        raise Refused(T("Choose one of the answers."), "level")
    if commend and not reason.strip():
        raise Refused(T("Say why a commendation is proposed."), "commend_reason")
    row.review, row.level = review.strip() or None, level or None
    row.commend, row.commend_reason = commend, reason.strip() or None
    row.reviewed_at, row.reviewed_by_id = ctx.now(), ctx.actor.staff_id
    ctx.session.flush()
    _audit(ctx, row, "review")


def sign(ctx: Ctx, row: Assessment, staff: Staff) -> None:
    """Sign the review: from now on it stands, and the ledger has an entry of it.

    Raises :class:`Refused` without a review and level, and when it was signed before.
    """
    _demand_unsigned(row)
    if not row.review or not row.level:
        raise Refused(T("Write the review and choose a level first."), "review")
    act = record(
        ctx,
        kind=ASSESSMENT,
        happened_on=ctx.today(),
        title=T("{name}: {level}", name=staff.name, level=row.level),
        entries=[EntryFor(school_id=row.school_id, text=row.review)],
    )
    row.signed_at, row.entry_id = ctx.now(), act.entries[0].id
    ctx.session.flush()
    _audit(ctx, row, "sign")


def record_inspection(ctx: Ctx, *, day: date, title: str) -> Inspection:
    """Note that the centre has announced an inspection for a day."""
    row = Inspection(day=day, title=title.strip(), recorded_at=ctx.now())
    ctx.session.add(row)
    ctx.session.flush()
    audit(ctx, "mentoring.inspection.add", object_type="mentoring_inspection", object_id=row.id)
    return row


def void_inspection(ctx: Ctx, row: Inspection) -> None:
    """Take an inspection date back."""
    row.voided_at = ctx.now()
    ctx.session.flush()
    audit(ctx, "mentoring.inspection.void", object_type="mentoring_inspection", object_id=row.id)


def _demand_unsigned(row: Assessment) -> None:
    if row.signed_at is not None:
        raise Refused(T("The review is signed; it stands as it is."))


def _audit(ctx: Ctx, row: Assessment, what: str) -> None:
    audit(
        ctx, f"mentoring.assessment.{what}", object_type="mentoring_assessment", object_id=row.id,
        school_id=row.school_id,
    )  # fmt: skip
