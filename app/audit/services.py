"""Writing the audit."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from app.audit.models import AuditEvent
from app.host.context import Ctx


def record(
    ctx: Ctx,
    action: str,
    *,
    object_type: str | None = None,
    object_id: UUID | None = None,
    child_id: UUID | None = None,
    school_id: UUID | None = None,
    **detail: Any,
) -> None:
    """Note that the actor did ``action`` (dotted: child.read, roster.export, module.enable).

    It lands in the same transaction as what it tells of. ``detail`` holds ids and counts, never a
    name, a number or a text about a child.
    """
    ctx.session.add(
        AuditEvent(
            at=ctx.now(),
            school_id=school_id,
            account_id=ctx.actor.account_id,
            actor=ctx.actor.name,
            action=action,
            object_type=object_type,
            object_id=object_id,
            child_id=child_id,
            detail=detail,
            address=ctx.actor.address,
        )
    )
