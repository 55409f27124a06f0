"""Another virtual environment with a wheel of the example in it, and a database of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from app.db.sealed import KeyRing
from app.kit.catalogues import Catalogue
from app.runtime.access import Access

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "docs/examples/library_loans"
NAME = "library_loans"


@dataclass(frozen=True)
class Elsewhere:
    """A virtual environment that knows the core, but of the tree's plugins nothing but wheels."""

    folder: Path
    environ: dict[str, str]

    @property
    def python(self) -> str:
        return str(self.folder / "venv/bin/python")

    def run(self, *words: object) -> str:
        """Run a program there and return what it says; fail with its words when it fails."""
        done = subprocess.run(
            [self.python, *map(str, words)],
            cwd=self.folder, env=self.environ, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{words}\n{done.stdout[-3000:]}\n{done.stderr[-5000:]}"
        return done.stdout

    def qinchao(self, *words: object) -> Any:
        """Run a command that prints JSON, or nothing."""
        told = self.run("-c", "from app.cli import main; main()", *words)
        return json.loads(told) if "--json" in words else told

    def use(self, what: str, *words: object) -> Any:
        """Let ``using.py`` do something with the application there."""
        return json.loads(self.run(Path(__file__).with_name("using.py"), what, *words))

    def pip(self, *words: object) -> None:
        """Run pip without the network."""
        self.run("-m", "pip", "--quiet", "--disable-pip-version-check", *words)


@pytest.fixture(scope="session")
def elsewhere(
    servers: Access, redis_url: str, worker_name: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Elsewhere]:
    """Made once a run: pip comes with Python, the core's packages are those already locked."""
    folder = tmp_path_factory.mktemp("elsewhere")
    subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
    library = Path(sysconfig.get_path("purelib"))
    [site] = (folder / "venv/lib").glob("python*/site-packages")
    (site / "core.pth").write_text(f"{ROOT}\n{library}\n", encoding="utf-8")
    database = f"elsewhere_{worker_name}"
    servers.create_database(database)
    kept = {n: v for n, v in os.environ.items() if not n.startswith(("QINCHAO", "PYTHON"))}
    environ = kept | {
        "DATABASE_URL": servers.url_for("qinchao_app", database),
        "DATABASE_OWNER_URL": servers.url_for("qinchao_owner", database),
        "REDIS_URL": redis_url,
        "SECRET_KEY": "not a secret",
        "QINCHAO_KEYS": KeyRing.generate(),
        "QINCHAO_DATA": str(folder / "data"),
    }
    yield Elsewhere(folder, environ)
    servers.drop_database(database)


def wheel(folder: Path, version: str) -> Path:
    """Build the example's wheel: 1.0.0 as it lies there, 1.1.0 with a column more."""
    source = folder / f"source-{version}"
    shutil.copytree(EXAMPLE, source, ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
    package = source / NAME
    Catalogue(NAME, package, package / "translations").compile()
    if version != "1.0.0":
        _add_a_column(source, version)
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel"],
        cwd=source, check=True, capture_output=True,
    )  # fmt: skip
    [built] = (source / "dist").glob("*.whl")
    return built


def _add_a_column(source: Path, version: str) -> None:
    package = source / NAME
    for file in (source / "pyproject.toml", package / "manifest.py"):
        text = file.read_text(encoding="utf-8").replace('"1.0.0"', f'"{version}"')
        file.write_text(text, encoding="utf-8")
    models = package / "models.py"
    text = models.read_text(encoding="utf-8")
    models.write_text(f"{text}    shelf: Mapped[str | None]\n", encoding="utf-8")
    later = Path(__file__).with_name("0002_shelf.py.txt").read_text(encoding="utf-8")
    (package / "migrations/0002_shelf.py").write_text(later, encoding="utf-8")
