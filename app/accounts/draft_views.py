"""Where the browser keeps drafts: PUT, GET and DELETE of one key."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request

from app.accounts.drafts import LONGEST, TooOften, discard, keep, kept
from app.edge.areas import CENTER, FAMILY
from app.edge.current import ctx
from app.edge.marks import signed_in
from app.kernel.errors import Refused

bp = Blueprint("drafts", __name__)
_OWN = "a draft belongs to its writer alone; the database keeps others away"
# JSON may need six bytes for one character.
_MOST_BYTES = 6 * LONGEST


@bp.put(f"{CENTER}/drafts/<key>", endpoint="staff_keep")
@bp.put(f"{FAMILY}/drafts/<key>", endpoint="family_keep")
@signed_in(_OWN)
def keep_draft(key: str) -> Any:
    """Keep what was typed."""
    if (request.content_length or 0) > _MOST_BYTES:
        return {"error": "too long"}, 413
    try:
        keep(ctx(), key, request.get_json(silent=True))
    except TooOften as refused:
        return {"error": str(refused)}, 429, {"Retry-After": "10"}
    except Refused as refused:
        return {"error": str(refused)}, 400
    return "", 204


@bp.get(f"{CENTER}/drafts/<key>", endpoint="staff")
@bp.get(f"{FAMILY}/drafts/<key>", endpoint="family")
@signed_in(_OWN)
def draft(key: str) -> Any:
    """Give back what was typed; 204 when there is nothing."""
    found = kept(ctx(), key)
    return ("", 204) if found is None else found


@bp.delete(f"{CENTER}/drafts/<key>", endpoint="staff_discard")
@bp.delete(f"{FAMILY}/drafts/<key>", endpoint="family_discard")
@signed_in(_OWN)
def discard_draft(key: str) -> Any:
    """Forget what was typed."""
    discard(ctx(), key)
    return "", 204
