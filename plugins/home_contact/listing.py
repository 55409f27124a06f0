"""The list of contacts: what it shows and what narrows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import joinedload

from app.sdk import (
    CHINA,
    NEWEST_FIRST,
    Child,
    ChildSearch,
    Choice,
    Ctx,
    Entry,
    ListColumn,
    OneChild,
    RecordList,
    day_column,
    items_of,
    may_read,
    name_column,
    of_class,
    of_term,
    refers,
    visible,
)
from plugins.home_contact.kinds import ENTRY_KINDS, KINDS, kind_of
from plugins.home_contact.manifest import NAME, VIEW
from plugins.home_contact.queries import Line, lines_of, people
from plugins.home_contact.sheet import ANSWER_WORDS
from plugins.home_contact.words import T

OUTCOMES = [
    ("done", T("Reached")),
    ("not_reached", T("Not reached")),
    ("declined", T("Declined")),
]


def _rows(ctx: Ctx) -> Select[Any]:
    statement: Any = (
        select(Entry, Child)
        .join(Child, refers(Entry.child_id, Child))
        .where(Entry.kind.in_(ENTRY_KINDS), Entry.voided_at.is_(None), Child.voided_at.is_(None))
        .where(may_read(ctx, NAME))
        .options(joinedload(Entry.recorded_by), joinedload(Entry.act))
    )
    return visible(ctx, VIEW, statement)


def _lines(ctx: Ctx, rows: Sequence[Any]) -> list[Line]:
    items = items_of(ctx, [entry for entry, _child in rows])
    return lines_of(ctx, [(item, row[1]) for item, row in zip(items, rows, strict=True)])


def _kind(line: Line) -> str:
    return str(kind_of(line.entry.kind).title)


def _outcome(line: Line) -> str:
    entry = line.entry
    return str(kind_of(entry.kind).outcomes[entry.outcome])


def _said(line: Line) -> str:
    entry, ticks = line.entry, kind_of(line.entry.kind).ticks
    ticked = line.contact.ticks if line.contact else ()
    words = [str(ticks[tick]) for tick in ticked if tick in ticks]
    return "；".join([*words, *([entry.text] if entry.text else [])])


def _written(line: Line) -> str:
    return line.entry.first_recorded_at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")


def _answers(line: Line) -> str:
    return "；".join(str(ANSWER_WORDS[answer.answer]) for answer in line.item.answers)


def _wrote(staff_id: str) -> ColumnElement[bool]:
    return Entry.recorded_by_id == UUID(staff_id)


CONTACTS: RecordList[Line] = RecordList(
    name="home_contact.contacts",
    title=T("Contacts"),
    rows=_rows,
    lines=_lines,
    columns=(
        name_column(),
        replace(day_column(), title=T("Day"), own=True),
        ListColumn("kind", T("Kind"), _kind, own=True),
        ListColumn("outcome", T("Outcome"), _outcome, only="sheet"),
        ListColumn("whom", T("With whom"), lambda line: line.whom),
        ListColumn("said", T("What was said or done"), _said, own=True, width=44),
        ListColumn(
            "by", T("Who wrote it"), lambda line: line.item.on_behalf_of or line.item.by, width=10
        ),
        ListColumn("written", T("Written down"), _written, only="sheet", width=16),
        ListColumn(
            "step",
            T("Next step"),
            lambda line: line.step.text if line.step else None,
            only="sheet",
            width=24,
        ),
        ListColumn("answers", T("What the family says"), _answers, only="sheet", width=18),
    ),
    filters=(
        ChildSearch(),
        Choice(
            "kind",
            T("Kind"),
            [(kind.entry_kind, kind.title) for kind in KINDS.values()],
            lambda value: Entry.kind == value,
            T("All kinds"),
        ),
        of_class(VIEW, Entry.child_id),
        Choice("person", T("Who wrote it"), people, _wrote, T("Everybody")),
        Choice("outcome", T("Outcome"), OUTCOMES, lambda value: Entry.outcome == value),
        of_term(Entry.happened_on),
        OneChild(),
    ),
    order=NEWEST_FIRST,
)
