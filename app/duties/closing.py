"""Closing windows: what became of their duties is frozen for good."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select, text, update

from app.audit.services import record as audit
from app.duties.calendar import write_up_days
from app.duties.models import Concern, DutyResult, DutyWindow
from app.host.context import Ctx

_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('duties close ' || :center, 0))")
_LOOK_BACK = timedelta(days=60)
# The states are asked for on the day after the last one on which something could be written down.
_FREEZE = text("""
INSERT INTO duty_result (center_id, id, school_id, policy_id, rule_id, rule_key, window_id,
    concern_id, subject, subject_id, homeroom_id, owed_by, stand_in, opens, closes, due,
    next_opens, done, tries, taken, state, excuse, frozen_at)
SELECT d.center_id, gen_random_uuid(), d.school_id, d.policy_id, d.rule_id, d.rule_key,
    d.window_id, d.concern_id, d.subject, d.subject_id, d.homeroom_id, d.owed_by, d.stand_in,
    d.opens, d.closes, d.due, d.next_opens, d.done, d.tries, d.taken, d.state, d.excuse, :now
FROM duty_closing(:day, :since, :windows) d
WHERE d.center_id = :center AND d.state <> 'due'
    AND (d.window_id = ANY (:windows) OR d.concern_id = ANY (:concerns))
""")


@dataclass(frozen=True)
class Closed:
    """What a closing did: windows and concerns closed, duties frozen."""

    windows: int = 0
    duties: int = 0


def close_until(ctx: Ctx, until: date) -> Closed:
    """Freeze every window in reach that had settled before ``until``, oldest first.

    What is frozen never changes; doing it again closes nothing. The rows never leave the
    database, so that memory does not grow with them.
    """
    ctx.session.execute(_LOCK, {"center": str(ctx.scope.center_id)})
    days = _days_to_close(ctx, until)
    duties = sum(_close_day(ctx, day, windows, concerns) for day, (windows, concerns) in days)
    closed = Closed(sum(len(w) + len(c) for _day, (w, c) in days), duties)
    if closed.windows:
        audit(
            ctx,
            "duties.close",
            until=until.isoformat(),
            windows=closed.windows,
            duties=closed.duties,
        )
    return closed


_Day = tuple[date, tuple[list[DutyWindow], list[Concern]]]


def _days_to_close(ctx: Ctx, until: date) -> list[_Day]:
    found: dict[date, tuple[list[DutyWindow], list[Concern]]] = {}
    settled = select(DutyWindow).where(DutyWindow.frozen_at.is_(None), DutyWindow.settles < until)
    for window in ctx.session.scalars(settled):
        found.setdefault(window.settles, ([], []))[0].append(window)
    wait = timedelta(days=write_up_days(ctx))
    frozen = select(DutyResult.concern_id).where(DutyResult.concern_id.is_not(None))
    late = select(Concern).where(
        # One that no rule asked about has nothing to freeze, and is not looked at for ever.
        Concern.due_on.between(until - _LOOK_BACK, until - wait - timedelta(days=1)),
        Concern.voided_at.is_(None),
        Concern.id.not_in(frozen),
    )
    for concern in ctx.session.scalars(late):
        found.setdefault(concern.due_on + wait, ([], []))[1].append(concern)
    return sorted(found.items())


def _close_day(ctx: Ctx, day: date, windows: list[DutyWindow], concerns: list[Concern]) -> int:
    result = ctx.session.execute(
        _FREEZE,
        {
            "center": ctx.scope.center_id,
            "day": day + timedelta(days=1),
            "since": min([w.opens for w in windows] + [c.raised_on for c in concerns]),
            "now": ctx.now(),
            "windows": [w.id for w in windows],
            "concerns": [c.id for c in concerns],
        },
    )
    ids: list[UUID] = [window.id for window in windows]
    ctx.session.execute(
        update(DutyWindow).where(DutyWindow.id.in_(ids)).values(frozen_at=ctx.now())
    )
    return int(result.rowcount)  # type: ignore[attr-defined]
