"""Taking check-ups back: what they found is withdrawn with them, unless somebody has answered."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import exists, or_, select, update

from app.sdk import (
    Child,
    Ctx,
    Entry,
    Undone,
    any_of,
    concerns_answered,
    records,
    refers,
    step_taken_back,
    waiting,
    withdraw_follow_up,
)
from plugins.health_checks.judging import JUDGED
from plugins.health_checks.manifest import FOLLOW_UP
from plugins.health_checks.models import CheckUp, Referral, ReferralStep
from plugins.health_checks.referrals import REFERRALS, Written, call_off, follow
from plugins.health_checks.words import T

_REASON = T("The check-up was taken back")


def keep_answered(ctx: Ctx, undone: Undone) -> None:
    """Leave the check-ups whose findings somebody has gone on with."""
    for entry_id in concerns_answered(ctx, undone.entries):
        undone.keep(entry_id, T("visited since"))
    done = exists().where(
        refers(ReferralStep.follow_up_id, Referral),
        refers(Entry.id, ReferralStep),
        Entry.voided_at.is_(None),
    )
    followed = select(Referral.source_id).where(
        any_of(Referral.source_id, undone.entries), or_(Referral.closed_on.is_not(None), done)
    )
    for source_id in ctx.session.scalars(followed).all():
        if source_id is not None:
            undone.keep(source_id, T("followed up since"))


def withdraw_found(ctx: Ctx, undone: Undone, restored: Collection[UUID]) -> None:
    """Withdraw what voided check-ups had opened, and follow up anew those that stand again."""
    corrections = set(
        ctx.session.scalars(
            select(Entry.id).where(
                any_of(Entry.id, undone.entries), any_of(Entry.replaces_id, restored)
            )
        )
    )
    gone = undone.entries.keys() - corrections
    ctx.session.execute(
        update(Referral)
        .where(any_of(Referral.source_id, gone), waiting(REFERRALS))
        .values(withdrawn_on=ctx.today(), withdrawn_reason=str(_REASON))
    )
    call_off(ctx, gone, str(_REASON))
    by_round: dict[UUID, list[Written]] = {}
    rows = ctx.session.execute(
        records(CheckUp)
        .add_columns(Child)
        .join(Child, refers(CheckUp.child_id, Child))
        .where(any_of(CheckUp.id, restored))
    )
    for check_up, entry, child in rows:
        columns = {name: getattr(check_up, name) for name in JUDGED}
        written = Written(child, check_up, entry, columns)
        by_round.setdefault(check_up.round_id, []).append(written)
    for round_id, found in by_round.items():
        follow(ctx, round_id, found)


def taken_back(ctx: Ctx, kind: str, entry_id: UUID) -> None:
    """Undo what one entry did besides: a check-up its referral, a closing the being closed."""
    if kind == FOLLOW_UP:
        step_taken_back(ctx, REFERRALS, entry_id)
        return
    wanted = select(Referral).where(Referral.source_id == entry_id, waiting(REFERRALS))
    referral = ctx.session.scalar(wanted)
    if referral is not None:
        withdraw_follow_up(ctx, referral, reason=str(_REASON))
    call_off(ctx, [entry_id], str(_REASON))
