"""What the reader of a record list may narrow it by: a choice, a class, days, a child's name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, select

from app.children.models import Child, Placement
from app.children.search import matches
from app.host.context import Ctx
from app.kernel.grades import term_name
from app.kernel.text import T, Text
from app.sdk.classes import class_options
from app.tenancy.models import Term

Options = Sequence[tuple[str, Text | str]]
_ALL = T("All")


@dataclass(frozen=True)
class Box:
    """A box of the line above the list; ``kind``: choice, search, day or hidden."""

    kind: str
    name: str
    title: Text
    value: str
    options: Options = ()


@dataclass(frozen=True)
class Asked:
    """What one filter shows above the list, and the condition it sets; None for none."""

    boxes: Sequence[Box]
    condition: ColumnElement[bool] | None = None


class Filter(Protocol):
    """Something that narrows a list by what stands in the address."""

    def ask(self, ctx: Ctx, given: Mapping[str, str]) -> Asked:
        """Return what is shown and what is asked for; runs the same queries for any list."""


@dataclass(frozen=True)
class Choice:
    """One of several: ``where`` gives the condition of a chosen value.

    ``options`` are (value, title), or a function that reads them. A value that is not among them
    matches nothing. With a single option there is nothing to choose, and no box.
    """

    name: str
    title: Text
    options: Options | Callable[[Ctx], Options]
    where: Callable[[str], ColumnElement[bool]]
    everything: Text = _ALL

    def ask(self, ctx: Ctx, given: Mapping[str, str]) -> Asked:
        """Return a select box."""
        options = self.options(ctx) if callable(self.options) else self.options
        value = given.get(self.name, "")
        box = Box("choice", self.name, self.title, value, [("", self.everything), *options])
        boxes = [box] if value or len(options) > 1 else []
        if not value:
            return Asked(boxes)
        known = value in {key for key, _title in options}
        return Asked(boxes, self.where(value) if known else false())


def of_class(permission: str, child_id: Any) -> Choice:
    """Return the choice of a class that ``permission`` reaches; ``child_id`` is the list's column.

    Example: ``of_class("library_loans.view", Loan.child_id)``
    """

    def classes(ctx: Ctx) -> Options:
        return [(str(option.id), option.name) for option in class_options(ctx, permission)]

    def inside(value: str) -> ColumnElement[bool]:
        placed = select(Placement.child_id).where(
            Placement.homeroom_id == UUID(value), Placement.ends_on.is_(None)
        )
        return child_id.in_(placed)  # type: ignore[no-any-return]

    return Choice("homeroom", T("Class"), classes, inside, T("All classes"))


def of_term(column: Any) -> Choice:
    """Return the choice of a term that has begun; ``column`` holds the day."""

    def terms(ctx: Ctx) -> Options:
        begun = select(Term).where(Term.starts_on <= ctx.today()).order_by(Term.starts_on.desc())
        found = ctx.session.scalars(begun)
        return [(str(term.id), term_name(term.school_year, term.number)) for term in found]

    def within(value: str) -> ColumnElement[bool]:
        held = select(Term.id).where(
            Term.id == UUID(value), column.between(Term.starts_on, Term.ends_on)
        )
        return held.correlate_except(Term).exists()

    return Choice("term", T("Term"), terms, within, T("All terms"))


@dataclass(frozen=True)
class Days:
    """From one day to another, both included; ``column`` holds the day."""

    column: Any
    name: str = "day"

    def ask(self, ctx: Ctx, given: Mapping[str, str]) -> Asked:  # noqa: ARG002 (asks nothing)
        """Return two boxes; what is no day counts as not given."""
        ends = {end: given.get(f"{self.name}_{end}", "") for end in ("from", "to")}
        boxes = [
            Box("day", f"{self.name}_from", T("From day"), ends["from"]),
            Box("day", f"{self.name}_to", T("To day"), ends["to"]),
        ]
        first, last = _day(ends["from"]), _day(ends["to"])
        wanted = [self.column >= first] if first else []
        wanted += [self.column <= last] if last else []
        return Asked(boxes, and_(*wanted) if wanted else None)


@dataclass(frozen=True)
class ChildSearch:
    """A child's name, pinyin or number; the list's query must have :class:`Child` in it."""

    name: str = "q"

    def ask(self, ctx: Ctx, given: Mapping[str, str]) -> Asked:
        """Return a search box."""
        typed = given.get(self.name, "")
        box = Box("search", self.name, T("Name or pinyin"), typed)
        return Asked([box], matches(ctx, typed) if typed else None)


@dataclass(frozen=True)
class OneChild:
    """Only what concerns one child, whose id other pages put into the address; shows no box."""

    name: str = "child"

    def ask(self, ctx: Ctx, given: Mapping[str, str]) -> Asked:  # noqa: ARG002 (asks nothing)
        """Return a hidden box where a child is asked for."""
        value = given.get(self.name, "")
        if not value:
            return Asked([])
        boxes = [Box("hidden", self.name, T("Child"), value)]
        try:
            return Asked(boxes, Child.id == UUID(value))
        except ValueError:
            return Asked(boxes, false())


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
