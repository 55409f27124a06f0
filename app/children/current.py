"""The child of the current address."""

from __future__ import annotations

from typing import cast

from flask import g

from app.children.models import Child


def child() -> Child:
    """Return the child of ``…/children/<child_id>/…``: found, visible, permitted by the gate."""
    return cast(Child, g.child)
