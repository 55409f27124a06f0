"""Lists of children: search, filters, paging, what needs attention, export."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any

from flask import redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.queries import open_schools
from app.children.attention import ATTENTION, DOUBLES, attention_counts
from app.children.doubles.queries import count_doubles
from app.children.exports import ask_export, is_long, write_sheet
from app.children.listing import grade_choices, homeroom_choices, list_children
from app.children.permits import can
from app.children.search import Wanted
from app.children.views.bp import bp
from app.children.words import BOARDING, SEXES
from app.edge.areas import CENTER, SCHOOL
from app.edge.current import ctx, school_id, show
from app.edge.downloads import XLSX, download
from app.edge.marks import permission
from app.tenancy.models import School

_ALL = ("", "")


def wanted_here() -> Wanted:
    """Return what the address asks for."""
    return Wanted(**{f.name: request.args.get(f.name, "").strip() for f in fields(Wanted)})


def _answers() -> dict[str, list[tuple[str, object]]]:
    return {
        "sex": [("", _("All")), *((key, SEXES[key]) for key in ("male", "female"))],
        "boarding": [("", _("All")), *BOARDING.items()],
        "education": [
            ("", _("All")),
            ("left_behind", _("Left behind")),
            ("both", _("Both parents away")),
            ("one", _("One parent away")),
            ("none", _("Not left behind")),
            ("unknown", _("Unknown")),
        ],
        "civil": [("", _("All")), ("yes", _("Yes")), ("no", _("No")), ("unknown", _("Unknown"))],
    }


def _list(endpoint: str, **values: Any) -> str:
    wanted = wanted_here()
    chosen = {name: value for name, value in asdict(wanted).items() if value}
    found = list_children(
        ctx(),
        wanted,
        page=request.args.get("page", 1, type=int),
        by_class=endpoint == "children.school_list",
    )
    area = endpoint.removesuffix("_list")
    return show(
        "children/list.html",
        found=found,
        wanted=wanted,
        choices=_answers(),
        page_url=lambda number: url_for(endpoint, page=number, **chosen),
        export_url=url_for(f"{area}_export", **chosen),
        attention_url=url_for(f"{area}_attention"),
        clear_url=url_for(endpoint),
        sexes=SEXES,
        boarding=BOARDING,
        narrowed=bool(chosen),
        special=ATTENTION.get(wanted.attention),
        trail=[(_("Children"), "")],
        **values,
    )


@bp.get(f"{CENTER}/children")
@permission("children.view")
def center_list() -> Any:
    """List the children of the centre, or of all the schools the reader works at."""
    schools = open_schools(ctx())
    stages = {stage for school in schools for stage in school.stages}
    system = max((school.system for school in schools), default="6-3")
    return _list(
        "children.center_list",
        schools=[("", _("All schools")), *((s.code, s.short_name) for s in schools)],
        grades=[("", _("All grades")), *grade_choices(stages, system)],
        homerooms=None,
    )


@bp.get(f"{SCHOOL}/children")
@permission("children.view")
def school_list() -> Any:
    """List the children of the school."""
    here = ctx().session.scalars(select(School).where(School.id == school_id())).one()
    rooms = homeroom_choices(ctx(), school_id())
    return _list(
        "children.school_list",
        schools=None,
        grades=[("", _("All grades")), *grade_choices(here.stages, here.system)],
        homerooms=[("", _("All classes")), *rooms, ("none", _("Without a class"))],
    )


def _attention(list_endpoint: str) -> str:
    counts = attention_counts(ctx())
    items = [
        (name, attention, counts[name], url_for(list_endpoint, attention=name))
        for name, attention in ATTENTION.items()
    ]
    if can(ctx(), "children.import"):
        page = list_endpoint.replace("children.", "doubles.").replace("_list", "_page")
        items.append(("doubles", DOUBLES, count_doubles(ctx()), url_for(page)))
    if request.headers.get("HX-Request"):
        return show("children/_attention.html", items=items)
    trail = [(_("Children"), url_for(list_endpoint)), (_("What needs attention"), "")]
    return show("children/attention.html", items=items, trail=trail)


@bp.get(f"{CENTER}/children/attention")
@permission("children.view")
def center_attention() -> Any:
    """Count the children whose file needs somebody, in the centre."""
    return _attention("children.center_list")


@bp.get(f"{SCHOOL}/children/attention")
@permission("children.view")
def school_attention() -> Any:
    """Count the children whose file needs somebody, in the school."""
    return _attention("children.school_list")


def _export(place: str) -> Any:
    wanted = wanted_here()
    if is_long(ctx(), wanted):
        return redirect(url_for("jobs.progress", job_id=ask_export(ctx(), wanted, place).id))
    body, name = write_sheet(ctx(), wanted, place)
    return download(body, name, XLSX)


@bp.get(f"{CENTER}/children/export.xlsx")
@permission("children.export")
def center_export() -> Any:
    """Send the list as a sheet."""
    return _export("")


@bp.get(f"{SCHOOL}/children/export.xlsx")
@permission("children.export")
def school_export() -> Any:
    """Send the school's list as a sheet."""
    name = ctx().session.scalars(select(School.name).where(School.id == school_id())).one()
    return _export(name)
