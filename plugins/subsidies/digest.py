"""What the digest of the day says of subsidies: to the school's officers, and to the centre."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Select, func, or_, select

from app.sdk import (
    Confirmation,
    Ctx,
    DigestLine,
    center_path,
    holders,
    refers,
    school_path,
)
from plugins.subsidies.manifest import APPROVE, NAME, PUBLISH
from plugins.subsidies.models import Application, Objection, PublicList
from plugins.subsidies.pay_models import Award, Batch, Payment, Receipt, Reversal, Settlement
from plugins.subsidies.payments import PAID_, RETURNED, unpaid
from plugins.subsidies.words import T

Lines = dict[UUID, list[DigestLine]]


def lines_for(
    ctx: Ctx, staff_ids: Sequence[UUID], school_ids: Sequence[UUID], day: date
) -> Mapping[UUID, Sequence[DigestLine]]:
    """Return the lines by staff: what waits for officers and approvers; what one did oneself not.

    The same queries for any number of people.
    """
    found: Lines = defaultdict(list)
    wanted = set(staff_ids)
    _schools(ctx, school_ids, day, wanted, found)
    office = {staff for held in holders(ctx, APPROVE, school_ids).values() for staff in held}
    _centre(ctx, sorted(office & wanted), found)
    return {staff: [line for line in lines if line.count] for staff, lines in found.items()}


def _schools(
    ctx: Ctx, school_ids: Sequence[UUID], day: date, wanted: set[UUID], found: Lines
) -> None:
    counts = [_by_school(ctx, statement) for statement in (
        _applications("proposed"), _applications("reviewed"), _over(day), _unanswered(),
        _returned(), _contested(),
    )]  # fmt: skip
    for school, staff in holders(ctx, PUBLISH, school_ids).items():
        page = f"{school_path(ctx, school)}/m/{NAME}"
        proposed, passed, over, asked, back, denied = (each.get(school, 0) for each in counts)
        lines = [
            DigestLine(T("Proposals for subsidies to check"), proposed, page),
            DigestLine(T("Children passed by the class and on no list"), passed, page),
            DigestLine(T("Lists whose publicity is over, to submit"), over, page),
            DigestLine(T("Objections without an answer"), asked, page),
            DigestLine(T("Payments the bank returned, to put right"), back,
                       f"{page}/awards?standing=open"),
            DigestLine(T("Payments that families say have not arrived"), denied,
                       f"{page}/awards?standing=paid"),
        ]  # fmt: skip
        for one in staff & wanted:
            found[one] += lines


def _centre(ctx: Ctx, office: Sequence[UUID], found: Lines) -> None:
    page = f"{center_path(ctx)}/m/{NAME}"
    waiting = ctx.session.execute(
        select(func.count()).where(PublicList.state == "submitted")
    ).scalar_one()
    prepared = ctx.session.scalars(
        select(Batch.prepared_by_id).where(Batch.state == "prepared")
    ).all()
    asked = ctx.session.scalars(select(Reversal.asked_by_id).where(Reversal.state == "asked")).all()
    due = ctx.session.execute(
        select(func.count()).select_from(unpaid().subquery())
    ).scalar_one() if office else 0  # fmt: skip
    for one in office:
        found[one] += [
            DigestLine(T("Subsidy lists to approve"), waiting, page),
            DigestLine(T("Payment batches to release"), sum(by != one for by in prepared), page),
            DigestLine(T("Reversals to decide"), sum(by != one for by in asked),
                       f"{page}/reversals"),
            DigestLine(T("Approved and in no payment batch"), due, f"{page}/awards?standing=open"),
        ]  # fmt: skip


def _by_school(ctx: Ctx, statement: Select[UUID, int]) -> Mapping[UUID, int]:
    return dict(ctx.session.execute(statement).all())


def _applications(state: str) -> Select[UUID, int]:
    return (
        select(Application.at_school_id, func.count())
        .where(Application.state == state, Application.closed_at.is_(None))
        .group_by(Application.at_school_id)
    )


def _over(day: date) -> Select[UUID, int]:
    return (
        select(PublicList.school_id, func.count())
        .where(PublicList.state == "published", PublicList.until_on < day)
        .group_by(PublicList.school_id)
    )


def _unanswered() -> Select[UUID, int]:
    return (
        select(Objection.school_id, func.count())
        .join(PublicList, refers(Objection.list_id, PublicList))
        .where(Objection.answered_at.is_(None), PublicList.state == "published")
        .group_by(Objection.school_id)
    )


def _returned() -> Select[UUID, int]:
    came_back = (
        select(Payment.award_id)
        .join(Settlement, refers(Settlement.payment_id, Payment))
        .where(Settlement.outcome == RETURNED)
    )
    return (
        select(Award.school_id, func.count())
        .where(Award.id.in_(came_back), Award.id.in_(unpaid()))
        .group_by(Award.school_id)
    )


def _contested() -> Select[UUID, int]:
    """Return paid lines of which a family has said that nothing came, without a later receipt."""
    answers = select(Confirmation.entry_id).where(Confirmation.answer == "contest")
    signed = select(Receipt.payment_id)
    back = select(Reversal.payment_id).where(or_(Reversal.state == "asked",
                                                Reversal.state == "confirmed"))  # fmt: skip
    return (
        select(Settlement.school_id, func.count())
        .where(
            Settlement.outcome == PAID_,
            Settlement.entry_id.in_(answers),
            Settlement.payment_id.not_in(signed),
            Settlement.payment_id.not_in(back),
        )
        .group_by(Settlement.school_id)
    )
