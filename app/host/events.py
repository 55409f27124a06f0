"""Telling the core's listeners and the modules what has become of a child."""

from __future__ import annotations

from app.host.context import Ctx
from app.host.enablement import active_modules
from app.host.facade import tell
from app.host.hooks import Event


def announce(ctx: Ctx, event: Event) -> None:
    """Tell the core's own listeners, then the modules active at the child's school.

    What they write lies in the same transaction; an error of one undoes everything.
    """
    modules = active_modules(ctx).get(event.school_id, frozenset())
    for who in (ctx.registry.core_listeners(), modules):
        tell(ctx.registry, "on_event", who, ctx=ctx, event=event)
