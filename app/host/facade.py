"""Calling hooks for the modules that are active, and for no other."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from app.host.registry import Registry

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Answer:
    """What one module answered; ``value`` is None and ``failed`` true when it broke."""

    module: str
    value: Any
    failed: bool = False


def ask(
    registry: Registry, hook: str, modules: frozenset[str], **arguments: Any
) -> Iterator[Answer]:
    """Call a hook of the page kind: one broken module is reported and the others still answer.

    Modules are asked in the order of their names; an answer of None is left out.
    """
    implementations = getattr(registry.manager.hook, hook).get_hookimpls()
    for implementation in sorted(implementations, key=lambda i: str(i.plugin_name)):
        if implementation.plugin_name not in modules:
            continue
        given = {name: arguments[name] for name in implementation.argnames}
        try:
            value = implementation.function(*given.values())
        except Exception as error:
            log.exception("module %s failed in %s", implementation.plugin_name, hook)
            registry.failed(str(implementation.plugin_name), hook, error)
            yield Answer(implementation.plugin_name, None, failed=True)
            continue
        if value is not None:
            yield Answer(implementation.plugin_name, value)


def tell(registry: Registry, hook: str, modules: frozenset[str], **arguments: Any) -> None:
    """Call a hook of the domain kind for the given modules, in the order of their names.

    The first error ends it and is raised.
    """
    implementations = getattr(registry.manager.hook, hook).get_hookimpls()
    for implementation in sorted(implementations, key=lambda i: str(i.plugin_name)):
        if implementation.plugin_name in modules:
            implementation.function(*(arguments[name] for name in implementation.argnames))


def gather(
    registry: Registry, hook: str, modules: frozenset[str], **arguments: Any
) -> Iterator[Answer]:
    """Call a hook of the domain kind that answers; the first error ends it and is raised."""
    implementations = getattr(registry.manager.hook, hook).get_hookimpls()
    for implementation in sorted(implementations, key=lambda i: str(i.plugin_name)):
        if implementation.plugin_name in modules:
            given = (arguments[name] for name in implementation.argnames)
            yield Answer(implementation.plugin_name, implementation.function(*given))
