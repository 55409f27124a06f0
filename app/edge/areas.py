"""Where pages live: the four areas of the address space."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

CENTER = "/c/<slug:center>"
SCHOOL = "/c/<slug:center>/s/<slug:school>"
CHILD = "/c/<slug:center>/children/<uuid:child_id>"
FAMILY = "/family/<slug:center>"

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


def area_of(blueprint: Blueprint) -> str:
    """Return the area of a blueprint; a plain one is open."""
    return getattr(blueprint, "area", "open")
