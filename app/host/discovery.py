"""Which plugins lie on the disk: their package names, found without importing what they do."""

from __future__ import annotations

import importlib
import importlib.metadata
import pkgutil
from collections.abc import Iterable

GROUP = "qinchao.plugins"


def plugin_packages(extra: Iterable[str] = ()) -> list[str]:
    """Return the packages in ``plugins``, in each package of ``extra``, and the distributions'."""
    found = []
    for base in ("plugins", *extra):
        package = importlib.import_module(base)
        found += [f"{base}.{m.name}" for m in pkgutil.iter_modules(package.__path__) if m.ispkg]
    found += [entry.value for entry in importlib.metadata.entry_points(group=GROUP)]
    return sorted(set(found))
