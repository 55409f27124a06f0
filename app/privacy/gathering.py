"""Everything that is held about a person, gathered table by table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, LargeBinary, Select, Table, and_, func, not_, select
from sqlalchemy.engine import RowMapping

from app.accounts.models import Staff
from app.audit.actions import action_title
from app.children.models import Child, Guardian
from app.db.base import Base
from app.db.conditions import refers
from app.db.sealed import Sealed
from app.host.context import Ctx
from app.host.facade import gather
from app.host.hooks import PersonalData
from app.host.manifest import PersonalTable
from app.host.registry import Registry
from app.kernel.clock import CHINA
from app.kernel.text import T, Text
from app.ledger.models import Act, Attachment, Entry
from app.privacy.tables import Held, Subject, described, held_tables
from app.privacy.words import PLACES
from app.tenancy.models import Homeroom, School
from app.tenancy.naming import class_title

Value = str | int | float | date | None
# Whoever is kept away from a child must not learn it from a copy of the own data.
_NOT_FOR_ADULTS = {"guardianship": ("barred", "barred_reason")}
# An adult's own, although they concern a child as well.
_ADULTS_TOO = frozenset({"guardianship", "confirmation", "activation"})


Few = Mapping[str, Mapping[str, tuple[str, ...]]]


@dataclass(frozen=True)
class Person:
    """Whose data: a child with the hidden doubles of its record, or a guardian."""

    subject: Subject
    ids: Sequence[UUID]
    name: str


@dataclass(frozen=True)
class Found:
    """The rows of one table about a person, as they lie there."""

    table: Table
    about: PersonalTable
    rows: Sequence[RowMapping]

    def plain(self) -> list[dict[str, Any]]:
        """Return the rows as plain data, without what only helps to search."""
        names = [
            c.name
            for c in self.table.columns
            if isinstance(c.type, Sealed) or not isinstance(c.type, LargeBinary)
        ]
        return [{name: _json(row[name]) for name in names} for row in self.rows]


def person_of(ctx: Ctx, child: Child) -> Person:
    """Return a child as whose data are gathered."""
    doubles = ctx.session.scalars(select(Child.id).where(Child.merged_into_id == child.id))
    return Person("child", [child.id, *doubles], child.name)


def gathered(ctx: Ctx, person: Person, *, restricted: bool) -> list[Found]:
    """Return every table with rows about a person; one query a table.

    Without ``restricted`` entries and rows that few may read are left out, and what hangs on them.
    """
    hidden = [] if restricted else _restricted(ctx, person)
    few = {} if restricted else _few(ctx.registry)
    found: dict[str, list[RowMapping]] = {}
    tables = {}
    for held in held_tables(ctx.registry):
        if held.subject == person.subject:
            tables[held.table.name] = held.table
            wanted = _rows(held, person, hidden, few)
            found.setdefault(held.table.name, []).extend(ctx.session.execute(wanted).mappings())
    places = _places(ctx, person, hidden)
    order = {name: at for at, name in enumerate(ctx.registry.personal)}
    return [
        Found(tables[name], described(ctx.registry, tables[name]), rows)
        for name, rows in sorted(found.items(), key=lambda x: (order.get(x[0], 999), x[0]))
        if rows
    ] + ([places] if places.rows else [])


def _places(ctx: Ctx, person: Person, hidden: Sequence[UUID]) -> Found:
    acts = _acts_of(person).where(Entry.id.not_in(hidden))
    table = Base.metadata.tables["act"]
    wanted = select(table).where(table.c.id.in_(acts), table.c.place.is_not(None))
    return Found(table, PLACES, ctx.session.execute(wanted).mappings().all())


def _acts_of(person: Person) -> Select[Any]:
    """Return the acts of a child's entries, or of those of an adult that concern no child."""
    if person.subject == "child":
        return select(Entry.act_id).where(Entry.child_id.in_(person.ids))
    return select(Entry.act_id).where(Entry.guardian_id.in_(person.ids), Entry.child_id.is_(None))


def _rows(held: Held, person: Person, hidden: Sequence[UUID], few: Few) -> Select[Any]:
    table = held.table
    wanted = select(table).where(_belongs(held, person.ids, few)).order_by(table.c.id)
    for column in table.columns:
        if hidden and (column.info.get("ref") == "entry" or table.name == "entry"):
            key = table.c.id if table.name == "entry" else column
            wanted = wanted.where(key.is_(None) | key.not_in(hidden))
    if person.subject == "guardian" and "child_id" in table.c and table.name not in _ADULTS_TOO:
        wanted = wanted.where(table.c.child_id.is_(None))
    return wanted


def _belongs(held: Held, ids: Sequence[UUID], few: Few) -> ColumnElement[bool]:
    """Return the condition that a row belongs to somebody and, by ``few``, is not for few."""
    column = held.table.c[held.column]
    for_all = [held.table.c[n].not_in(kept) for n, kept in few.get(held.table.name, {}).items()]
    if held.through is None:
        return and_(column.in_(ids), *for_all)
    through = select(held.through.table.c.id).where(_belongs(held.through, ids, few))
    return and_(column.in_(through), *for_all)


def _few(registry: Registry) -> Few:
    """Return, by table and column, the values of rows that few may read."""
    return {name: about.restricted for name, about in registry.personal.items() if about.restricted}


def _restricted(ctx: Ctx, person: Person) -> list[UUID]:
    of = Entry.child_id if person.subject == "child" else Entry.guardian_id
    wanted = select(Entry.id).where(of.in_(person.ids), Entry.audience == "restricted")
    return list(ctx.session.scalars(wanted))


def count_restricted(ctx: Ctx, person: Person) -> int:
    """Return how many entries and rows about a person few may read."""
    few = _few(ctx.registry)
    rows = sum(
        ctx.session.scalar(
            select(func.count()).select_from(held.table).where(
                _belongs(held, person.ids, {}), not_(_belongs(held, person.ids, few))
            )
        ) or 0
        for held in held_tables(ctx.registry)
        if held.subject == person.subject and held.table.name in few
    )  # fmt: skip
    return rows + len(_restricted(ctx, person))


def sheets_of(ctx: Ctx, person: Person, found: Sequence[Found]) -> list[PersonalData]:
    """Return what was found in words: titles, names instead of keys, then what modules add."""
    names = _names(ctx, found)
    sheets = [_sheet(ctx, person, each, names) for each in found]
    if person.subject == "child":
        every = frozenset(ctx.registry.plugins)
        for child_id in person.ids:
            answers = gather(
                ctx.registry, "export_personal_data", every, ctx=ctx, child_id=child_id
            )
            sheets += [sheet for answer in answers for sheet in answer.value]
    return sheets


def _sheet(ctx: Ctx, person: Person, each: Found, names: Mapping[UUID, str]) -> PersonalData:
    left_out = _NOT_FOR_ADULTS.get(each.table.name, ()) if person.subject == "guardian" else ()
    columns = [name for name in each.about.columns if name not in left_out]
    words = dict(each.about.words)
    if each.table.name in ("entry", "act"):
        words["kind"] = {kind.name: kind.title for kind in ctx.registry.entry_kinds.values()}
    if each.table.name == "audit_event":
        told = {row["action"] for row in each.rows}
        words["action"] = {name: T(action_title(ctx.registry, name)) for name in told}
    rows = [[_shown(row[n], words.get(n, {}), names) for n in columns] for row in each.rows]
    return PersonalData(each.about.title, [each.about.columns[name] for name in columns], rows)


def _shown(value: Any, words: Mapping[str, Text], names: Mapping[UUID, str]) -> Value:
    shown: Value
    match value:
        case bool():
            shown = str(T("Yes") if value else T("No"))
        case datetime():
            shown = f"{value.astimezone(CHINA):%Y-%m-%d %H:%M}"
        case None | date() | int() | float():
            shown = value
        case Decimal():
            shown = float(value)
        case UUID():
            shown = names.get(value, "")
        case list():
            shown = "、".join(str(_shown(item, words, names)) for item in value)
        case dict():
            shown = "；".join(f"{key}：{item}" for key, item in value.items())
        case _:
            shown = str(words.get(str(value), value))
    return shown


def _names(ctx: Ctx, found: Sequence[Found]) -> dict[UUID, str]:
    """Return names for the keys that stand in the rows; a query for each kind of thing."""
    keys: dict[str, set[UUID]] = {}
    for each in found:
        for column in each.table.columns:
            if column.info.get("ref"):
                keys.setdefault(column.info["ref"], set()).update(
                    row[column.name] for row in each.rows if row[column.name]
                )
    names: dict[UUID, str] = {}
    for model in (Staff, School, Guardian, Child):
        wanted = keys.get(model.__tablename__, set())
        rows = ctx.session.execute(select(model.id, model.name).where(model.id.in_(wanted)))
        names |= {key: name or "" for key, name in rows}
    rooms = ctx.session.execute(
        select(Homeroom, School)
        .join(School, refers(Homeroom.school_id, School))
        .where(Homeroom.id.in_(keys.get("homeroom", set())))
    )
    return names | {room.id: class_title(ctx, room, school.system) for room, school in rooms}


@dataclass(frozen=True)
class File:
    """An attachment of an act about a person; shared with others it is named, not given out."""

    name: str
    key: str
    happened_on: date
    shared: bool


def files_of(ctx: Ctx, person: Person, *, restricted: bool) -> Iterator[File]:
    """Yield the attachments of the acts that concern a person."""
    hidden = [] if restricted else _restricted(ctx, person)
    of = Entry.child_id if person.subject == "child" else Entry.guardian_id
    acts = _acts_of(person).where(Entry.id.not_in(hidden))
    others = select(Entry.act_id).where(
        Entry.act_id == Attachment.act_id, of.is_(None) | of.not_in(person.ids)
    )
    rows = ctx.session.execute(
        select(Attachment, Act.happened_on, others.exists().label("shared"))
        .join(Act, refers(Attachment.act_id, Act))
        .where(Attachment.act_id.in_(acts), Attachment.voided_at.is_(None))
        .order_by(Act.happened_on, Attachment.id)
    )
    for row, day, shared in rows:
        yield File(row.name, row.storage_key, day, shared)


def _json(value: Any) -> Any:
    match value:
        case date() | UUID() | Decimal():
            return str(value)
        case list():
            return [_json(item) for item in value]
        case _:
            return value
