"""Parts of a page that modules give: each in its own language, none able to break the page."""

from __future__ import annotations

from typing import Any

from flask import current_app

from app.host.catalogues import speaking
from app.host.context import Ctx
from app.host.facade import Answer, ask


def ask_modules(ctx: Ctx, hook: str, modules: frozenset[str], **arguments: Any) -> list[Answer]:
    """Ask the given modules for their part of the page, in the order of their names.

    What a module that fails did to the transaction is undone, so that the page lives.
    """
    found: list[Answer] = []
    for module in sorted(modules):
        step = ctx.session.begin_nested()
        with speaking(current_app.extensions["qinchao_catalogues"], module):
            answers = list(ask(ctx.registry, hook, frozenset({module}), ctx=ctx, **arguments))
        if any(answer.failed for answer in answers):
            step.rollback()
        else:
            step.commit()
        found += answers
    return found
