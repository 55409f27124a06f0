"""What stays open until somebody answers: referrals, make-up sessions, objections.

A module makes two tables of these mixins and names them, with the ledger kind of what is done, in
one :class:`Followed`::

    class Referral(FollowUp, ChildScoped, Base):
        __tablename__ = "health_checks_referral"

    class ReferralStep(FollowUpStep, RecordScoped, Base):
        __tablename__ = "health_checks_referral_step"
        __follows__ = "health_checks_referral"

    REFERRALS = Followed(Referral, ReferralStep, "health_checks.follow_up")

Opening, each step and closing are acts of the ledger, so that they stand in the timeline, count for
duties and can be taken back there; the row only says where it stands now. A follow-up that is not
about a child combines the mixins with ``SchoolScoped``; the ``id`` of its steps is the entry's all
the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Generic, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Mapped, declared_attr

from app.db.base import ref
from app.db.conditions import refers
from app.host.context import Ctx
from app.kernel.errors import Refused
from app.kernel.text import T, Text
from app.ledger.models import Entry
from app.ledger.services import EntryFor, record

CLOSED = "closed"
"""The step that closing writes."""


class FollowUp:
    """Columns of something open: since when, until when it should be answered, how it ended.

    ``source_id`` is the entry that found it, if one did. ``withdrawn_on`` takes back what was a
    mistake. Combine with a scope mixin.

    Example: ``class Return(FollowUp, ChildScoped, Base): __tablename__ = "library_loans_return"``
    """

    opened_on: Mapped[date]
    due_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    outcome: Mapped[str | None]
    withdrawn_on: Mapped[date | None]
    withdrawn_reason: Mapped[str | None]

    @declared_attr
    def source_id(cls) -> Mapped[UUID | None]:
        """Return the entry that found it."""
        column: Mapped[UUID | None] = ref("entry", nullable=True)
        return column

    @property
    def is_open(self) -> bool:
        """Tell whether it still waits for an answer."""
        return self.closed_on is None and self.withdrawn_on is None

    def is_late(self, today: date) -> bool:
        """Tell whether it waits for longer than it should."""
        return self.is_open and self.due_on is not None and self.due_on < today


class FollowUpStep:
    """What was done about a follow-up: a word of the module's; the rest is the ledger entry's.

    ``__follows__`` is the other table. Example:
    ``class Step(FollowUpStep, RecordScoped, Base): __tablename__, __follows__ = NAMES``
    """

    __follows__: ClassVar[str] = ""

    step: Mapped[str]

    @declared_attr
    def follow_up_id(cls) -> Mapped[UUID]:
        """Return the follow-up that it belongs to."""
        column: Mapped[UUID] = ref(cls.__follows__)
        return column


F = TypeVar("F")
S = TypeVar("S")


@dataclass(frozen=True)
class Followed(Generic[F, S]):
    """A module's follow-ups: their table, the table of their steps, the kind of their acts."""

    model: type[F]
    steps: type[S]
    kind: str


@dataclass(frozen=True)
class Open:
    """How many wait, and how many of them for too long."""

    count: int = 0
    late: int = 0


def open_follow_up(
    ctx: Ctx,
    followed: Followed[F, S],
    whom: EntryFor,
    *,
    title: Text | str,
    due_on: date | None = None,
    source: Entry | None = None,
    **columns: Any,
) -> F:
    """Open one about ``whom``, with the module's own ``columns``.

    What a check or a visit found is opened with that entry as its ``source`` and writes no act of
    its own; otherwise opening is written down under ``title``.
    """
    model: Any = followed.model
    row = model(
        school_id=whom.school,
        opened_on=source.happened_on if source else ctx.today(),
        due_on=due_on,
        source_id=source.id if source else None,
        **_child_of(model, whom),
        **columns,
    )
    ctx.session.add(row)
    ctx.session.flush()
    if source is None:
        _write(ctx, followed, row, whom, "opened", title, ctx.today())
    found: F = row
    return found


def add_step(
    ctx: Ctx,
    followed: Followed[F, S],
    row: F,
    whom: EntryFor,
    *,
    step: str,
    title: Text | str,
    happened_on: date | None = None,
    due_on: date | None = None,
) -> Entry:
    """Write down what was done; ``whom.text`` says it in words. ``due_on`` sets a new deadline.

    Raises :class:`Refused` when it is open no more, and as ``record`` does.
    """
    state = _demand_open(ctx, row)
    if due_on is not None:
        state.due_on = due_on
    return _write(ctx, followed, row, whom, step, title, happened_on or ctx.today())


def close_follow_up(
    ctx: Ctx,
    followed: Followed[F, S],
    row: F,
    whom: EntryFor,
    *,
    outcome: str,
    title: Text | str,
    happened_on: date | None = None,
) -> Entry:
    """Close it with its outcome, a word of the module's.

    Raises :class:`Refused` without an outcome, or when it is open no more.
    """
    if not outcome.strip():
        raise Refused(T("Say what came of it."), "outcome")
    state = _demand_open(ctx, row)
    day = happened_on or ctx.today()
    entry = _write(ctx, followed, row, whom, CLOSED, title, day)
    state.closed_on, state.outcome = day, outcome.strip()
    ctx.session.flush()
    return entry


def withdraw_follow_up(ctx: Ctx, row: Any, *, reason: str) -> None:
    """Take back what was opened by mistake; raises :class:`Refused` without a reason."""
    if not reason.strip():
        raise Refused(T("Give a reason."), "reason")
    state = _demand_open(ctx, row)
    state.withdrawn_on, state.withdrawn_reason = ctx.today(), reason.strip()
    ctx.session.flush()


def step_taken_back(ctx: Ctx, followed: Followed[F, S], entry_id: UUID) -> None:
    """Open a follow-up again whose closing was taken back in the timeline.

    For ``on_taken_back``; other steps change nothing.
    """
    model: Any = followed.model
    steps: Any = followed.steps
    row: Any = ctx.session.scalar(
        select(model)
        .join(steps, refers(steps.follow_up_id, model))
        .where(steps.id == entry_id, steps.step == CLOSED)
    )
    if row is not None and row.closed_on is not None:
        row.closed_on = row.outcome = None
        ctx.session.flush()


def waiting(followed: Followed[F, S]) -> ColumnElement[bool]:
    """Return the condition that a follow-up is open."""
    model: Any = followed.model
    return and_(model.closed_on.is_(None), model.withdrawn_on.is_(None))


def open_follow_ups(followed: Followed[F, S]) -> Select[F]:
    """Return the query for what is open, most urgent first; narrow it by your own columns."""
    model: Any = followed.model
    return select(model).where(waiting(followed)).order_by(model.due_on, model.opened_on, model.id)


def count_open(ctx: Ctx, followed: Followed[F, S]) -> dict[UUID, Open]:
    """Return by school how many wait; one query for all schools of the scope."""
    model: Any = followed.model
    rows = ctx.session.execute(
        select(model.school_id, func.count(), func.count().filter(model.due_on < ctx.today()))
        .where(waiting(followed))
        .group_by(model.school_id)
    )
    return {school: Open(count, late) for school, count, late in rows}


def steps_of(
    ctx: Ctx, followed: Followed[F, S], ids: Iterable[UUID]
) -> dict[UUID, list[tuple[S, Entry]]]:
    """Return what was done about each of ``ids``, oldest first; one query for all."""
    model: Any = followed.steps
    rows = ctx.session.execute(
        select(model, Entry)
        .join(Entry, refers(model.id, Entry))
        .where(model.follow_up_id.in_(list(ids)), Entry.voided_at.is_(None))
        .order_by(Entry.happened_on, Entry.recorded_at)
    )
    found: dict[UUID, list[tuple[S, Entry]]] = {}
    for step, entry in rows:
        found.setdefault(step.follow_up_id, []).append((step, entry))
    return found


def _demand_open(ctx: Ctx, row: Any) -> Any:
    # Two people answering at once: the second waits and is told.
    ctx.session.refresh(row, with_for_update=True)
    if not row.is_open:
        raise Refused(T("This was answered or taken back meanwhile: open the page again."))
    return row


def _write(
    ctx: Ctx,
    followed: Followed[Any, Any],
    row: Any,
    whom: EntryFor,
    step: str,
    title: Text | str,
    day: date,
) -> Entry:
    act = record(ctx, kind=followed.kind, happened_on=day, title=title, entries=[whom])
    entry = act.entries[0]
    ctx.session.add(
        followed.steps(
            id=entry.id,
            school_id=row.school_id,
            follow_up_id=row.id,
            step=step,
            **_child_of(followed.steps, whom),
        )
    )
    ctx.session.flush()
    return entry


def _child_of(model: Any, whom: EntryFor) -> dict[str, Any]:
    """Return the child's column where the table has one."""
    return {"child_id": whom.child.id} if whom.child and hasattr(model, "child_id") else {}
