"""The blueprint of the pages about children, in the centre's, a school's and a child's area."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("children", "app.children", template_folder="templates")
