"""The page of adults who may have been entered twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, g, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.children.doubles import queries, services
from app.db.scope import Reach
from app.edge.areas import AreaBlueprint
from app.edge.current import ctx, place, show
from app.edge.marks import permission
from app.kernel.errors import NotVisible, Refused

bp = AreaBlueprint("doubles", __name__, area="center")


@bp.get("/guardians/doubles")
@permission("children.import")
def center_page() -> Any:
    """List them for the centre; who works at some schools only looks there."""
    if ctx().scope.reach is not Reach.CENTER:
        return show("doubles/choose_school.html", schools=g.workplace.schools)
    return _page()


@bp.get("/s/<slug:school>/guardians/doubles")
@permission("children.import")
def school_page() -> Any:
    """List them for a school."""
    return _page()


def _page() -> Any:
    found = queries.page_of_doubles(ctx(), request.args.get("page", 1, type=int))
    here = _here()
    return show(
        "doubles/page.html",
        found=found,
        page_url=lambda number: url_for(here, page=number),
        center="center" in here,
        trail=[(_("Children"), url_for(_list())), (_("Entered twice?"), "")],
    )


@bp.post("/guardians/doubles/join")
@bp.post("/s/<slug:school>/guardians/doubles/join")
@permission("children.import")
def join() -> Any:
    """Make one adult of several."""
    return _decide(services.join, _("They are one person now."))


@bp.post("/guardians/doubles/apart")
@bp.post("/s/<slug:school>/guardians/doubles/apart")
@permission("children.import")
def apart() -> Any:
    """Say that they are different people."""
    return _decide(services.keep_apart, _("They stay two people and are not proposed again."))


@bp.post("/guardians/doubles/join-all")
@bp.post("/s/<slug:school>/guardians/doubles/join-all")
@permission("children.import")
def join_all() -> Any:
    """Make one adult of each proposal."""
    _demand_whole()
    joined, left = services.join_all(ctx())
    flash(ngettext("%(num)s person joined.", "%(num)s people joined.", joined), "success")
    if left:
        flash(
            _("%(n)s were left: more than one of them signs in or has records.", n=left), "warning"
        )
    return redirect(url_for(_here()), 303)


def _decide(act: Callable[..., None], done: str) -> Any:
    _demand_whole()
    try:
        act(ctx(), _ids())
    except Refused as refused:
        flash(str(refused), "danger")
    else:
        flash(done, "success")
    return redirect(url_for(_here()), 303)


def _demand_whole() -> None:
    """At the centre's address only who reaches the whole centre decides."""
    if not place() and ctx().scope.reach is not Reach.CENTER:
        raise NotVisible


def _ids() -> list[UUID]:
    try:
        return [UUID(word) for word in request.form.get("adults", "").split()]
    except ValueError:
        return []


def _here() -> str:
    return "doubles.school_page" if place() else "doubles.center_page"


def _list() -> str:
    return "children.school_list" if place() else "children.center_list"
