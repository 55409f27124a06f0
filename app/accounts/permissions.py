"""The core's permissions and who holds them by default."""

from __future__ import annotations

from collections.abc import Mapping

from app.host.manifest import Permission
from app.kernel.text import T

_CENTER = ("center_admin", "center_inspector")
_SCHOOL = ("school_admin",)
_CARE = ("homeroom_teacher", "mentor", "counsellor", "health_worker", "subsidy_officer")

CORE_PERMISSIONS = (
    Permission("center.view", T("See the centre's overview"), _CENTER),
    Permission("center.manage", T("Change the centre's settings"), ("center_admin",)),
    Permission("school.view", T("See the school's overview"), (*_CENTER, *_SCHOOL, *_CARE)),
    Permission("school.manage", T("Change classes and settings"), ("center_admin", *_SCHOOL)),
    Permission("modules.manage", T("Switch modules on and off"), ("center_admin", *_SCHOOL)),
    Permission("staff.view", T("See the staff"), (*_CENTER, *_SCHOOL)),
    Permission("staff.manage", T("Manage staff and passwords"), ("center_admin", *_SCHOOL)),
    Permission("children.view", T("See children's files"), (*_CENTER, *_SCHOOL, *_CARE)),
    Permission(
        "children.edit",
        T("Change children's files"),
        ("center_admin", *_SCHOOL, "homeroom_teacher"),
    ),
    Permission(
        "children.identity",
        T("See whole identity numbers"),
        ("center_admin", *_SCHOOL, "subsidy_officer"),
    ),
    Permission(
        "children.contact",
        T("See whole phone numbers and addresses"),
        ("center_admin", *_SCHOOL, "homeroom_teacher", "mentor"),
    ),
    Permission(
        "children.export",
        T("Export and print lists of children"),
        ("center_admin", *_SCHOOL, "homeroom_teacher"),
    ),
    Permission("children.import", T("Import rosters"), ("center_admin", *_SCHOOL)),
    Permission("children.transfer", T("Transfer children"), ("center_admin", *_SCHOOL)),
    Permission(
        "guardians.activate",
        T("Give guardians an activation code"),
        ("center_admin", *_SCHOOL, "homeroom_teacher"),
    ),
    Permission("ledger.view", T("Read the ledger"), (*_CENTER, *_SCHOOL, *_CARE)),
    Permission(
        "ledger.record",
        T("Write into the ledger"),
        (*_SCHOOL, "homeroom_teacher", "mentor", "counsellor", "health_worker"),
    ),
    Permission(
        "organisation.view",
        T("See who answers for what"),
        (*_CENTER, *_SCHOOL, *_CARE),
    ),
    Permission(
        "organisation.manage",
        T("Appoint to posts, keep letters of responsibility"),
        ("center_admin", *_SCHOOL),
    ),
    Permission("duties.view", T("See duties and boards"), (*_CENTER, *_SCHOOL, *_CARE)),
    Permission(
        "duties.manage", T("Keep policies and allow exemptions"), ("center_admin", *_SCHOOL)
    ),
    Permission(
        "privacy.copy", T("Make a full copy of what is held about a person"), ("center_admin",)
    ),
    Permission("privacy.erase", T("Erase a person's data for good"), ("center_admin",)),
    Permission("audit.view", T("Read the audit log"), ("center_admin", *_SCHOOL)),
    Permission("family.view", T("Read one's own child's page"), ("guardian",)),
    Permission("paired.view", T("Read what was done with the paired children"), ("partner",)),
)


def permissions_of(
    role: str,
    declared: Mapping[str, Permission],
    overrides: Mapping[tuple[str, str], bool],
) -> frozenset[str]:
    """Return what ``role`` may do: the defaults, changed by the centre's own answers."""
    return frozenset(
        name
        for name, permission in declared.items()
        if overrides.get((role, name), role in permission.roles)
    )
