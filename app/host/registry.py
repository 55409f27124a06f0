"""What is installed: the core's and every plugin's declarations, gathered once at start."""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.util
import pkgutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType

import pluggy

from app.db.migrate import Owner
from app.host import hooks
from app.host.manifest import EntryKind, Module, Permission
from app.kernel.errors import QinchaoError

GROUP = "qinchao.plugins"


@dataclass(frozen=True)
class Installed:
    """A plugin on the disk: its manifest, its package name and its folder."""

    module: Module
    package: str
    folder: Path

    @property
    def owner(self) -> Owner:
        """Return who owns its tables."""
        return Owner(self.module.name, self.folder / "migrations")


@dataclass(frozen=True)
class Registry:
    """Everything that permissions, pages and jobs look up by name."""

    plugins: Mapping[str, Installed]
    permissions: Mapping[str, Permission]
    entry_kinds: Mapping[str, EntryKind]
    kind_module: Mapping[str, str | None]
    manager: pluggy.PluginManager
    failures: list[tuple[str, str, str]] = field(default_factory=list)

    def owners(self) -> list[Owner]:
        """Return the plugins that have tables."""
        return [p.owner for p in self.plugins.values() if p.owner.versions.is_dir()]


def _packages(extra: Iterable[str]) -> list[str]:
    found = []
    for base in ("plugins", *extra):
        package = importlib.import_module(base)
        found += [f"{base}.{m.name}" for m in pkgutil.iter_modules(package.__path__) if m.ispkg]
    found += [entry.value for entry in importlib.metadata.entry_points(group=GROUP)]
    return sorted(set(found))


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
    for kind in module.entry_kinds:
        if not kind.name.startswith(f"{module.name}."):
            raise QinchaoError(f"{kind.name} must begin with {module.name}.")


def build_registry(
    permissions: Iterable[Permission],
    entry_kinds: Iterable[EntryKind] = (),
    extra_packages: Iterable[str] = (),
) -> Registry:
    """Find all plugins and gather their declarations with the core's.

    Raises when a plugin implements a hook that does not exist or names things outside its prefix.
    """
    manager = pluggy.PluginManager(hooks.PROJECT)
    manager.add_hookspecs(hooks)
    plugins: dict[str, Installed] = {}
    all_permissions = {p.name: p for p in permissions}
    kinds = {k.name: k for k in entry_kinds}
    kind_module: dict[str, str | None] = dict.fromkeys(kinds)
    for package in _packages(extra_packages):
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
