"""The roles of the field. What each may do is declared by permissions, adjustable per centre."""

from __future__ import annotations

from dataclasses import dataclass

from app.kernel.text import T, Text


@dataclass(frozen=True)
class Role:
    """A role and the reach it is given by default."""

    name: str
    title: Text
    reach: str


_ALL = (
    Role("center_admin", T("Centre administrator"), "center"),
    Role("center_inspector", T("Centre inspector"), "center"),
    Role("school_admin", T("School administrator"), "school"),
    Role("homeroom_teacher", T("Class teacher"), "homerooms"),
    Role("mentor", T("Mentor"), "children"),
    Role("counsellor", T("Counsellor"), "school"),
    Role("health_worker", T("Health worker"), "school"),
    Role("subsidy_officer", T("Subsidy officer"), "school"),
    Role("guardian", T("Guardian"), "family"),
    Role("partner", T("Partner who mentors"), "family"),
)

ROLES = {role.name: role for role in _ALL}
CENTER_ROLES = tuple(r.name for r in _ALL if r.reach == "center")
FAMILY_ROLES = tuple(r.name for r in _ALL if r.reach == "family")
STAFF_ROLES = tuple(r.name for r in _ALL if r.reach != "family")
