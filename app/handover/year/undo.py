"""Taking a change of year back within a week: every row as it was, or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.accounts.models import GrantHomeroom
from app.audit.services import record as audit
from app.children.models import Child
from app.children.services.versions import touch
from app.duties.boards import class_names
from app.handover.models import HandOver, YearRoll, YearRollChange
from app.handover.services import cancel
from app.handover.year.sending import withdraw
from app.handover.year.trace import WRITTEN, Key, snapshot
from app.host.context import Ctx
from app.host.enablement import active_modules
from app.host.facade import tell
from app.host.hooks import Event
from app.kernel.errors import Refused
from app.kernel.text import T
from app.ledger.models import Entry
from app.ledger.services import void

FOR = timedelta(days=7)
_DAY = timedelta(days=1)
_SHOWN = 10


def undoable_until(row: YearRoll) -> datetime | None:
    """Return until when a change may be taken back."""
    return row.done_at + FOR if row.done_at else None


def undo(ctx: Ctx, row: YearRoll) -> int:
    """Take a change back and return how many rows are as before.

    Hand-overs and transfers that it began are called off unless they are finished. Raises
    :class:`Refused` after a week, and, naming them, when children or classes were changed since.
    """
    until = undoable_until(row)
    if row.state != "done" or until is None or ctx.now() > until:
        raise Refused(T("A change of school year can be taken back for a week only."))
    changes = ctx.session.scalars(
        select(YearRollChange).where(YearRollChange.roll_id == row.id)
    ).all()
    _refuse_touched(ctx, changes)
    _call_off(ctx, row)
    children = _restore(ctx, changes)
    row.state, row.undone_at = "undone", ctx.now()
    ctx.session.flush()
    _tell_modules(ctx, children)
    audit(
        ctx, "year_roll.undo", object_type="year_roll", object_id=row.id, school_id=row.school_id,
        rows=len(changes),
    )  # fmt: skip
    return len(changes)


def _refuse_touched(ctx: Ctx, changes: Sequence[YearRollChange]) -> None:
    now = _now(ctx, changes)
    touched = [one for one in changes if now.get((one.what, one.row_id)) != one.after]
    if not touched:
        return
    names = _names(ctx, touched)
    raise Refused(
        T(
            "Nothing was taken back: changed since: {names}",
            names="、".join(names[:_SHOWN]) + ("…" if len(names) > _SHOWN else ""),
        )
    )


def _now(ctx: Ctx, changes: Sequence[YearRollChange]) -> Mapping[Key, dict[str, Any]]:
    children = {one.row_id for one in changes if one.what == "child"}
    rooms = {one.row_id for one in changes if one.what == "homeroom"}
    rooms |= set(_rooms_of_grants(ctx, changes).values())
    return snapshot(ctx, children, rooms)


def _rooms_of_grants(ctx: Ctx, changes: Sequence[YearRollChange]) -> dict[UUID, UUID]:
    ids = [one.row_id for one in changes if one.what == "grant_homeroom"]
    rows = select(GrantHomeroom.id, GrantHomeroom.homeroom_id).where(GrantHomeroom.id.in_(ids))
    return dict(ctx.session.execute(rows).all())


def _names(ctx: Ctx, touched: Sequence[YearRollChange]) -> list[str]:
    """Name the children and classes of changed rows; one that is gone went to another school."""
    children, rooms = set(), set()
    grants = _rooms_of_grants(ctx, touched)
    for one in touched:
        if one.what == "homeroom":
            rooms.add(one.row_id)
        elif one.what == "grant_homeroom":
            rooms |= {grants[one.row_id]} if one.row_id in grants else set()
        else:
            model: Any = WRITTEN[one.what][0]
            key = model.id if one.what == "child" else model.child_id
            children |= set(ctx.session.scalars(select(key).where(model.id == one.row_id)))
    named = ctx.session.scalars(
        select(Child.name).where(Child.id.in_(children)).order_by(Child.name_pinyin)
    ).all()
    found = [*named, *class_names(ctx, rooms).values()]
    return found or [str(T("a child that has gone to another school"))]


def _restore(ctx: Ctx, changes: Sequence[YearRollChange]) -> list[Child]:
    """Put every row back; what is new ends before it begins. Return the children concerned."""
    for one in changes:
        if not one.before:
            _unmake(ctx, one)
    ctx.session.flush()
    children = []
    for one in changes:
        if not one.before:
            continue
        row = _row(ctx, one)
        for column, value in one.before.items():
            if column != "version":
                setattr(row, column, _typed(row, column, value))
        if isinstance(row, Child):
            touch(ctx, row)
            children.append(row)
    ctx.session.flush()
    return children


def _unmake(ctx: Ctx, change: YearRollChange) -> None:
    row = _row(ctx, change)
    if isinstance(row, Entry):
        void(ctx, row, reason=str(T("The change of school year was taken back")))
    else:
        row.ends_on = row.starts_on - _DAY


def _row(ctx: Ctx, change: YearRollChange) -> Any:
    model: Any = WRITTEN[change.what][0]
    return ctx.session.scalars(select(model).where(model.id == change.row_id)).one()


def _typed(row: Any, column: str, value: Any) -> Any:
    """Return a kept value as its column holds it."""
    kind = type(row).__table__.c[column].type.python_type
    if value is None or not isinstance(value, str):
        return value
    if kind is date:
        return date.fromisoformat(value)
    return UUID(value) if kind is UUID else value


def _call_off(ctx: Ctx, row: YearRoll) -> None:
    ids = [UUID(one) for one in row.counts.get("hand_overs", ())]
    still = select(HandOver).where(HandOver.id.in_(ids), HandOver.state == "open")
    for hand_over in ctx.session.scalars(still).all():
        cancel(ctx, hand_over)
    withdraw(ctx, [UUID(one) for one in row.counts.get("transfers", ())])


def _tell_modules(ctx: Ctx, children: Sequence[Child]) -> None:
    """Tell the modules who has not left after all; in the ledger the leaving itself is voided."""
    for child in children:
        modules = active_modules(ctx).get(child.school_id, frozenset())
        event = Event("child.returned", child.id, child.school_id, ctx.today())
        tell(ctx.registry, "on_event", modules, ctx=ctx, event=event)
