"""Reading contacts: of a child, of a list, and what is to be followed up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import joinedload

from app.sdk import (
    Child,
    Ctx,
    Entry,
    Guardianship,
    Item,
    Staff,
    Term,
    families,
    latest,
    present_pupils,
    records,
    refers,
    visible,
)
from plugins.home_contact.kinds import DONE, ENTRY_KINDS, REACHING
from plugins.home_contact.manifest import RECORD, VIEW
from plugins.home_contact.models import Contact, NextStep


@dataclass(frozen=True)
class Line:
    """A contact in a list: its entry as timelines show it, the child, the module's own columns.

    ``whom`` names the adult it was with, where somebody of the family still has the bond.
    """

    item: Item
    child: Child
    whom: str
    contact: Contact | None
    step: NextStep | None

    @property
    def entry(self) -> Entry:
        """Return the contact's entry of the ledger."""
        return self.item.entry


def id_of(text: str) -> UUID:
    """Return the id that an address holds; one that nothing has when it is none."""
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


def last_reached(ctx: Ctx, child_ids: Iterable[UUID]) -> Mapping[UUID, Entry]:
    """Return each child's newest contact that reached its family; one query for all."""
    wanted = (
        select(Entry)
        .where(
            Entry.child_id.in_(list(child_ids)),
            Entry.kind.in_(REACHING),
            Entry.outcome == DONE,
            Entry.voided_at.is_(None),
        )
        .ext(distinct_on(Entry.child_id))
        .order_by(Entry.child_id, Entry.happened_on.desc(), Entry.recorded_at.desc())
        .options(joinedload(Entry.recorded_by))
    )
    return {e.child_id: e for e in ctx.session.scalars(wanted) if e.child_id is not None}


def open_steps(ctx: Ctx, children: Select[Any]) -> Sequence[tuple[NextStep, Entry, Child]]:
    """Return the next steps not done yet of the children of a query, the most urgent first."""
    wanted = (
        select(NextStep, Entry, Child)
        .join(Entry, refers(NextStep.entry_id, Entry))
        .join(Child, refers(NextStep.child_id, Child))
        .where(
            NextStep.done_on.is_(None),
            Entry.voided_at.is_(None),
            NextStep.child_id.in_(children.with_only_columns(Child.id)),
        )
        .options(joinedload(Entry.recorded_by), joinedload(NextStep.handed_to))
        .order_by(NextStep.due_on.asc().nulls_last(), NextStep.id)
    )
    return [(step, entry, child) for step, entry, child in ctx.session.execute(wanted)]


def steps_of(ctx: Ctx, child_ids: Iterable[UUID]) -> Sequence[NextStep]:
    """Return the next steps not done yet of some children, the most urgent first."""
    children = select(Child.id).where(Child.id.in_(list(child_ids)))
    return [step for step, _entry, _child in open_steps(ctx, children)]


def history(ctx: Ctx, child: Child, *, size: int = 6) -> list[Line]:
    """Return a child's latest contacts that the actor may read."""
    found = latest(ctx, child, size, kinds=ENTRY_KINDS)
    return lines_of(ctx, [(item, child) for item in found])


def lines_of(ctx: Ctx, pairs: Sequence[tuple[Item, Child]]) -> list[Line]:
    """Return contacts as lists show them; the same queries for any number."""
    ids = [item.entry.id for item, _child in pairs]
    own = {
        row.id: row
        for row, _entry in ctx.session.execute(records(Contact).where(Entry.id.in_(ids)))
    }
    wanted = select(NextStep).where(NextStep.entry_id.in_(ids))
    steps = {step.entry_id: step for step in ctx.session.scalars(wanted)}
    names = {
        (child, adult.guardian.id): " ".join(filter(None, (adult.relation, adult.guardian.name)))
        for child, adults in families(ctx, {child.id for _item, child in pairs}).items()
        for adult in adults
    }
    return [
        Line(
            item,
            child,
            names.get((child.id, item.entry.guardian_id), "") if item.entry.guardian_id else "",
            own.get(item.entry.id),
            steps.get(item.entry.id),
        )
        for item, child in pairs
    ]


def counts_by_kind(ctx: Ctx, child: Child, since: date) -> Sequence[tuple[str, int]]:
    """Return how many contacts that took place a child has had since a day, by entry kind."""
    counted = (
        select(Entry.kind, func.count())
        .where(
            Entry.child_id == child.id,
            Entry.kind.in_(ENTRY_KINDS),
            Entry.outcome == DONE,
            Entry.voided_at.is_(None),
            Entry.happened_on >= since,
        )
        .group_by(Entry.kind)
    )
    found = dict(ctx.session.execute(counted).all())
    return [(kind, found[kind]) for kind in ENTRY_KINDS if kind in found]


def siblings(ctx: Ctx, child: Child) -> Sequence[Child]:
    """Return brothers and sisters at the school whom the actor may write about."""
    mine = select(Guardianship.guardian_id).where(Guardianship.child_id == child.id)
    shared = select(Guardianship.child_id).where(Guardianship.guardian_id.in_(mine))
    wanted = present_pupils(ctx, RECORD).where(
        Child.id.in_(shared), Child.id != child.id, Child.school_id == child.school_id
    )
    return ctx.session.scalars(wanted.order_by(Child.birth_date, Child.id)).all()


def people(ctx: Ctx) -> list[tuple[str, str]]:
    """Return id and name of everybody who has written down a contact here."""
    wrote = select(Entry.recorded_by_id).where(Entry.kind.in_(ENTRY_KINDS))
    rows = ctx.session.execute(
        select(Staff.id, Staff.name).where(Staff.id.in_(wrote)).order_by(Staff.name_pinyin)
    )
    return [(str(number), name) for number, name in rows]


def terms(ctx: Ctx) -> Sequence[Term]:
    """Return the terms that have begun, the newest first."""
    begun = select(Term).where(Term.starts_on <= ctx.today())
    return ctx.session.scalars(begun.order_by(Term.starts_on.desc())).all()


def letters_of(ctx: Ctx, act_id: UUID) -> Sequence[tuple[Entry, Child]]:
    """Return the letters of one act to children whom the actor may read about, by class."""
    statement: Any = (
        select(Entry, Child)
        .join(Child, refers(Entry.child_id, Child))
        .where(Entry.act_id == act_id, Entry.kind == "home_contact.letter")
        .where(Entry.voided_at.is_(None))
        .order_by(Entry.id)
    )
    return [(entry, child) for entry, child in ctx.session.execute(visible(ctx, VIEW, statement))]
