"""Which plugins lie on the disk: their package names, found without importing what they do."""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.util
import pkgutil
from collections.abc import Iterable

GROUP = "qinchao.plugins"


def plugin_packages(extra: Iterable[str] = ()) -> list[str]:
    """Return the packages in ``plugins``, in each package of ``extra``, and the distributions'.

    A package of ``extra`` that has a manifest is a plugin itself.
    """
    given = {base: importlib.util.find_spec(f"{base}.manifest") is not None for base in extra}
    found = [base for base, itself in given.items() if itself]
    for base in ("plugins", *(base for base, itself in given.items() if not itself)):
        package = importlib.import_module(base)
        found += [f"{base}.{m.name}" for m in pkgutil.iter_modules(package.__path__) if m.ispkg]
    found += [entry.value for entry in importlib.metadata.entry_points(group=GROUP)]
    return sorted(set(found))
