"""Writing the audit."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from app.audit.models import AuditEvent
from app.db.scope import Reach
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
    name, a number or a text about a child. Without ``school_id`` it belongs to the one school of
    the scope, if the scope is one school: that school reads it in its log.
    """
    if school_id is None and ctx.scope.reach is not Reach.CENTER and len(ctx.scope.school_ids) == 1:
        school_id = ctx.scope.school_ids[0]
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
