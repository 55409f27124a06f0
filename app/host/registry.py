"""What is installed: the core's and every plugin's declarations, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pluggy

from app.db.versions import Owner
from app.host.manifest import EntryKind, Module, Permission, PersonalTable

CORE_LISTENER = "core:"
"""What the names of the core's own listeners begin with; no module's name has a colon."""


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
    """Everything that permissions, pages and jobs look up by name.

    ``failed`` is told the module, the hook and the error when a part of a page broke.
    """

    plugins: Mapping[str, Installed]
    permissions: Mapping[str, Permission]
    entry_kinds: Mapping[str, EntryKind]
    kind_module: Mapping[str, str | None]
    manager: pluggy.PluginManager
    personal: Mapping[str, PersonalTable] = field(default_factory=dict)
    not_personal: Mapping[str, str] = field(default_factory=dict)
    failed: Callable[[str, str, BaseException], None] = field(default=lambda *_told: None)

    def core_listeners(self) -> frozenset[str]:
        """Return the names under which parts of the core listen."""
        names = (name for name, _listener in self.manager.list_name_plugin())
        return frozenset(name for name in names if name.startswith(CORE_LISTENER))

    def implementers(self, hook: str) -> frozenset[str]:
        """Return the modules that take part in a hook."""
        found = getattr(self.manager.hook, hook).get_hookimpls()
        return frozenset(str(each.plugin_name) for each in found) & set(self.plugins)

    def owners(self) -> list[Owner]:
        """Return the plugins that have tables."""
        return [p.owner for p in self.plugins.values() if p.owner.versions.is_dir()]
