"""Who answers for something at a school: for notices, never for deciding who may do it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import select, text

from app.accounts.models import RolePermission
from app.accounts.permissions import permissions_of
from app.accounts.roles import STAFF_ROLES
from app.host.context import Ctx

_STAFF = text("SELECT school_id, staff_id FROM staff_in_roles(:schools, :roles, :today)")


def holders(
    ctx: Ctx, permission: str, school_ids: Collection[UUID]
) -> Mapping[UUID, frozenset[UUID]]:
    """Return, by school, the staff with an account whose role there has ``permission``.

    A school where nobody has it is answered for by the centre's own people. Two queries for any
    number of schools.
    """
    overrides = {
        (row.role, row.permission): row.allowed
        for row in ctx.session.scalars(select(RolePermission))
    }
    declared = ctx.registry.permissions
    roles = [r for r in STAFF_ROLES if permission in permissions_of(r, declared, overrides)]
    values = {"schools": list(school_ids), "roles": roles, "today": ctx.today()}
    found: dict[UUID | None, set[UUID]] = {}
    for school_id, staff_id in ctx.session.execute(_STAFF, values):
        found.setdefault(school_id, set()).add(staff_id)
    office = found.get(None, set())
    return {school: frozenset(found.get(school, office)) for school in school_ids}
