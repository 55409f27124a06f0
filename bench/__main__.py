"""Run every measurement and print one table each; the status says whether promises are kept."""

from __future__ import annotations

import importlib
import pkgutil
import platform
import sys

import bench


def main() -> int:
    """Run the modules of this package that have a ``run`` function."""
    print(f"{platform.python_implementation()} {platform.python_version()}, {platform.machine()}")
    kept = True
    for module in pkgutil.iter_modules(bench.__path__):
        found = importlib.import_module(f"bench.{module.name}") if module.name[0] != "_" else None
        if found is not None and hasattr(found, "run"):
            good = found.run()
            print(f"{module.name}: {'kept' if good else 'NOT KEPT'}\n")
            kept = kept and good
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
