"""What a plugin declares about itself: data only, read before any of its behaviour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from app.kernel.text import Text


@dataclass(frozen=True)
class Permission:
    """Something a role may do; ``roles`` hold it unless the centre says otherwise.

    ``name`` is dotted and, in a plugin, begins with the plugin's name. ``module`` is filled in by
    the host: a module's permission holds only where the module is active.
    """

    name: str
    title: Text
    roles: tuple[str, ...] = ()
    module: str | None = None


@dataclass(frozen=True)
class FamilyQuestion:
    """How a family is asked whether something was so, and what stands on the two buttons."""

    question: Text
    yes: Text
    no: Text


@dataclass(frozen=True)
class EntryKind:
    """A kind of ledger entry: ``audience`` is guardian, staff or a permission's name.

    ``asks_family`` lets guardians say on their page whether it was so, when it was done;
    ``question`` says in which words. ``form`` is the endpoint of the module's own page for writing
    one down; from the to-do it is opened with ``kind`` (the name without the module's) and ``next``
    (where to return to). Without it, the core's short form is used. ``correct`` is the endpoint,
    in the area of the child, of the page that corrects one (``entry_id``). ``of_adults``: its
    entries are about adults alone, so that the page of a child asks the module whatever the ledger
    holds of the child.
    A ``transition`` is written by a change elsewhere, such as a pairing: nobody takes it back by
    hand.
    """

    name: str
    title: Text
    audience: str = "staff"
    icon: str = "journal-text"
    asks_family: bool = False
    question: FamilyQuestion | None = None
    form: str | None = None
    correct: str | None = None
    transition: bool = False
    of_adults: bool = False


@dataclass(frozen=True)
class ConcernKind:
    """A reason to visit a child that a module may find; ``name`` begins with the module's name.

    Policies name it as ``concern:<name>``; ``title`` is a whole clause: "a child sleeps badly".
    """

    name: str
    title: Text


@dataclass(frozen=True)
class NavItem:
    """A link in the navigation of ``area`` (center or school) for who holds ``permission``.

    With the area child it is a button on the page of each child that ``permission`` reaches.
    ``group`` is the part of the menu: ``first`` stands above all, ``care`` is the daily work with
    children, ``manage`` what keeps the place in order.
    """

    title: Text
    endpoint: str
    permission: str
    area: str = "school"
    icon: str = "dot"
    position: int = 50
    group: Literal["first", "care", "manage"] = "care"


@dataclass(frozen=True)
class Setting:
    """A value a school may set for a module; ``kind``: text, long_text, integer or boolean.

    An integer is at least 1. ``hint`` is shown under the box.
    """

    name: str
    title: Text
    default: str | int | bool | Text
    kind: str = "text"
    hint: Text | None = None


@dataclass(frozen=True)
class Indicator:
    """A number that boards show by school and by class; it opens the rows that it counts.

    ``key`` is dotted and, in a plugin, begins with the plugin's name. Of the rows that the hook
    ``indicator_rows`` gives for it, those are counted whose column named like the part after the
    dot is true. With ``among`` it is a rate: that column tells which rows are its denominator.
    ``definition`` says in a sentence how it is counted, the period included. ``of_terms``: it may
    be asked of earlier terms too, otherwise it speaks of today. ``main``: shown before anybody has
    chosen.
    """

    key: str
    title: Text
    unit: Text
    definition: Text
    permission: str
    among: str = ""
    of_terms: bool = False
    main: bool = False

    @property
    def column(self) -> str:
        """Return the column of its rows that is true for what is counted."""
        return self.key.rpartition(".")[2]


@dataclass(frozen=True)
class PersonalTable:
    """What a copy of somebody's data calls a table and its columns, and what erasing leaves of it.

    Rows belong to a child by ``child_id`` or to a guardian by ``guardian_id``; ``by`` names another
    column that holds the child's id. ``words`` says what the codes of a column mean. Erasing
    deletes the rows; with ``keeps`` they stay, and keys and the columns named are all that is left.
    ``restricted`` names, by column, the values that make a row one that few may read: like such
    entries it is left out of a copy, with what hangs on it, unless they are asked for.
    """

    table: str
    title: Text
    columns: Mapping[str, Text] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, Text]] = field(default_factory=dict)
    keeps: tuple[str, ...] = ()
    by: str = ""
    restricted: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Module:
    """The manifest of a plugin.

    ``core`` is the range of core versions it is written for, such as ``>=0.1,<1``: with another
    core it does not start. Empty: any.
    ``personal`` describes each of its tables that holds something about a child or a guardian.
    ``not_personal`` names tables that hang on the ledger and hold nothing of the kind, and why.
    """

    name: str
    title: Text
    summary: Text
    version: str
    core: str = ""
    requires: tuple[str, ...] = ()
    permissions: tuple[Permission, ...] = ()
    entry_kinds: tuple[EntryKind, ...] = ()
    concern_kinds: tuple[ConcernKind, ...] = ()
    navigation: tuple[NavItem, ...] = ()
    settings: tuple[Setting, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    stores: tuple[Text, ...] = field(default=())
    personal: tuple[PersonalTable, ...] = ()
    not_personal: Mapping[str, str] = field(default_factory=dict)
