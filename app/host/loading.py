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
from app.host.manifest import EntryKind, Module, Permission, PersonalTable
from app.host.registry import CORE_LISTENER, Installed, Registry
from app.host.versions import core_version, suits
from app.kernel.errors import QinchaoError


def _load(package: str) -> tuple[Installed, ModuleType]:
    manifest = importlib.import_module(f"{package}.manifest")
    behaviour = importlib.import_module(f"{package}.plugin")
    # Tables must be known before migrations compare them.
    if importlib.util.find_spec(f"{package}.models"):
        importlib.import_module(f"{package}.models")
    folder = Path(str(importlib.import_module(package).__file__)).parent
    return Installed(manifest.MODULE, package, folder), behaviour


def _check(module: Module, behaviour: ModuleType) -> None:
    names = [p.name for p in module.permissions] + [k.name for k in module.entry_kinds]
    names += [k.name for k in module.concern_kinds] + [i.key for i in module.indicators]
    for name in names:
        if not name.startswith(f"{module.name}."):
            raise QinchaoError(f"{name} must begin with {module.name}.")
    if module.core and not suits(module.core, core_version()):
        raise QinchaoError(f"{module.name} needs a core {module.core}; this is {core_version()}.")
    for table in [*(held.table for held in module.personal), *module.not_personal]:
        if not table.startswith(f"{module.name}_"):
            raise QinchaoError(f"{table} must begin with {module.name}_")
    declared = {indicator.key for indicator in module.indicators}
    given = set(behaviour.indicator_rows()) if hasattr(behaviour, "indicator_rows") else set()
    if declared != given:
        keys = ", ".join(sorted(declared ^ given))
        raise QinchaoError(f"{module.name}: declared and given indicators differ in {keys}.")


def build_registry(
    permissions: Iterable[Permission],
    entry_kinds: Iterable[EntryKind] = (),
    extra_packages: Iterable[str] = (),
    listeners: Iterable[ModuleType] = (),
    personal: Iterable[PersonalTable] = (),
) -> Registry:
    """Find all plugins and gather their declarations with the core's.

    ``listeners`` are the core's own modules that implement ``on_event`` or ``digest_lines``,
    ``personal`` the core's tables of children and guardians.

    Raises when a plugin implements a hook that does not exist, names things outside its prefix, or
    gives other indicators than it declares.
    """
    manager = pluggy.PluginManager(hooks.PROJECT)
    manager.add_hookspecs(hooks)
    for listener in listeners:
        manager.register(listener, name=CORE_LISTENER + listener.__name__)
    plugins: dict[str, Installed] = {}
    all_permissions = {p.name: p for p in permissions}
    kinds = {k.name: k for k in entry_kinds}
    kind_module: dict[str, str | None] = dict.fromkeys(kinds)
    held = {table.table: table for table in personal}
    not_held: dict[str, str] = {}
    for package in plugin_packages(extra_packages):
        installed, behaviour = _load(package)
        module = installed.module
        _check(module, behaviour)
        plugins[module.name] = installed
        manager.register(behaviour, name=module.name)
        all_permissions |= {p.name: replace(p, module=module.name) for p in module.permissions}
        kinds |= {k.name: k for k in module.entry_kinds}
        kind_module |= {k.name: module.name for k in module.entry_kinds}
        held |= {table.table: table for table in module.personal}
        not_held |= module.not_personal
    manager.check_pending()
    return Registry(plugins, all_permissions, kinds, kind_module, manager, held, not_held)
