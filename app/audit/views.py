"""The audit log as a page: who did what, and when."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, g, request, url_for
from flask_babel import gettext as _

from app.audit.actions import action_title
from app.audit.queries import USUAL_DAYS, Wanted, events, people_and_actions
from app.edge.areas import CENTER, SCHOOL
from app.edge.current import ctx, show
from app.edge.marks import permission
from app.edge.paging import paginate

# Days beyond cannot be counted on from.
_FIRST, _LAST = date(2000, 1, 1), date(2999, 1, 1)

bp = Blueprint("audit", __name__, template_folder="templates")


@bp.get(f"{CENTER}/audit", endpoint="center_log")
@bp.get(f"{SCHOOL}/audit", endpoint="school_log")
@permission("audit.view")
def log() -> Any:
    """Show what was done: at the whole centre, or at the school of the page."""
    wanted = _wanted()
    page = paginate(ctx().session, events(wanted), request.args.get("page", 1, type=int))
    people, actions = people_and_actions(ctx(), wanted)
    registry = ctx().registry
    here = f"audit.{'school' if g.get('school_id') else 'center'}_log"
    asked: dict[str, Any] = {
        "since": wanted.since,
        "until": wanted.until,
        "person": wanted.account_id,
        "action": wanted.action,
    }
    return show(
        "audit/log.html",
        trail=[(_("Audit log"), "")],
        page=page,
        wanted=wanted,
        people=[(str(account), name) for account, name in people],
        actions=sorted(
            ((name, action_title(registry, name)) for name in actions), key=lambda x: x[1]
        ),
        title_of=lambda action: action_title(registry, action),
        here=url_for(here),
        page_url=lambda number: url_for(here, **asked, page=number),
    )


def _wanted() -> Wanted:
    today = ctx().today()
    until = _day("until") or today
    since = _day("since") or until - timedelta(days=USUAL_DAYS)
    try:
        account = UUID(request.args.get("person", ""))
    except ValueError:
        account = None
    return Wanted(min(since, until), until, account, request.args.get("action", ""))


def _day(name: str) -> date | None:
    try:
        day = date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
    return day if _FIRST <= day <= _LAST else None
