"""What templates need of the look: versioned file addresses and inline icons."""

from __future__ import annotations

import hashlib
import json
import re
from functools import cache
from pathlib import Path

from flask import Flask, url_for
from markupsafe import Markup

STATIC = Path(__file__).parent / "static"
_ICON_NAME = re.compile(r"[a-z0-9-]+\Z")
_ICON_BODY = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)


def init_look(app: Flask) -> None:
    """Give the templates of ``app`` the functions ``asset(name)`` and ``icon(name)``."""
    app.jinja_env.globals.update(asset=asset, icon=icon)


def asset(name: str) -> str:
    """Return the address of a static file; it changes whenever the file's content does.

    ``vendor/<name>`` stands for the fetched file of that name (``vendor/htmx.js``).
    """
    if name.startswith("vendor/"):
        return url_for("static", filename="vendor/" + _vendor().get(name[7:], name[7:]))
    return url_for("static", filename=name, v=_version(name))


@cache
def icon(name: str) -> Markup:
    """Return the named icon as inline SVG, hidden from screen readers; empty if there is none."""
    path = STATIC / "vendor" / "icons" / f"{name}.svg"
    if not _ICON_NAME.match(name) or not path.is_file():
        return Markup()
    found = _ICON_BODY.search(path.read_text(encoding="utf-8"))
    body = Markup(found.group(1).strip() if found else "")  # noqa: S704 - a file of ours
    return Markup(
        '<svg class="icon" viewBox="0 0 16 16" width="16" height="16" fill="currentColor"'
        ' aria-hidden="true" focusable="false">{}</svg>'
    ).format(body)


@cache
def _vendor() -> dict[str, str]:
    path = STATIC / "vendor" / "manifest.json"
    if not path.is_file():
        return {}
    names: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))["files"]
    return names


@cache
def _version(name: str) -> str:
    path = STATIC / name
    return hashlib.sha256(path.read_bytes()).hexdigest()[:8] if path.is_file() else "0"
