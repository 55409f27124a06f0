"""Modules written by the kit into a folder of a test's own, and tools run over them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SPEC = Path(__file__).parent / "library_loans.toml"
_STYLE = """
extend = "{root}/pyproject.toml"
src = [".", "{root}"]
[format]
exclude = ["**/migrations/*.py"]
[lint.extend-per-file-ignores]
"**/tests/**" = ["S101", "D", "INP001"]
"**/migrations/**" = ["D", "E501", "F401", "I001", "INP001"]
"""


def ran(folder: Path, *words: str, plugins: str = "") -> str:
    """Run a tool of the virtual environment with ``folder``'s packages; return what it says.

    Fails with its words when it does.
    """
    (folder / "ruff.toml").write_text(_STYLE.format(root=ROOT), encoding="utf-8")
    program = str(Path(sys.executable).with_name(words[0]))
    environ = os.environ | {
        "PYTHONPATH": f"{ROOT}{os.pathsep}{folder}",
        "MYPYPATH": str(ROOT),
        "QINCHAO_PLUGINS": plugins,
    }
    environ.pop("PYTEST_XDIST_WORKER", None)
    done = subprocess.run(
        [program, *words[1:]], cwd=folder, env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{done.stdout[-6000:]}\n{done.stderr[-3000:]}"
    return done.stdout
