"""The blueprint, and what its pages share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar
from uuid import UUID

from flask import Blueprint, g, url_for
from flask_babel import gettext as _

from app.edge.areas import CENTER, SCHOOL

View = TypeVar("View", bound=Callable[..., Any])
bp = Blueprint("organisation", "app.organisation", template_folder="templates")


def page_of_both(rule: str, name: str, *methods: str) -> Callable[[View], View]:
    """Put a view at a school's and at the centre's address; GET unless methods are given."""

    def put(view: View) -> View:
        for area, root in (("school", SCHOOL), ("center", CENTER)):
            bp.add_url_rule(
                f"{root}/organisation{rule}", f"{area}_{name}", view, methods=methods or ("GET",)
            )
        return view

    return put


def place() -> UUID | None:
    """Return the school of the page; None for the centre's own organisation."""
    found: UUID | None = g.get("school_id")
    return found


def here(name: str, **values: Any) -> str:
    """Return the address of a page in the area of the page shown."""
    return url_for(f"organisation.{'school' if place() else 'center'}_{name}", **values)


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
