"""Run every measurement and print one table each; the status says whether promises are kept.

Each runs in a process of its own, so that none pays for another's memory; ``python -m bench NAME``
runs one.
"""

from __future__ import annotations

import importlib
import pkgutil
import platform
import subprocess
import sys
from typing import Any

import bench


def main() -> int:
    """Run the measurement that is named, or all."""
    if len(sys.argv) > 1:
        return _measure(sys.argv[1])
    print(f"{platform.python_implementation()} {platform.python_version()}, {platform.machine()}")
    names = [module.name for module in pkgutil.iter_modules(bench.__path__)]
    measuring = [name for name in names if name[0] != "_" and hasattr(_loaded(name), "run")]
    command = [sys.executable, "-u", "-m", "bench"]
    return max(subprocess.run([*command, name], check=False).returncode for name in measuring)


def _measure(name: str) -> int:
    good = _loaded(name).run()
    print(f"{name}: {'kept' if good else 'NOT KEPT'}\n")
    return 0 if good else 1


def _loaded(name: str) -> Any:
    return importlib.import_module(f"bench.{name}")


if __name__ == "__main__":
    sys.exit(main())
