"""The centre's page of the module: figures of its schools."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from flask_babel import gettext as _

from app.sdk import permission, show
from plugins.health_checks.manifest import SUMMARY

bp = Blueprint("health_checks_of_center", __name__, template_folder="templates")


@bp.get("")
@permission(SUMMARY)
def page() -> Any:
    """Show how far the schools are and what was found."""
    return show("health_checks/center.html", trail=[(_("Health checks"), "")])
