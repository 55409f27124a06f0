"""The school's pages: the board, the list of contacts, writing down for several children."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from app.sdk import (
    XLSX,
    Child,
    NotVisible,
    audit,
    can,
    class_options,
    ctx,
    download,
    list_sheet,
    listed,
    module_settings,
    permission,
    present_pupils,
    school_id,
    show,
)
from plugins.home_contact import sheet
from plugins.home_contact.board import Board, Filter, board, is_long
from plugins.home_contact.kinds import kind_of
from plugins.home_contact.listing import CONTACTS
from plugins.home_contact.manifest import LONG_DAYS, NAME, RECORD, TRIES, VIEW
from plugins.home_contact.models import NextStep
from plugins.home_contact.queries import (
    id_of,
    open_steps,
)
from plugins.home_contact.recording import record_page
from plugins.home_contact.services import step_done

bp = Blueprint("home_contact", __name__, template_folder="templates")
_MOST_OFFERED = 60
_STEPS_SHOWN = 4
# So many can be looked over without filters.
_FEW = 12


def trail(*more: tuple[object, str]) -> list[tuple[object, str]]:
    """Return the way to a page of the module."""
    return [(_("Home contact"), url_for("home_contact_school.board_page")), *more]


def settings() -> tuple[int, int]:
    """Return after how many days a family counts as not reached, after how many tries to ask."""
    found = module_settings(ctx(), school_id(), NAME)
    return int(found[LONG_DAYS]), int(found[TRIES])


def _filter() -> Filter:
    days = request.args.get("days", "")
    return Filter(
        request.args.get("homeroom", ""),
        request.args.get("left_behind") == "1",
        int(days) if days.isdecimal() and len(days) < 5 else 0,
        request.args.get("ask") == "1",
    )


def _plain(wanted: Filter) -> dict[str, Any]:
    """Return a filter as an address writes it."""
    values = asdict(wanted)
    return {name: int(v) if isinstance(v, bool) else v for name, v in values.items() if v}


def _board(size: int | None = None) -> tuple[Filter, Board]:
    wanted, (long_days, tries) = _filter(), settings()
    page = request.args.get("page", 1, type=int)
    sized = {} if size is None else {"size": size}
    return wanted, board(ctx(), wanted, long_days=long_days, tries=tries, page=page, **sized)


@bp.get("")
@permission(VIEW)
def board_page() -> Any:
    """Show who has not been reached for how long, and what is to be followed up."""
    wanted, found = _board()
    long_days, _tries = settings()
    steps = open_steps(ctx(), present_pupils(ctx(), VIEW))
    return show(
        "home_contact/board.html",
        found=found,
        wanted=wanted,
        narrowed=bool(_plain(wanted)),
        few=_FEW,
        long_days=long_days,
        is_long=is_long,
        steps=steps if request.args.get("steps") else steps[:_STEPS_SHOWN],
        steps_total=len(steps),
        today=ctx().today(),
        may_record=can(ctx(), RECORD),
        page_url=lambda number: url_for(".board_page", page=number, **_plain(wanted)),
        export_url=url_for(".board_sheet", **_plain(wanted)),
        days=[("", _("Everybody")), *((str(d), _("More than %(days)s days", days=d))
              for d in sorted({7, 14, long_days, 60, 90}))],
        trail=trail(),
    )  # fmt: skip


@bp.get("/board.xlsx")
@permission(VIEW)
def board_sheet() -> Any:
    """Send the board as a spreadsheet."""
    _wanted, found = _board(size=0)
    audit(ctx(), "home_contact.board.export", school_id=school_id(), count=len(found.page.rows))
    name = f"{_('Not reached for how long')}{ctx().today():%Y%m%d}.xlsx"
    return download(sheet.of_board(found.page.rows), name, XLSX)


@bp.get("/contacts")
@permission(VIEW)
def contact_list() -> Any:
    """List the contacts of the school."""
    shown = listed(CONTACTS, sheet=".contact_sheet")
    rows = shown.found.page.rows
    return show(
        "home_contact/contacts.html",
        shown=shown,
        one=rows[0].child if "child" in shown.found.kept and rows else None,
        kind_of=kind_of,
        trail=trail((_("Contacts"), "")),
    )


@bp.get("/contacts.xlsx")
@permission(VIEW)
def contact_sheet() -> Any:
    """Send the list of contacts as a spreadsheet."""
    return list_sheet(CONTACTS, page=".contact_list")


def offered_here() -> Sequence[tuple[Child, UUID | None]] | None:
    """Return whom a page for several children offers, with their classes: of one class, or all.

    None when the actor has so many that a class must be chosen first.
    """
    homeroom = request.args.get("homeroom", "")
    wanted = present_pupils(ctx(), RECORD, homeroom_id=id_of(homeroom) if homeroom else None)
    wanted = wanted.order_by(Child.name_pinyin, Child.id)
    if not homeroom:
        wanted = wanted.limit(_MOST_OFFERED + 1)
    found = [(child, room) for child, room in ctx().session.execute(wanted)]
    if not found:
        raise NotVisible
    return found if homeroom or len(found) <= _MOST_OFFERED else None


def choose_class(title: str) -> str:
    """Show the classes, each leading to the same page for that class."""
    kept: dict[str, Any] = {
        name: value for name, value in request.args.items() if name != "homeroom"
    }
    return show(
        "home_contact/choose_class.html",
        rooms=class_options(ctx(), RECORD),
        room_url=lambda room: url_for(str(request.endpoint), homeroom=room.id, **kept),
        trail=trail((title, "")),
    )


@bp.route("/new", methods=["GET", "POST"])
@permission(RECORD)
def new() -> Any:
    """Write down one contact with several children: of a class, or of those one looks after."""
    found = offered_here()
    if found is None:
        return choose_class(_("For several children"))
    names = {option.id: option.name for option in class_options(ctx(), RECORD)}
    several = len({room for _child, room in found}) > 1
    ticked = {id_of(value) for value in request.args.getlist("child")}
    return record_page(
        child=None,
        offered=[(child, names.get(room, "") if several and room else "") for child, room in found],
        ticked=[child.id for child, _room in found if child.id in ticked],
        after=url_for(".board_page"),
        trail=trail((_("For several children"), "")),
    )


@bp.post("/steps/<uuid:step_id>/done")
@permission(RECORD)
def tick_off(step_id: UUID) -> Any:
    """Tick a next step off."""
    reached = present_pupils(ctx(), RECORD).with_only_columns(Child.id)
    step = ctx().session.scalar(
        select(NextStep).where(NextStep.id == step_id, NextStep.child_id.in_(reached))
    )
    if step is None:
        raise NotVisible
    step_done(ctx(), step)
    flash(_("Done: %(step)s", step=step.text), "success")
    return redirect(url_for(".board_page"))
