"""Telling the browser that a draft has been sent for good, so that its own copy goes too."""

from __future__ import annotations

from flask import has_request_context, request, session

_DONE = "draft_done"


def draft_done(key: str) -> None:
    """Let the next whole page say that the draft ``key`` is no longer needed."""
    session[_DONE] = key


def take_draft_done() -> str | None:
    """Return what the page being shown has to say, once; parts of pages leave it alone."""
    if not has_request_context() or request.headers.get("HX-Request"):
        return None
    key: str | None = session.pop(_DONE, None)
    return key
