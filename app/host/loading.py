"""Finding the plugins and gathering what they declare, once at start."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pluggy

from app.host import hooks
from app.host.discovery import plugin_packages
from app.host.manifest import EntryKind, Module, Permission
from app.host.registry import CORE_LISTENER, Installed, Registry
from app.kernel.errors import QinchaoError


def _load(package: str) -> tuple[Installed, ModuleType]:
    manifest = importlib.import_module(f"{package}.manifest")
    behaviour = importlib.import_module(f"{package}.plugin")
    # Tables must be known before migrations compare them.
    if importlib.util.find_spec(f"{package}.models"):
        importlib.import_module(f"{package}.models")
    folder = Path(str(importlib.import_module(package).__file__)).parent
    return Installed(manifest.MODULE, package, folder), behaviour


def _check(module: Module) -> None:
    for permission in module.permissions:
        if not permission.name.startswith(f"{module.name}."):
            raise QinchaoError(f"{permission.name} must begin with {module.name}.")
    names = [k.name for k in module.entry_kinds] + [k.name for k in module.concern_kinds]
    for name in names:
        if not name.startswith(f"{module.name}."):
            raise QinchaoError(f"{name} must begin with {module.name}.")


def build_registry(
    permissions: Iterable[Permission],
    entry_kinds: Iterable[EntryKind] = (),
    extra_packages: Iterable[str] = (),
    listeners: Iterable[ModuleType] = (),
) -> Registry:
    """Find all plugins and gather their declarations with the core's.

    ``listeners`` are the core's own modules that implement ``on_event`` or ``digest_lines``.

    Raises when a plugin implements a hook that does not exist or names things outside its prefix.
    """
    manager = pluggy.PluginManager(hooks.PROJECT)
    manager.add_hookspecs(hooks)
    for listener in listeners:
        manager.register(listener, name=CORE_LISTENER + listener.__name__)
    plugins: dict[str, Installed] = {}
    all_permissions = {p.name: p for p in permissions}
    kinds = {k.name: k for k in entry_kinds}
    kind_module: dict[str, str | None] = dict.fromkeys(kinds)
    for package in plugin_packages(extra_packages):
        installed, behaviour = _load(package)
        module = installed.module
        _check(module)
        plugins[module.name] = installed
        manager.register(behaviour, name=module.name)
        all_permissions |= {p.name: replace(p, module=module.name) for p in module.permissions}
        kinds |= {k.name: k for k in module.entry_kinds}
        kind_module |= {k.name: module.name for k in module.entry_kinds}
    manager.check_pending()
    return Registry(plugins, all_permissions, kinds, kind_module, manager)
