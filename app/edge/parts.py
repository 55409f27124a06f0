"""Parts of a page that modules give: each in its own language, none able to break the page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import current_app

from app.host.catalogues import speaking
from app.host.context import Ctx
from app.host.facade import Answer, ask


def ask_modules(ctx: Ctx, hook: str, modules: frozenset[str], **arguments: Any) -> list[Answer]:
    """Ask the given modules for their part of the page, in the order of their names.

    What a module that fails did to the transaction is undone, so that the page lives: all are
    asked within one savepoint, and only when one has failed again, each within its own.
    """
    if not modules:
        return []
    together = _ask(ctx, hook, sorted(modules), arguments)
    if not any(answer.failed for answer in together):
        return together
    return [answer for module in sorted(modules) for answer in _ask(ctx, hook, [module], arguments)]


def _ask(ctx: Ctx, hook: str, modules: Sequence[str], arguments: dict[str, Any]) -> list[Answer]:
    step = ctx.session.begin_nested()
    found: list[Answer] = []
    for module in modules:
        with speaking(current_app.extensions["qinchao_catalogues"], module):
            found += ask(ctx.registry, hook, frozenset({module}), ctx=ctx, **arguments)
        if found and found[-1].failed:
            step.rollback()
            return found
    step.commit()
    return found
