"""The blueprint."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("handover", "app.handover", template_folder="templates")
