"""Opening a unit of work outside the pages' gate: for the scheduler, commands and sign-in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from app.db.scope import Scope
from app.db.session import db, scoped
from app.host.context import Ctx
from app.kernel.access import SYSTEM, Actor
from app.kernel.clock import Clock


@contextmanager
def at_work(
    services: Mapping[str, Any], scope: Scope, actor: Actor = SYSTEM, clock: Clock | None = None
) -> Iterator[Ctx]:
    """Work in a scope; commits when the block ends well. ``services`` are the application's.

    Example: ``with at_work(current_app.extensions, Scope.center(center_id)) as ctx: …``
    """
    registry, files = services["qinchao_registry"], services["qinchao_files"]
    with scoped(scope):
        ctx = Ctx(scope, db.session(), registry, files, actor, clock or Clock())
        yield ctx
        ctx.session.commit()
