"""A course's files as pages list them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import url_for

from plugins.guardian_training.models import CourseFile


def shown_files(files: Iterable[CourseFile]) -> list[dict[str, Any]]:
    """Return files as pages list them."""
    shown = []
    for one in files:
        url = url_for("guardian_training_school.course_file", file_id=one.id)
        picture = url if one.media_type.startswith("image/") else None
        shown.append({"id": one.id, "name": one.name, "size": one.size, "url": url,
                      "thumbnail_url": picture})  # fmt: skip
    return shown
