"""The hooks by which a module takes part. A hook is added with its first user.

Families: *once at start* (``blueprints``, ``cli``, ``job_handlers``, ``indicator_rows``), *per
request* (``child_tab``, ``family_card``; one broken module shows a notice and the page lives),
*domain* (``on_event``, ``on_taken_back``; an error undoes the whole), *lifecycle*
(``on_hand_over``, ``export_personal_data``, ``erase_personal_data``, ``demo_center``,
``demo_data``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import click
import pluggy
from flask import Blueprint
from sqlalchemy import Select

from app.host.context import Ctx
from app.kernel.grades import YEAR_STARTS, school_year
from app.kernel.text import Text

PROJECT = "qinchao"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)
"""Marks a function or method as a module's part in the hook of the same name."""


@dataclass(frozen=True)
class ModuleBlueprints:
    """A module's pages, by area.

    ``school`` lies under ``/c/<center>/s/<school>/m/<module>``, ``center`` under
    ``/c/<center>/m/<module>``, ``child`` under ``/c/<center>/children/<child_id>/m/<module>`` and
    ``family`` under ``/family/<center>/m/<module>``. ``open`` lies under
    ``/open/<center>/<school>/m/<module>`` for who holds no account: its views are marked
    ``@public`` and work inside ``app.sdk.at_door``.
    """

    school: Blueprint | None = None
    center: Blueprint | None = None
    child: Blueprint | None = None
    family: Blueprint | None = None
    open: Blueprint | None = None


@dataclass(frozen=True)
class ChildTab:
    """A module's part of the child page: a title and finished HTML."""

    title: Text
    html: str


@dataclass(frozen=True)
class FamilyCard:
    """What a guardian reads of a child from a module: a title and finished HTML."""

    title: Text
    html: str
    position: int = 50


@dataclass(frozen=True)
class Event:
    """Something that has become of a child, in the same transaction.

    ``name``: child.enrolled, child.returned, child.left, child.transferred, child.merged,
    child.paired. ``school_id`` is the school that has the child now, ``on`` the day; ``detail``
    holds a reason (reason), the former school's id (from_school), for a merge the days of starts
    at school that were none (mistaken: ISO days with commas), and of pairings with mentors the ids
    of those that ended (ended, with commas) and of the one that began (begun).
    """

    name: str
    child_id: UUID
    school_id: UUID
    on: date
    detail: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class DigestLine:
    """A line of somebody's digest of the day: how many, of what, and where they are listed.

    ``title`` names the things without their number. ``url`` is an address of ours. ``about`` names
    the thing, such as a rule: of one thing a line that is ``late`` hides the lines that are not, so
    that nobody reads "begins" and "overdue" together.
    """

    title: Text
    count: int
    url: str
    about: str = ""
    late: bool = False


@dataclass(frozen=True)
class ToHandOver:
    """Something open that a person answers for in a module and a successor must take over.

    ``kind`` begins with the module's name, ``object_id`` is the module's own row. With ``child_id``
    it goes to whoever takes over the child, when the person hands the child over too.
    """

    kind: str
    object_id: UUID
    title: Text
    child_id: UUID | None = None


@dataclass(frozen=True)
class PersonalData:
    """A sheet of what a module holds of a child beside its declared tables.

    ``files`` are names and keys of the file store: they are put into the copy too.
    """

    title: Text
    headings: Sequence[Text]
    rows: Sequence[Sequence[str | int | float | date | None]]
    files: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Erased:
    """What a module has emptied of a child: how many rows, and keys of files to remove."""

    rows: int
    files: Sequence[str] = ()


@dataclass(frozen=True)
class AsOf:
    """What indicators are asked about: a day, and for what happens over a term its first day."""

    day: date
    since: date

    @property
    def year_began(self) -> date:
        """Return the first day of the school year of the day."""
        return date(school_year(self.day), *YEAR_STARTS)


JobHandler = Callable[..., Mapping[str, Any] | None]
"""What works on a job: gets the context and the job, returns its result as plain data or None."""
IndicatorRows = Callable[[Ctx, AsOf], Select[Any]]
"""Gives the rows an indicator counts: the number and the list behind it are one select."""


@hookspec
def blueprints() -> ModuleBlueprints:  # type: ignore[empty-body]
    """Give the module's pages.

    When: once, at start. Order: none. On failure: the application does not start.
    Example: ``return ModuleBlueprints(school=Blueprint("library_loans", __name__))``
    """


@hookspec
def cli() -> click.Group:  # type: ignore[empty-body]
    """Give the module's command group: ``qinchao`` and the module's name with dashes.

    Its click context holds, as ``obj``, ``at_center(slug, school_code=None)``: entering it gives a
    ``Ctx`` of that place and commits when the block ends well. When: the group is called. Order:
    none. On failure: the command ends with the error. The first line of the implementation's
    docstring is what ``qinchao --help`` says of the group; it is read from ``plugin.py`` without
    importing it. Commands that need no application lie in ``commands.py`` as ``group``: the loader
    takes them from there at once. Example: ``return loans_group``
    """


@hookspec
def job_handlers() -> Mapping[str, JobHandler]:  # type: ignore[empty-body]
    """Give the functions that run the module's jobs, by kind; kinds begin with its name.

    When: once, at start. A handler gets ``(ctx, progress, **arguments)`` and returns a JSON-able
    result or nothing. On failure: the job is marked failed with the error.
    Example: ``return {"library_loans.remind": remind}``
    """


@hookspec
def indicator_rows() -> Mapping[str, IndicatorRows]:  # type: ignore[empty-body]
    """Give, for the key of each indicator in the manifest, the rows that it counts.

    A function gets ``(ctx, as_of)`` and returns a select of one row a thing, for all schools of the
    scope at once: ``school_id``, ``homeroom_id``, ``child_id``, ``title``, ``day`` (each may be
    null but the school) and the true-or-false columns that the manifest speaks of. Indicators that
    share a function are counted by one query. The host leaves schools out where the module is off;
    narrowing to the reader's children is yours (``pupil_rows`` and ``visible`` do it).

    When: once, at start. On failure: the application does not start.
    Example: ``return {"library_loans.readers": reader_rows}``
    """


@hookspec
def child_tab(ctx: Ctx, child_id: UUID, kinds: Sequence[str]) -> ChildTab | None:
    """Give the module's part of a child's page.

    When: the reader opens the module's tab. It stands on the page when the module is active at the
    child's school and one of its entry kinds is in ``kinds`` (what the ledger holds of the child)
    or is of adults.
    On failure: a notice stands in its place.

    Example:
    ``return ChildTab(T("Loans"), render_template("library_loans/books.html", books=books))``
    """


@hookspec
def family_card(ctx: Ctx, child_id: UUID, kinds: Sequence[str]) -> FamilyCard | None:
    """Give what a guardian reads of a child from this module.

    When: the family page is shown and the module is active at the child's school. With nothing to
    say it asks the database nothing: ``kinds`` are those of the entries that the family may read.
    Order: by ``position``, then module name. On failure: the card is left out with a notice.

    Example:
    ``return FamilyCard(T("Books"), render_template("library_loans/books.html", books=books))``
    """


@hookspec
def on_event(ctx: Ctx, event: Event) -> None:
    """Take part in what has become of a child.

    When: somebody has enrolled, moved, taken back, merged or paired a child; the module is active
    at the school that has it now. An import tells nothing: it says what has been, child by child.
    Order: the core's own listeners, then by module name. On failure: nothing of it is written.
    Example: ``if event.name == "child.left": close_loans(ctx, event.child_id)``
    """


@hookspec
def on_taken_back(ctx: Ctx, kind: str, entry_id: UUID) -> None:
    """Undo what an entry of one of the module's kinds has done beside itself.

    When: somebody has taken it back, in the same transaction, the module on or off; a correction is
    the module's own doing. Order: only the module whose ``kind`` it is. On failure: it stands.
    Example: ``give_back(ctx, entry_id)``
    """


@hookspec
def digest_lines(  # type: ignore[empty-body]
    ctx: Ctx, staff_ids: Sequence[UUID], school_ids: Sequence[UUID], day: date
) -> Mapping[UUID, Sequence[DigestLine]]:
    """Give what waits for people on ``day``, by staff: one line a kind of thing, none when empty.

    When: once a school day and centre, in the centre's scope, at the hour it has set; the module is
    active at ``school_ids``. Leave out what a person did itself, and read all people with the same
    queries. Order: the core's own parts, then by module name. On failure: its lines are left out.
    Example: ``return {staff: [DigestLine(T("Books overdue"), n, url)] for staff, n in overdue}``
    """


@hookspec
def on_hand_over(  # type: ignore[empty-body]
    ctx: Ctx, staff_id: UUID, school_id: UUID
) -> Sequence[ToHandOver]:
    """Name what is open in the module and waits for this person at a school.

    When: the person is to leave or to change; the module is active there. It is asked again while
    a hand-over is open: what it no longer names needs nobody any more. Order: by module name.
    On failure: nothing is written, so that nothing is forgotten.
    Example: ``return [ToHandOver("library_loans.loan", loan.id, T("A book is lent"))]``
    """


@hookspec
def accept_hand_over(ctx: Ctx, kind: str, object_id: UUID, to_staff_id: UUID, on: date) -> None:
    """Let somebody else answer for what :func:`on_hand_over` named, from the day ``on``.

    When: the successor has accepted it, in the same transaction. Order: only the module whose
    ``kind`` it is. On failure: nothing is accepted.
    Example: ``give_to(ctx, object_id, to_staff_id)``
    """


@hookspec
def export_personal_data(ctx: Ctx, child_id: UUID) -> Sequence[PersonalData]:  # type: ignore[empty-body]
    """Give what the module holds of a child and its tables alone do not tell.

    Rows of tables that refer to the child or to its guardian are in the copy without this hook,
    with the titles of the manifest's ``personal``. It is for what the core cannot know: a child
    named inside a JSON column, a file of the module's own. When: a full copy of a child's data is
    made, whether the module is on or off. Order: by module name. On failure: no copy is made.
    Example: ``return [PersonalData(T("Wish list"), [T("Book")], rows)]``
    """


@hookspec
def erase_personal_data(ctx: Ctx, child_id: UUID) -> Erased:  # type: ignore[empty-body]
    """Empty what names a child and does not refer to it; return how many rows, and files to remove.

    Rows that refer to the child are erased by the core afterwards and need no hook. Nothing can be
    deleted here: take the child out of the row. When: a lawful erasure is carried out, once, in the
    centre's scope, whether the module is on or off. Order: by module name. On failure: nothing is
    erased. Example: ``return Erased(strike_from_wish_lists(ctx, child_id))``
    """


@hookspec
def demo_center(ctx: Ctx, days: int) -> None:
    """Write what the demonstration centre itself did in ``days`` days of invented history.

    When: ``qinchao demo load``, once, in the centre's scope, before the schools; the module is
    switched on at one of them. Order: by module name. On failure: the loading stops.
    Example: ``announce_competition(ctx, ctx.today())``
    """


@hookspec
def demo_data(ctx: Ctx, school_id: UUID, days: int) -> None:
    """Write ``days`` days of invented history for a school of the demonstration centre.

    When: ``qinchao demo load``, in the school's scope, module switched on. Order: by module name.
    On failure: the loading stops. Example: ``record_loans(ctx, school_id, days)``
    """


def sequence_of_hooks() -> Sequence[str]:
    """Return the names of all hooks."""
    return (
        "blueprints",
        "cli",
        "job_handlers",
        "indicator_rows",
        "child_tab",
        "family_card",
        "on_event",
        "on_taken_back",
        "digest_lines",
        "on_hand_over",
        "accept_hand_over",
        "export_personal_data",
        "erase_personal_data",
        "demo_center",
        "demo_data",
    )
