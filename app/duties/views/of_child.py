"""A child's duties: the part of its page, and one window with what counted in it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from flask_babel import gettext as _

from app.children.current import child
from app.children.permits import can
from app.children.views.page import child_trail
from app.duties.acts import period
from app.duties.concern_rules import concern_titles
from app.duties.concerns import concerns_of
from app.duties.exemptions import exemptions_of_child
from app.duties.layout import rule_of
from app.duties.of_child import duties_of_child, window_of_child
from app.duties.sentences import counted, sentence
from app.duties.states import term_begin
from app.duties.todo import places_of
from app.duties.views.bp import bp
from app.edge.areas import CHILD
from app.edge.current import ctx, show
from app.edge.marks import permission
from app.edge.paging import Page
from app.ledger.queries import items_of


@bp.get(f"{CHILD}/duties", endpoint="of_child")
@permission("duties.view")
def of_child_page() -> Any:
    """Show what became of the child's duties this term: a part of its page, or by itself."""
    here, work = child(), ctx()
    since = term_begin(work, work.today())
    _child, room = places_of(work, [here.id])[here.id]
    values = {
        "child": here,
        "rules": duties_of_child(work, here),
        "concerns": concerns_of(work, here) if can(work, "ledger.view", here) else [],
        "concern_titles": concern_titles(work),
        "excused": exemptions_of_child(work, here, room, since),
        "may_exempt": can(work, "duties.manage", here) and not here.left_on,
        "may_raise": can(work, "ledger.record", here) and not here.left_on,
        "period": period,
        "today": work.today(),
    }
    if request.headers.get("HX-Request"):
        return render_template("duties/_of_child.html", **values)
    return show("duties/of_child.html", trail=child_trail((_("Duties"), "")), **values)


@bp.get(f"{CHILD}/duties/<uuid:window_id>")
@permission("duties.view")
def window(window_id: UUID) -> Any:
    """Show one window of the child and the entries in it."""
    found = window_of_child(ctx(), child(), window_id)
    entries = found.entries if can(ctx(), "ledger.view", child()) else []
    items = items_of(ctx(), entries)
    return show(
        "duties/window.html",
        it=found,
        child=child(),
        counted=counted,
        sentence=sentence(rule_of(found.rule)),
        period=period,
        found=Page(items, 1, max(len(items), 1), len(items)),
        trail=child_trail((_("Duties"), url_for(".of_child")), (found.rule.title, "")),
    )
