"""The unit of work of the current request."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from flask import g, render_template, request

from app.edge.ours import is_ours
from app.host.context import Ctx


def ctx() -> Ctx:
    """Return the work that the gate opened for this request."""
    return cast(Ctx, g.ctx)


def school_id() -> UUID:
    """Return the school of the address ``/c/<center>/s/<school>/…``."""
    return cast(UUID, g.school_id)


def place() -> UUID | None:
    """Return the school of the page; None at the centre."""
    found: UUID | None = g.get("school_id")
    return found


def center_slug() -> str:
    """Return the centre's part of the address."""
    return cast(str, g.center_slug)


def came_from(otherwise: str) -> str:
    """Return where the reader came from (``?next=``) when that is an address of ours."""
    asked = request.args.get("next", "")
    return asked if asked and is_ours(asked) else otherwise


def show(template: str, *, trail: Sequence[tuple[object, str]] = (), **values: Any) -> str:
    """Render a page; ``trail`` continues the way to it (title, address) after centre and school."""
    g.trail = list(trail)
    return render_template(template, **values)
