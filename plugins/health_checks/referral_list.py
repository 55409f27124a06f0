"""The list of referrals: what waits, what was answered, and what narrows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import url_for
from sqlalchemy import ColumnElement, Date, Select, and_, func, select
from sqlalchemy.orm import defer

from app.sdk import (
    CHINA,
    Child,
    ChildSearch,
    Choice,
    Confirmation,
    Ctx,
    Entry,
    ListColumn,
    NotVisible,
    OneChild,
    RecordList,
    Text,
    class_names,
    name_column,
    of_class,
    refers,
    steps_of,
    visible,
    waiting,
)
from plugins.health_checks.manifest import FOLLOW, VIEW
from plugins.health_checks.models import CheckUp, Referral, ReferralStep, Round
from plugins.health_checks.referrals import OUTCOMES, REFERRALS, STEPS
from plugins.health_checks.words import T

_TODAY = func.timezone(str(CHINA), func.now()).cast(Date)


@dataclass(frozen=True)
class Line:
    """A referral as a list shows it; ``findings`` is empty for who may only follow up."""

    referral: Referral
    child: Child
    round: Round
    room: str
    findings: Sequence[str]
    steps: Sequence[tuple[ReferralStep, Entry]]
    today: date

    @property
    def state(self) -> Text:
        """Return where it stands in a word."""
        if self.referral.withdrawn_on:
            return T("Taken back")
        if self.referral.closed_on:
            return T("Answered")
        return T("Overdue") if self.referral.is_late(self.today) else T("Waiting")

    @property
    def last_step(self) -> Text | None:
        """Return what was done last."""
        done = [step.step for step, _entry in self.steps if step.step in STEPS]
        return STEPS[done[-1]] if done else None


def _rows(ctx: Ctx) -> Select[Any]:
    statement: Any = (
        select(Referral, Child, Round)
        .join(Child, refers(Referral.child_id, Child))
        .join(Round, refers(Referral.round_id, Round))
        .where(Child.voided_at.is_(None))
        .options(defer(Child.address), defer(Child.registered_residence))
    )
    return visible(ctx, FOLLOW, statement)


def _lines(ctx: Ctx, rows: Sequence[Any]) -> list[Line]:
    ids = [child.id for _referral, child, _round in rows]
    rooms = class_names(ctx, ids)
    detailed = frozenset(
        ctx.session.scalars(visible(ctx, VIEW, select(Child.id).where(Child.id.in_(ids))))
    )
    steps = steps_of(ctx, REFERRALS, [referral.id for referral, _child, _round in rows])
    return [
        Line(
            referral,
            child,
            round_,
            rooms.get(child.id, ""),
            referral.findings if child.id in detailed else (),
            steps.get(referral.id, ()),
            ctx.today(),
        )
        for referral, child, round_ in rows
    ]


def _found(line: Line) -> str:
    return "、".join(line.findings) or str(T("Needs attention"))


def _state(value: str) -> ColumnElement[bool]:
    open_now = waiting(REFERRALS)
    if value == "open":
        return open_now
    if value == "late":
        return and_(
            open_now, Referral.due_on < func.timezone("Asia/Shanghai", func.now()).cast(Date)
        )
    ended = Referral.closed_on if value == "closed" else Referral.withdrawn_on
    return ended.is_not(None)


def _outcome(line: Line) -> Text | None:
    return OUTCOMES.get(line.referral.outcome or "")


LIST: RecordList[Line] = RecordList(
    name="health_checks.referrals",
    title=T("Health follow-up"),
    rows=_rows,
    lines=_lines,
    columns=(
        name_column(),
        ListColumn("room", T("Class"), lambda line: line.room),
        ListColumn(
            "found",
            T("Found"),
            _found,
            url=lambda line: url_for(".referral", referral_id=line.referral.id),
            width=24,
        ),
        ListColumn(
            "opened", T("Since"), lambda line: line.referral.opened_on, sort=Referral.opened_on
        ),
        ListColumn("due", T("Answer by"), lambda line: line.referral.due_on, sort=Referral.due_on),
        ListColumn("state", T("State"), lambda line: line.state, own=True),
        ListColumn("step", T("Done last"), lambda line: line.last_step, width=16),
        ListColumn("outcome", T("What came of it"), _outcome, width=20),
    ),
    filters=(
        ChildSearch(),
        Choice(
            "state",
            T("State"),
            [
                ("open", T("Waiting")),
                ("late", T("Overdue")),
                ("closed", T("Answered")),
                ("withdrawn", T("Taken back")),
            ],
            _state,
        ),
        of_class(FOLLOW, Referral.child_id),
        OneChild(),
    ),
    order=(Referral.closed_on.desc().nulls_first(), Referral.due_on, Referral.id),
)


def referral_of(ctx: Ctx, referral_id: UUID) -> Line:
    """Return one referral that the reader follows up, or raise :class:`NotVisible`."""
    row = ctx.session.execute(_rows(ctx).where(Referral.id == referral_id)).one_or_none()
    if row is None:
        raise NotVisible
    return _lines(ctx, [row])[0]


def check_up_of(ctx: Ctx, referral: Referral) -> CheckUp | None:
    """Return the check-up that a referral came from."""
    wanted = select(CheckUp).where(CheckUp.id == referral.source_id)
    return ctx.session.scalar(wanted)


def seen_by_family(ctx: Ctx, referral: Referral) -> Confirmation | None:
    """Return the family's newest answer to the result, given on its page."""
    return ctx.session.scalar(
        select(Confirmation)
        .where(Confirmation.entry_id == referral.source_id)
        .order_by(Confirmation.at.desc())
        .limit(1)
    )
