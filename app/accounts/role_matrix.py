"""What each role may do in this centre: the defaults, and the centre's own answers over them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sqlalchemy import select

from app.accounts.models import RolePermission
from app.accounts.permissions import permissions_of
from app.accounts.roles import CENTER_ROLES, FAMILY_ROLES, STAFF_ROLES
from app.audit.services import record
from app.host.context import Ctx
from app.host.manifest import Permission

Pair = tuple[str, str]
# Without these the centre's administrator could not come back to this page.
_KEPT = frozenset({("center_admin", "center.manage"), ("center_admin", "center.view")})


@dataclass(frozen=True)
class Group:
    """The permissions of one module (None: the core), in their declared order."""

    module: str | None
    permissions: tuple[Permission, ...]


def groups(ctx: Ctx) -> list[Group]:
    """Return the permissions that staff can hold, the core's first, then module by module."""
    found: dict[str | None, list[Permission]] = {None: []}
    for permission in ctx.registry.permissions.values():
        if not permission.roles or set(permission.roles) - set(FAMILY_ROLES):
            found.setdefault(permission.module, []).append(permission)
    return [Group(module, tuple(rows)) for module, rows in found.items()]


def is_fixed(role: str, permission: str) -> bool:
    """Tell whether the answer cannot be changed: the centre's own matters, and the way back."""
    return (role, permission) in _KEPT or (
        permission.startswith("center.") and role not in CENTER_ROLES
    )


def allowed(ctx: Ctx) -> frozenset[Pair]:
    """Return the (role, permission) pairs that hold in this centre today."""
    own = {(row.role, row.permission): row.allowed for row in _own(ctx)}
    return frozenset(
        (role, name)
        for role in STAFF_ROLES
        for name in permissions_of(role, ctx.registry.permissions, own)
    )


def set_matrix(ctx: Ctx, ticked: Collection[Pair], *, shown: Collection[str]) -> int:
    """Make the centre's answers what is ticked; return how many changed. Fixed ones stay.

    ``shown`` names the permissions that were on the page: about others nothing was said.
    """
    before, own = allowed(ctx), {(row.role, row.permission): row for row in _own(ctx)}
    changed = []
    for pair in _changeable(ctx):
        wanted = pair in ticked
        if pair[1] not in shown or wanted == (pair in before):
            continue
        row = own.get(pair)
        if row is None:
            ctx.session.add(RolePermission(role=pair[0], permission=pair[1], allowed=wanted))
        else:
            row.allowed = wanted
        changed.append(f"{'+' if wanted else '-'}{pair[0]}:{pair[1]}")
    ctx.session.flush()
    if changed:
        record(ctx, "roles.change", changed=changed)
    return len(changed)


def _changeable(ctx: Ctx) -> Iterator[Pair]:
    for group in groups(ctx):
        for permission in group.permissions:
            for role in STAFF_ROLES:
                if not is_fixed(role, permission.name):
                    yield role, permission.name


def _own(ctx: Ctx) -> list[RolePermission]:
    return list(ctx.session.scalars(select(RolePermission)))
