"""The reader's language: their own choice, else Chinese."""

from __future__ import annotations

from flask import has_request_context, session

LOCALES = ("zh_Hans", "en")


def choose_locale() -> str:
    """Return the locale of this request: chosen on a page, kept in the session."""
    if not has_request_context():
        return LOCALES[0]
    asked = session.get("locale")
    return asked if asked in LOCALES else LOCALES[0]
