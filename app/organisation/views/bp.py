"""The blueprint, and what its pages share."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from flask_babel import gettext as _

from app.edge.areas import BothBlueprint

bp = BothBlueprint("organisation", "app.organisation", "/organisation")
here = bp.here


def trail(*further: tuple[str, str]) -> list[tuple[str, str]]:
    """Return the way to a page below the overview."""
    return [(_("Organisation"), here("page")), *further]


def ids(texts: Iterable[str]) -> list[UUID]:
    """Return the identifiers among what a form sent."""
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
