"""Parts of a page that modules give: each in its own language, none able to break the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import current_app

from app.host.catalogues import speaking
from app.host.context import Ctx
from app.host.facade import Answer, ask

Asking = tuple[frozenset[str], Mapping[str, Any]]
"""Which modules are asked, and what a hook is told."""


def ask_modules(ctx: Ctx, hook: str, modules: frozenset[str], **arguments: Any) -> list[Answer]:
    """Ask the given modules for their part of the page, in the order of their names."""
    return ask_each(ctx, hook, [(modules, arguments)])[0]


def ask_each(ctx: Ctx, hook: str, askings: Sequence[Asking]) -> list[list[Answer]]:
    """Ask as :func:`ask_modules` for several parts of a page, each of its own modules.

    What a module that fails did to the transaction is undone, so that the page lives: all are
    asked within one savepoint, and only when one has failed again, each within its own.
    """
    together = _ask(ctx, hook, askings)
    if not any(answer.failed for answers in together for answer in answers):
        return together
    return [
        [
            answer
            for module in sorted(modules)
            for answer in _ask(ctx, hook, [(frozenset({module}), arguments)])[0]
        ]
        for modules, arguments in askings
    ]


def _ask(ctx: Ctx, hook: str, askings: Sequence[Asking]) -> list[list[Answer]]:
    step = ctx.session.begin_nested()
    found: list[list[Answer]] = []
    for modules, arguments in askings:
        answers: list[Answer] = []
        found.append(answers)
        for module in sorted(modules):
            with speaking(current_app.extensions["qinchao_catalogues"], module):
                answers += ask(ctx.registry, hook, frozenset({module}), ctx=ctx, **arguments)
            if answers and answers[-1].failed:
                step.rollback()
                return found
    step.commit()
    return found
