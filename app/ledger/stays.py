"""What becomes of a child's place at school stands in the ledger, written as it happens."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

from sqlalchemy import select

from app.children.models import Child
from app.children.words import REASONS_OUT
from app.host.context import Ctx
from app.host.hooks import Event, hookimpl
from app.kernel.text import T, Text
from app.ledger.kinds import ENROLMENT, LEAVING, MERGE, TRANSFER
from app.ledger.models import Entry
from app.ledger.services import EntryFor, record, void
from app.tenancy.models import School


@hookimpl
def on_event(ctx: Ctx, event: Event) -> None:
    """Write one entry for what has happened, two for the two ends of a transfer."""
    write = _WRITERS.get(event.name)
    if write is not None:
        child = ctx.session.scalars(select(Child).where(Child.id == event.child_id)).one()
        write(ctx, event, child)


def _enrolled(ctx: Ctx, event: Event, child: Child) -> None:
    _write(ctx, event, child, T("Started at {school}", school=_school(ctx, event.school_id)))


def _returned(ctx: Ctx, event: Event, child: Child) -> None:
    _write(ctx, event, child, T("Came back to {school}", school=_school(ctx, event.school_id)))


def _left(ctx: Ctx, event: Event, child: Child) -> None:
    reason = REASONS_OUT.get(event.detail["reason"], REASONS_OUT["other"])
    _write(ctx, event, child, T("Left school: {reason}", reason=reason))


def _transferred(ctx: Ctx, event: Event, child: Child) -> None:
    former = UUID(event.detail["from_school"])
    names = {"giving": _school(ctx, former), "taking": _school(ctx, event.school_id)}
    record(
        ctx,
        kind=TRANSFER,
        happened_on=event.on,
        title=T("Left {giving} for {taking}", **names),
        entries=[EntryFor(child, origin_school_id=former)],
    )
    _write(ctx, event, child, T("Came to {taking} from {giving}", **names))


def _merged(ctx: Ctx, event: Event, child: Child) -> None:
    """Write it down, and take back the starts at school that the second record invented."""
    days = [date.fromisoformat(day) for day in event.detail["mistaken"].split(",") if day]
    for entry in ctx.session.scalars(
        select(Entry).where(
            Entry.child_id == child.id,
            Entry.kind == ENROLMENT,
            Entry.happened_on.in_(days),
            Entry.voided_at.is_(None),
        )
    ).all():
        void(ctx, entry, reason=str(T("The child was entered twice")))
    _write(ctx, event, child, T("A second record of this child was joined to this one"))


def _write(ctx: Ctx, event: Event, child: Child, title: Text) -> None:
    kind = _KINDS[event.name]
    record(ctx, kind=kind, happened_on=event.on, title=title, entries=[EntryFor(child)])


def _school(ctx: Ctx, school_id: UUID) -> str:
    return ctx.session.scalars(select(School.name).where(School.id == school_id)).one()


_WRITERS: dict[str, Callable[[Ctx, Event, Child], None]] = {
    "child.enrolled": _enrolled,
    "child.returned": _returned,
    "child.left": _left,
    "child.transferred": _transferred,
    "child.merged": _merged,
}
_KINDS = {
    "child.enrolled": ENROLMENT,
    "child.returned": ENROLMENT,
    "child.left": LEAVING,
    "child.transferred": TRANSFER,
    "child.merged": MERGE,
}
