"""The to-do page of each person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import current_app, g, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on

from app.accounts.principal import Workplace
from app.children.models import Child
from app.children.permits import can
from app.duties.acts import period
from app.duties.boards import class_names
from app.duties.concern_rules import concern_titles
from app.duties.sentences import counted
from app.duties.todo import URGENCIES, Item, counts, places_of, todo
from app.duties.views.bp import bp
from app.edge.areas import CENTER
from app.edge.current import ctx, show
from app.edge.marks import Mark, permission
from app.edge.paging import Page
from app.host.manifest import EntryKind
from app.ledger.models import Entry
from app.tenancy.models import School

_SIZE = 40


@dataclass(frozen=True)
class Act:
    """A button by which an act is written down: ``inline`` in the list, else on its own page."""

    title: str
    icon: str
    url: str
    inline: bool = False


@dataclass(frozen=True)
class Card:
    """One item of the list as the page shows it."""

    item: Item
    name: str
    place: str
    url: str
    last: str
    acts: Sequence[Act]


def titles() -> Mapping[str, str]:
    """Return what the groups of the list are called."""
    return {
        "late": _("Overdue"),
        "today": _("Today"),
        "week": _("This week"),
        "month": _("Later this month"),
        "later": _("Later"),
        "family": _("Waiting for the family"),
    }


@bp.get(f"{CENTER}/todo", endpoint="todo")
@permission("duties.view")
def todo_page() -> Any:
    """Show what the reader has to do, across the schools it works at."""
    at_only_school()
    waiting = todo(ctx())
    items = waiting.items
    chosen = request.args.get("group", "")
    listed = [item for item in items if chosen in ("", item.urgency)]
    number = min(max(request.args.get("page", 1, type=int), 1), max(-(-len(listed) // _SIZE), 1))
    here = listed[(number - 1) * _SIZE : number * _SIZE]
    cards = _cards(here)
    groups = {name: [c for c in cards if c.item.urgency == name] for name in URGENCIES}
    return show(
        "duties/todo.html",
        groups={name: found for name, found in groups.items() if found},
        titles=titles(),
        counts=counts(items),
        chosen=chosen,
        page=Page(here, number, _SIZE, len(listed)),
        page_url=lambda at: url_for(".todo", page=at, group=chosen or None),
        stand_ins=waiting.stand_ins,
        period=period,
        counted=counted,
        concerns=concern_titles(ctx()),
        today=ctx().today(),
        trail=[(_("To do"), "")],
    )


@bp.get(f"{CENTER}/todo/count")
@permission("duties.view")
def todo_count() -> Any:
    """Count the reader's to-do, for the first pages; without scripts it is the list itself."""
    found = counts(todo(ctx()).items)
    if request.headers.get("HX-Request"):
        return render_template("duties/_count.html", counts=found)
    return show("duties/count.html", counts=found, trail=[(_("To do"), url_for(".todo"))])


def at_only_school() -> None:
    """Whoever works at one school stays within its pages."""
    place: Workplace = g.workplace
    if not place.whole_center and len(place.schools) == 1:
        g.school_id, g.school_code, g.school_name = place.schools[0]


def _cards(items: Sequence[Item]) -> list[Card]:
    work = ctx()
    children = places_of(work, [item.subject_id for item in items if item.subject == "child"])
    rooms = {room for _child, room in children.values() if room}
    rooms |= {item.subject_id for item in items if item.subject == "homeroom"}
    names = class_names(work, rooms)
    schools = {school.id: school for school in work.session.scalars(select(School))}
    last = _last_contacts(items, children)
    several = len({item.school_id for item in items}) > 1
    here = request.full_path.rstrip("?")
    found = []
    for item in items:
        school = schools[item.school_id]
        known, room = children.get(item.subject_id, (None, None))
        place = [school.short_name] if several or item.subject != "child" else []
        found.append(
            Card(
                item,
                _name(item, known, names, school),
                " ".join([*place, names.get(room, "") if room else ""]).strip(),
                url_for("children.page", child_id=known.id) if known else "",
                last.get(item.subject_id, ""),
                list(_acts(item, known, school.code, here)),
            )
        )
    return found


def _name(item: Item, child: Child | None, names: Mapping[UUID, str], school: School) -> str:
    if child is not None:
        return child.name
    if item.subject == "homeroom":
        return names.get(item.subject_id, "")
    return _("Myself") if item.subject == "staff" else school.short_name


def _last_contacts(
    items: Iterable[Item], children: Mapping[UUID, tuple[Child, UUID | None]]
) -> Mapping[UUID, str]:
    """Return each child's newest act of the kinds that wait: one query."""
    kinds = {kind.name: kind for item in items for kind in item.kinds()}
    wanted = (
        select(Entry.child_id, Entry.kind, Entry.happened_on)
        .where(
            Entry.child_id.in_(list(children)),
            Entry.kind.in_(list(kinds)),
            Entry.outcome == "done",
            Entry.voided_at.is_(None),
            Entry.audience_permission.is_(None),
        )
        .ext(distinct_on(Entry.child_id))
        .order_by(Entry.child_id, Entry.happened_on.desc())
    )
    return {
        child: f"{short(day)} {kinds[kind].title}"
        for child, kind, day in ctx().session.execute(wanted)
        if child is not None
    }


def short(day: date) -> str:
    """Write a day of this year in short."""
    return str(period("day", day, day))


def _acts(item: Item, child: Child | None, school: str, here: str) -> Iterable[Act]:
    """Give the buttons of an item: what its duties ask for, and what answers its concerns."""
    if item.subject == "staff":
        yield Act(_("Choose a child"), "people", url_for("children.school_list", school=school))
        return
    kinds = {kind.name: kind for kind in item.kinds()}
    for kind in kinds.values():
        url = act_url(kind, item, child, school, here)
        if url:
            yield Act(str(kind.title), kind.icon, url, inline=not kind.form)


def act_url(kind: EntryKind, item: Item, child: Child | None, school: str, here: str) -> str | None:
    """Return where an act is written down: on the module's own page, else in the short form."""
    if not can(ctx(), "ledger.record"):
        return None
    if kind.form:
        return form_url(kind, child, school, here)
    if child is not None:
        return url_for(".record", child_id=child.id, kind=kind.name, next=here)
    room = item.subject_id if item.subject == "homeroom" else None
    return url_for(".record_school", school=school, kind=kind.name, next=here, homeroom=room)


def form_url(kind: EntryKind, child: Child | None, school: str, here: str) -> str | None:
    """Return the address of a module's page for a kind; None when the reader may not open it.

    A page of a child is none for a class.
    """
    mark: Mark = current_app.extensions["qinchao_marks"][kind.form]
    if mark.permission and not can(ctx(), mark.permission, child):
        return None
    given: dict[str, Any] = {"kind": kind.name.rpartition(".")[2], "next": here}
    rules = current_app.url_map
    if rules.is_endpoint_expecting(str(kind.form), "child_id"):
        return url_for(str(kind.form), child_id=child.id, **given) if child else None
    if rules.is_endpoint_expecting(str(kind.form), "school"):
        given["school"] = school
    return url_for(str(kind.form), **given)
