"""A child's page of the module: growth over the years with the bands of the standards."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _

from app.sdk import audit, child, ctx, permission, show
from plugins.health_checks.manifest import VIEW
from plugins.health_checks.queries import history

bp = Blueprint("health_checks_of_child", __name__, template_folder="templates")


@bp.get("")
@permission(VIEW)
def growth() -> Any:
    """Show all check-ups of the child and its growth."""
    found = history(ctx(), child().id)
    audit(ctx(), "health_checks.read", child_id=child().id, count=len(found))
    return show(
        "health_checks/growth.html",
        child=child(),
        history=found,
        trail=[
            (child().name, url_for("children.page", child_id=child().id)),
            (_("Growth and check-ups"), ""),
        ],
    )
