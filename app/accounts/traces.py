"""What concerns an account stands in the audit of every centre of the person: work or child."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.accounts.principal import (
    Principal,
    family_actor,
    family_scope,
    staff_actor,
    staff_scope,
)
from app.audit.services import record
from app.host.registry import Registry
from app.host.work import at_work


def note_account(
    who: Principal, action: str, services: Mapping[str, Any], address: str | None
) -> None:
    """Record ``action`` (account.…) in each centre of ``who``; ``services`` are the application's.

    It commits on its own. No scope must be open.
    """
    registry: Registry = services["qinchao_registry"]
    places = [
        (staff_scope(who, place, None), staff_actor(who, place, None, address))
        for place in who.workplaces
    ] + [
        (family_scope(who, family), family_actor(who, family, registry.permissions, address))
        for family in who.families
    ]
    for scope, actor in places:
        with at_work(services, scope, actor) as ctx:
            record(ctx, action)
