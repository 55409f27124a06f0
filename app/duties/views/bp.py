"""The blueprint of the pages about duties, in the centre's, a school's and a child's area."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("duties", "app.duties", template_folder="templates")
