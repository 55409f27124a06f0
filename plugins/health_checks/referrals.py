"""What was found and waits for an answer: opening, answering, closing."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.sdk import (
    Child,
    Ctx,
    Entry,
    EntryFor,
    Followed,
    Refused,
    Text,
    add_step,
    close_follow_up,
    module_settings,
    open_follow_up,
    raise_concern,
    tell_families,
    withdraw_follow_up,
    withdraw_raised,
)
from plugins.health_checks.judging import SEVERE, findings
from plugins.health_checks.manifest import DAYS, FOLLOW_UP, KIND, MODULE, RAISE_CONCERN
from plugins.health_checks.models import CheckUp, Referral, ReferralStep
from plugins.health_checks.words import T

REFERRALS = Followed(Referral, ReferralStep, FOLLOW_UP)
CONCERN = "health"
"""The concern of the core that a severe finding raises."""
TOLD, REEXAMINED, DOCTOR, RESULT, TEXT = "told", "reexamined", "doctor", "result", "note"
STEPS: Mapping[str, Text] = {
    TOLD: T("The family knows"),
    REEXAMINED: T("Examined again"),
    DOCTOR: T("Seen by a doctor"),
    RESULT: T("Result of the doctor"),
    TEXT: T("Something else"),
}
OUTCOMES: Mapping[str, Text] = {
    "treated": T("Treated, or glasses fitted"),
    "in_treatment": T("In regular treatment"),
    "healthy": T("Examined again: nothing wrong"),
    "family_cares": T("The family knows and looks after it"),
    "declined": T("The family does not want it"),
}
_CORRECTED = T("The check-up was corrected: nothing severe stands in it any more")
CALL_FOR_VISIT = T("A check-up found something: see the health follow-up.")


@dataclass(frozen=True)
class Written:
    """A check-up just written, with its entry and what its screening says."""

    child: Child
    check_up: CheckUp
    entry: Entry
    columns: Mapping[str, Any]


def follow(ctx: Ctx, round_id: UUID, rows: Sequence[Written]) -> int:
    """Open, change or withdraw the referrals of check-ups just written; return how many opened.

    Families are told that there is something to read on their page.
    """
    open_now = _open_of(ctx, round_id, [row.child.id for row in rows])
    opened = []
    for row in rows:
        settings = module_settings(ctx, row.child.school_id, MODULE.name)
        found = findings(row.columns, settings)
        referral = open_now.get(row.child.id)
        if referral is not None:
            _change(ctx, referral, row, found, settings)
        elif found:
            _open(ctx, round_id, row, found, settings)
            opened.append(row.child)
    ctx.session.flush()
    if opened:
        tell_families(ctx, KIND, opened)
    return len(opened)


def _open_of(ctx: Ctx, round_id: UUID, child_ids: Sequence[UUID]) -> dict[UUID, Referral]:
    rows = ctx.session.scalars(
        select(Referral).where(
            Referral.round_id == round_id,
            Referral.child_id.in_(list(child_ids)),
            Referral.withdrawn_on.is_(None),
        )
    )
    return {row.child_id: row for row in rows}


def _change(
    ctx: Ctx, referral: Referral, row: Written, found: list[str], settings: Mapping[str, Any]
) -> None:
    if not referral.is_open:
        return
    severe = not SEVERE.isdisjoint(found)
    if referral.severe and not severe:
        call_off(ctx, _versions(ctx, row.entry), str(_CORRECTED))
    if not found:
        withdraw_follow_up(ctx, referral, reason=str(_CORRECTED))
        return
    worse, referral.severe = severe and not referral.severe, severe
    referral.findings, referral.source_id = found, row.entry.id
    if worse:
        _call(ctx, row, settings)


def _call(ctx: Ctx, row: Written, settings: Mapping[str, Any]) -> None:
    if settings[RAISE_CONCERN] and row.child.left_on is None:
        note = str(CALL_FOR_VISIT)
        raise_concern(ctx, row.child, CONCERN, note=note, source=MODULE.name, entry=row.entry)


def call_off(ctx: Ctx, entry_ids: Collection[UUID], reason: str) -> None:
    """Take back the visits that check-ups called for and nobody has made yet."""
    withdraw_raised(ctx, entry_ids, note=str(CALL_FOR_VISIT), reason=reason)


def _versions(ctx: Ctx, entry: Entry) -> Sequence[UUID]:
    return ctx.session.scalars(select(Entry.id).where(Entry.root_id == entry.root_id)).all()


def _open(
    ctx: Ctx, round_id: UUID, row: Written, found: list[str], settings: Mapping[str, Any]
) -> None:
    severe = not SEVERE.isdisjoint(found)
    open_follow_up(
        ctx,
        REFERRALS,
        EntryFor(row.child),
        title=T("Referred after a check-up"),
        due_on=row.entry.happened_on + timedelta(days=settings[DAYS]),
        source=row.entry,
        round_id=round_id,
        findings=found,
        severe=severe,
    )
    if severe:
        _call(ctx, row, settings)


def answer(
    ctx: Ctx,
    referral: Referral,
    child: Child,
    *,
    step: str,
    text: str = "",
    happened_on: date | None = None,
    due_on: date | None = None,
) -> Entry:
    """Write down what was done about a referral; raises :class:`Refused` for an unknown step."""
    if step not in STEPS:
        raise Refused(T("Choose what was done."), "step")
    whom = EntryFor(child, text=text.strip() or None)
    return add_step(
        ctx, REFERRALS, referral, whom, step=step, title=STEPS[step], happened_on=happened_on,
        due_on=due_on,
    )  # fmt: skip


def close(
    ctx: Ctx,
    referral: Referral,
    child: Child,
    *,
    outcome: str,
    text: str = "",
    happened_on: date | None = None,
) -> Entry:
    """Close a referral with what came of it; raises :class:`Refused` for an unknown outcome."""
    if outcome not in OUTCOMES:
        raise Refused(T("Choose what came of it."), "outcome")
    whom = EntryFor(child, text=text.strip() or None)
    title = T("Follow-up closed: {outcome}", outcome=str(OUTCOMES[outcome]))
    return close_follow_up(
        ctx, REFERRALS, referral, whom, outcome=outcome, title=title, happened_on=happened_on
    )
