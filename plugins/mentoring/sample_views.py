"""The page of a draw: contacts of a term by lot, to be checked on the spot (抽查)."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from app.sdk import Entry, NotVisible, audit, ctx, permission, school_id, show
from plugins.mentoring.assess import CONTEST, NONE, YES
from plugins.mentoring.assess_queries import named, term_board
from plugins.mentoring.assess_views import assessment_trail, term_asked
from plugins.mentoring.manifest import SEE_ALL
from plugins.mentoring.queries import pupils
from plugins.mentoring.sample import MOST, USUAL, drawn
from plugins.mentoring.views import bp
from plugins.mentoring.words import T

ANSWERS = {
    YES: T("Confirmed by the family"),
    CONTEST: T("Contested by the family"),
    NONE: T("Not answered"),
    "": T("Families are not asked"),
}
_LONGEST = 20


@bp.get("/assessment/sample")
@permission(SEE_ALL)
def sample() -> Any:
    """Draw contacts of the term by lot and list them with room for what the check finds."""
    term = term_asked()
    if term is None:
        raise NotVisible
    size = min(max(request.args.get("size", USUAL, type=int), 1), MOST)
    words = request.args.get("draw", "").strip()[:_LONGEST] or ctx().today().isoformat()
    found = term_board(ctx(), school_id(), term)
    rows = drawn(found.whole.contacts, words, size)
    children = {row.child_id for row in rows}
    said = select(Entry.id, Entry.text).where(Entry.id.in_([row.id for row in rows]))
    audit(ctx(), "mentoring.sample.read", school_id=school_id(), draw=words, records=len(rows))
    return show(
        "mentoring/sample.html",
        rows=rows,
        of=sum(told.outcome == "done" for told in found.whole.contacts),
        draw=words,
        size=size,
        term=term,
        children=named(ctx(), children),
        rooms={p.child.id: p.room for p in pupils(ctx(), school_id(), SEE_ALL, children)},
        people={pairing.staff.id: pairing.staff for pairing in found.held},
        texts=dict(ctx().session.execute(said).all()),
        kinds=ctx().registry.entry_kinds,
        answers=ANSWERS,
        trail=assessment_trail((_("Draw a sample"), url_for(".sample"))),
    )
