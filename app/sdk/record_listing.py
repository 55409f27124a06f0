"""Lists of ledger records about children: the query, the lines, and the columns they share."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask import url_for
from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import defer, joinedload

from app.children.models import Child
from app.children.permits import visible
from app.db.conditions import refers
from app.db.mixins import RecordScoped
from app.host.context import Ctx
from app.kernel.text import T
from app.ledger.audience import OPEN
from app.ledger.models import Entry
from app.ledger.queries import is_late
from app.sdk.classes import class_names
from app.sdk.ledger import records
from app.sdk.record_list import ListColumn

Record = TypeVar("Record", bound=RecordScoped)
NEWEST_FIRST = (Entry.happened_on.desc(), Entry.recorded_at.desc(), Entry.id.desc())
"""How a list of records is sorted: by the day it happened, latest first."""


@dataclass(frozen=True)
class RecordLine(Generic[Record]):
    """A record in a list; ``room`` is the class today, ``by`` whoever wrote it down."""

    record: Record
    entry: Entry
    child: Child
    room: str
    by: str

    @property
    def late(self) -> bool:
        """Tell whether it was written down long after it took place."""
        return is_late(self.entry.happened_on, self.entry.first_recorded_at)


def record_rows(model: type[Record], permission: str) -> Callable[[Ctx], Select[Any]]:
    """Return the query of a model's records: (record, entry, child), as a list takes it.

    Narrowed to the children that ``permission`` reaches, without what was taken back; a restricted
    entry shows to who holds its own permission for the child.
    """

    def rows(ctx: Ctx) -> Select[Any]:
        wanted: Select[Any] = (
            records(model)
            .join(Child, refers(model.child_id, Child))
            .add_columns(Child)
            .where(Child.voided_at.is_(None), may_read(ctx, permission.split(".", 1)[0]))
            .options(
                joinedload(Entry.recorded_by),
                defer(Child.address),
                defer(Child.registered_residence),
            )
        )
        return visible(ctx, permission, wanted)

    return rows


def may_read(ctx: Ctx, module: str) -> ColumnElement[bool]:
    """Return the condition on a module's entries that their audience lets the actor read them."""
    kinds = [
        ctx.registry.entry_kinds[k] for k, m in ctx.registry.kind_module.items() if m == module
    ]
    named: Collection[str] = {kind.audience for kind in kinds} - {*OPEN}
    restricted = [
        and_(
            Entry.audience_permission == name,
            Entry.child_id.in_(visible(ctx, name, select(Child.id)).correlate(None)),
        )
        for name in sorted(named)
    ]
    return or_(Entry.audience_permission.is_(None), *restricted)


def record_lines(ctx: Ctx, rows: Sequence[Any]) -> list[RecordLine[Any]]:
    """Return the rows of :func:`record_rows` as lines; two queries for any number."""
    rooms = class_names(ctx, [child.id for _record, _entry, child in rows])
    return [
        RecordLine(
            record,
            entry,
            child,
            rooms.get(child.id, ""),
            entry.recorded_by.name if entry.recorded_by else "",
        )
        for record, entry, child in rows
    ]


def name_column() -> ListColumn[Any]:
    """Return the child's name, leading to the child's page."""
    return ListColumn(
        "name",
        T("Name"),
        lambda line: line.child.name,
        sort=Child.name_pinyin,
        url=lambda line: url_for("children.page", child_id=line.child.id),
        width=10,
    )


def class_column() -> ListColumn[RecordLine[Any]]:
    """Return the child's class today."""
    return ListColumn("room", T("Class"), lambda line: line.room)


def day_column() -> ListColumn[Any]:
    """Return the day it took place."""
    return ListColumn("day", T("Day"), lambda line: line.entry.happened_on, sort=Entry.happened_on)


def by_column() -> ListColumn[RecordLine[Any]]:
    """Return who wrote it down."""
    return ListColumn("by", T("Who wrote it"), lambda line: line.by, width=10)
