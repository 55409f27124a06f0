"""Pages of indicators: boards of a centre and of a school, and the rows behind each number."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from app.audit.services import record as audit
from app.children.listing import homeroom_choices
from app.edge.areas import CENTER, SCHOOL
from app.edge.current import ctx, school_id, show
from app.edge.downloads import XLSX, download
from app.edge.marks import permission
from app.host.hooks import AsOf
from app.kernel.errors import NotVisible
from app.reports.indicators import counting
from app.reports.indicators.asked import as_of_term, begun_terms
from app.reports.indicators.board import Board, BoardLine, by_class, by_school, chosen, offered
from app.reports.indicators.counting import AMONG, COUNTED, REST, Place, listed
from app.reports.indicators.known import Known, known
from app.reports.indicators.sheet import board_bytes
from app.tenancy.models import School

bp = Blueprint("indicators", __name__, template_folder="../templates")
NONE = "none"


def _as_of() -> AsOf:
    return as_of_term(ctx(), request.args.get("since", type=date.fromisoformat))


def _past(as_of: AsOf) -> bool:
    return as_of.day < ctx().today()


def _columns(as_of: AsOf) -> tuple[list[Known], list[Known]]:
    """Return what the board can show, and what is chosen of it."""
    found = offered(ctx(), past=_past(as_of))
    return found, chosen(found, request.args.getlist("key"))


def _terms() -> list[tuple[str, str]]:
    numbers = {1: _("first term"), 2: _("second term")}
    return [
        (t.starts.isoformat(), f"{t.school_year}-{t.school_year + 1} {numbers.get(t.number, '')}")
        for t in begun_terms(ctx())
    ]


def _page(area: str, board: Board, as_of: AsOf, found: list[Known], **values: Any) -> str:
    kept: dict[str, Any] = {
        "key": request.args.getlist("key"),
        "since": request.args.get("since", ""),
    }

    def rows_url(one: Known, line: BoardLine | None, part: str) -> str:
        asked: dict[str, Any] = dict(_place_value(line)) if line else {}
        if part != COUNTED:
            asked["part"] = part
        if _past(as_of):
            asked["since"] = as_of.since.isoformat()
        return url_for(f".{area}_rows", key=one.indicator.key, **asked)

    return show(
        "indicators/board.html",
        board=board,
        found=found,
        picked={one.indicator.key for one in board.columns},
        as_of=as_of,
        past=_past(as_of),
        terms=_terms(),
        rows_url=rows_url,
        sheet_url=url_for(f".{area}_sheet", **{k: v for k, v in kept.items() if v}),
        modules={name: p.module.title for name, p in ctx().registry.plugins.items()},
        trail=[(_("Indicators"), "")],
        **values,
    )


def _place_value(line: BoardLine) -> dict[str, str]:
    """Return how the address of rows names a school or a class."""
    if isinstance(line.place, School):
        return {"school": line.place.code}
    return {"place": str(line.place.id) if line.place else NONE}


@bp.get(f"{CENTER}/indicators")
@permission("center.view")
def center_board() -> Any:
    """Show schools by indicators."""
    as_of = _as_of()
    found, columns = _columns(as_of)
    return _page(
        "center",
        by_school(ctx(), columns, as_of),
        as_of,
        found,
        of_place=_("School"),
        nowhere=_("The centre itself"),
        board_url=lambda school: url_for(".school_board", school=school.code),
    )


@bp.get(f"{SCHOOL}/indicators")
@permission("school.view")
def school_board() -> Any:
    """Show the classes of the school by indicators."""
    as_of = _as_of()
    found, columns = _columns(as_of)
    return _page(
        "school",
        by_class(ctx(), columns, as_of),
        as_of,
        found,
        of_place=_("Class"),
        nowhere=_("Of no class"),
        board_url=None,
    )


def _send(board: Board, as_of: AsOf, place: str, nowhere: str, title: str) -> Any:
    day = as_of.day.isoformat()
    audit(ctx(), "indicators.export", count=len(board.lines))
    body = board_bytes(ctx(), board, place=place, nowhere=nowhere, title=title, day=day)
    return download(body, f"{title}{as_of.day:%Y%m%d}.xlsx", XLSX)


@bp.get(f"{CENTER}/indicators.xlsx")
@permission("center.view")
def center_sheet() -> Any:
    """Send the board of the centre with the definitions of its numbers."""
    as_of = _as_of()
    board = by_school(ctx(), _columns(as_of)[1], as_of)
    return _send(board, as_of, _("School"), _("The centre itself"), _("Indicators by school"))


@bp.get(f"{SCHOOL}/indicators.xlsx")
@permission("school.view")
def school_sheet() -> Any:
    """Send the board of the school with the definitions of its numbers."""
    as_of = _as_of()
    board = by_class(ctx(), _columns(as_of)[1], as_of)
    return _send(board, as_of, _("Class"), _("Of no class"), _("Indicators by class"))


def _one(key: str) -> Known:
    found = known(ctx()).get(key)
    if found is None:
        raise NotVisible
    return found


def _rows(
    area: str, one: Known, place: Place, places: list[tuple[str, str]], kept: dict[str, str]
) -> str:
    as_of = _as_of() if one.indicator.of_terms else as_of_term(ctx(), None)
    part = request.args.get("part", COUNTED)
    parts = {COUNTED: one.indicator.title, REST: _("Not among them"), AMONG: _("All")}
    part = part if part in parts and one.indicator.among else COUNTED
    if _past(as_of):
        kept["since"] = as_of.since.isoformat()

    def url(**more: Any) -> str:
        return url_for(f".{area}_rows", key=one.indicator.key, **{**kept, "part": part, **more})

    return show(
        "indicators/rows.html",
        one=one,
        found=listed(ctx(), one, as_of, part, place, request.args.get("page", 1, type=int)),
        tabs=[(title, url(part=name), name == part) for name, title in parts.items()],
        part=part,
        kept=kept,
        places=places,
        several_schools=area == "center" and place.school_id is None,
        of_place=_("School") if area == "center" else _("Class"),
        chosen_place=kept.get("school") or kept.get("place", ""),
        page_url=lambda number: url(page=number),
        reads_children=ctx().actor.holds("children.view"),
        trail=[(_("Indicators"), url_for(f".{area}_board")), (one.indicator.title, "")],
    )


@bp.get(f"{CENTER}/indicators/<key>")
@permission("center.view")
def center_rows(key: str) -> Any:
    """List the rows behind a number of the centre or of one of its schools."""
    one = _one(key)
    schools = ctx().session.execute(select(School.code, School.short_name, School.id)).all()
    code = request.args.get("school", "")
    place = Place(nowhere=counting.SCHOOL if request.args.get("place") == NONE else "")
    if code:
        here = next((row.id for row in schools if row.code == code), None)
        if here is None or not one.at(here):
            raise NotVisible
        place = Place(school_id=here)
    places = [("", _("All schools")), *((r.code, r.short_name) for r in schools if one.at(r.id))]
    kept = {"school": code} if code else {"place": NONE} if place.nowhere else {}
    return _rows("center", one, place, places, kept)


@bp.get(f"{SCHOOL}/indicators/<key>")
@permission("school.view")
def school_rows(key: str) -> Any:
    """List the rows behind a number of the school or of one of its classes."""
    one = _one(key)
    if not one.at(school_id()):
        raise NotVisible
    asked = request.args.get("place", "")
    place = Place(school_id=school_id())
    if asked == NONE:
        place = Place(school_id=school_id(), nowhere=counting.CLASS)
    elif asked:
        place = Place(school_id=school_id(), homeroom_id=_id(asked))
    rooms = homeroom_choices(ctx(), school_id())
    places = [("", _("All classes")), *rooms, (NONE, _("Of no class"))]
    return _rows("school", one, place, places, {"place": asked} if asked else {})


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotVisible from error
