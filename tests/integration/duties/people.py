"""Acting as somebody of a test's world, on a day the test chooses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from uuid import UUID

from app.accounts.permissions import permissions_of
from app.accounts.roles import ROLES
from app.host.context import Ctx
from app.kernel.access import Actor, HeldGrant
from tests.integration.duties.conftest import Year


@contextmanager
def acting(
    year: Year,
    day: date,
    staff_id: UUID,
    role: str,
    *,
    school: str = "north",
    homerooms: tuple[UUID, ...] = (),
    children: tuple[UUID, ...] = (),
) -> Iterator[Ctx]:
    """Work on a day as a member of staff with one grant, within the school of the grant."""
    center = ROLES[role].reach == "center"
    scope = year.center.scope if center else year.center.school_scope(school)
    with year.on(day, scope) as ctx:
        grant = HeldGrant(
            role,
            ROLES[role].reach,
            permissions_of(role, ctx.registry.permissions, {}),
            None if center else year.center.schools[school],
            frozenset(homerooms),
            frozenset(children),
        )
        ctx.actor = Actor("林安", staff_id=staff_id, grants=(grant,))
        yield ctx
