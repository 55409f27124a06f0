"""The rows behind the numbers that the module gives to boards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.dialects.postgresql import distinct_on

from app.sdk import AsOf, Child, Ctx, Entry, IndicatorRows, pupil_rows, records, waiting
from plugins.health_checks.manifest import (
    EXAMINED,
    EYESIGHT,
    FOLLOW,
    OPEN,
    TEETH,
    THIN,
    VIEW,
    WEIGHT,
)
from plugins.health_checks.models import CheckUp, Referral
from plugins.health_checks.referrals import REFERRALS
from plugins.health_checks.screening import verdicts as words

_FAT = (words.OVERWEIGHT, words.OBESE)
_LEAN = (words.WASTED, words.SEVERELY_WASTED)


def check_up_rows(ctx: Ctx, as_of: AsOf) -> Select[Any]:
    """Return the pupils: who was examined this school year, and what the newest check-up says."""
    seen = records(CheckUp).where(Entry.happened_on.between(as_of.year_began, as_of.day))
    newest = (
        seen.with_only_columns(
            CheckUp.child_id, CheckUp.vision, CheckUp.weight, CheckUp.stunting, CheckUp.caries
        )
        .ext(distinct_on(CheckUp.child_id))
        .order_by(CheckUp.child_id, Entry.happened_on.desc(), Entry.recorded_at.desc())
        .subquery()
    )
    c = newest.c
    asked = {
        "examined": c.child_id.is_not(None),
        "measured": c.vision.is_not(None),
        "poor_eyesight": c.vision != words.NORMAL,
        "weighed": c.weight.is_not(None),
        "weight": c.weight.in_(_FAT),
        "thin": and_(c.weight.is_not(None), or_(c.weight.in_(_LEAN), c.stunting == words.STUNTED)),
        "teeth_counted": c.caries.is_not(None),
        "caries": c.caries == words.CARIES,
    }
    return pupil_rows(ctx, VIEW, asked).outerjoin(newest, c.child_id == Child.id)


def referral_rows(ctx: Ctx, _as_of: AsOf) -> Select[Any]:
    """Return the pupils with a referral that waits."""
    open_now = select(Referral.child_id).where(waiting(REFERRALS))
    return pupil_rows(ctx, FOLLOW, {"open_referrals": Child.id.in_(open_now)}).where(
        Child.id.in_(open_now)
    )


ROWS: Mapping[str, IndicatorRows] = {
    **dict.fromkeys((EXAMINED, EYESIGHT, WEIGHT, THIN, TEETH), check_up_rows),
    OPEN: referral_rows,
}
