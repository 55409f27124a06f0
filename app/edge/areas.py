"""Where pages live: the four areas of the address space."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Blueprint, g, url_for

View = TypeVar("View", bound=Callable[..., Any])

CENTER = "/c/<slug:center>"
SCHOOL = "/c/<slug:center>/s/<slug:school>"
CHILD = "/c/<slug:center>/children/<uuid:child_id>"
FAMILY = "/family/<slug:center>"

OPEN = "/open/<slug:center>/<slug:school>"

AREAS = {"center": CENTER, "school": SCHOOL, "child": CHILD, "family": FAMILY}


class AreaBlueprint(Blueprint):
    """A blueprint of one area; its routes begin with the area's address.

    The gate reads ``center``, ``school`` and ``child_id`` from the address; views never take them
    as arguments, and ``url_for`` fills them in from the page shown.
    """

    def __init__(self, name: str, import_name: str, area: str, **options: Any) -> None:
        """Make the blueprint ``name`` of ``area`` (center, school, child, family or open)."""
        self.area = area
        super().__init__(name, import_name, template_folder="templates", **options)


class BothBlueprint(Blueprint):
    """A blueprint whose pages a school and the centre both have, below ``folder`` of either."""

    def __init__(self, name: str, import_name: str, folder: str) -> None:
        """Make the blueprint ``name``; ``folder`` begins with a stroke."""
        self.folder = folder
        super().__init__(name, import_name, template_folder="templates")

    def both(self, rule: str, name: str, *methods: str) -> Callable[[View], View]:
        """Put a view at a school's and at the centre's address; GET unless methods are given."""

        def put(view: View) -> View:
            for area in ("school", "center"):
                rule_here = f"{AREAS[area]}{self.folder}{rule}"
                self.add_url_rule(rule_here, f"{area}_{name}", view, methods=methods or ("GET",))
            return view

        return put

    def here(self, name: str, **values: Any) -> str:
        """Return the address of a page in the area of the page shown."""
        return url_for(
            f"{self.name}.{'school' if g.get('school_id') else 'center'}_{name}", **values
        )


def area_of(blueprint: Blueprint) -> str:
    """Return the area of a blueprint; a plain one is open."""
    return getattr(blueprint, "area", "open")
