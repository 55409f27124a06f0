"""The commands of the pages about writing and checking a module do what the pages say."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.db.sealed import KeyRing
from app.kit.check.items import ITEMS
from app.runtime.access import Access
from tests.kit.making import ROOT

TUTORIAL = (ROOT / "docs/first-module.md").read_text(encoding="utf-8")
CHECKING = (ROOT / "docs/check-a-module.md").read_text(encoding="utf-8")
MODULE = "reading_corner"


def commands(text: str) -> list[str]:
    blocks = re.findall(r"```console\n(.*?)```", text, flags=re.DOTALL)
    return [line[2:] for block in blocks for line in block.splitlines() if line.startswith("$ ")]


@pytest.fixture
def environ(servers: Access, worker_name: str, tmp_path: Path) -> Iterator[dict[str, str]]:
    """An installation with the demonstration's centre, that knows a module of ``tmp_path``."""
    database = f"tutorial_{worker_name}"
    servers.create_database(database)
    yield os.environ | {
        "DATABASE_URL": servers.url_for("qinchao_app", database),
        "DATABASE_OWNER_URL": servers.url_for("qinchao_owner", database),
        "REDIS_URL": servers.redis_url,
        "SECRET_KEY": "of a test",
        "QINCHAO_KEYS": KeyRing.generate(),
        "QINCHAO_DATA": str(tmp_path / "data"),
        "PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path}",
    }
    servers.drop_database(database)


def ran(command: str, environ: dict[str, str], tmp_path: Path) -> str:
    """Run a page's command, with the module in ``tmp_path`` instead of the project's plugins."""
    words = shlex.split(command.replace(f"plugins/{MODULE}", str(tmp_path / MODULE)))
    assert words[0].startswith(".venv/bin/")
    words[0] = str(Path(sys.executable).with_name(Path(words[0]).name))
    if words[1:3] == ["plugins", "new"]:
        words += ["--into", str(tmp_path)]
    if words[1:3] == ["-m", "pytest"]:
        words += [
            "-q",
            "-c",
            str(ROOT / "pyproject.toml"),
            "--rootdir",
            str(ROOT),
            "-p",
            "app.sdk.testing",
        ]
        environ = {k: v for k, v in environ.items() if not k.startswith("PYTEST_")}
    done = subprocess.run(
        words, cwd=tmp_path, env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{command}\n{done.stdout[-4000:]}\n{done.stderr[-3000:]}"
    return done.stdout


def test_the_tutorial_from_its_file_to_a_checked_module(
    environ: dict[str, str], tmp_path: Path
) -> None:
    [spec] = re.findall(r"```toml\n(.*?)```", TUTORIAL, flags=re.DOTALL)
    (tmp_path / f"{MODULE}.toml").write_text(spec, encoding="utf-8")
    for command in ("db upgrade", f"tenants apply {ROOT / 'tenants/jinnan'} --yes"):
        ran(f".venv/bin/qinchao {command}", environ, tmp_path)
    told = []
    for command in commands(TUTORIAL):
        if (tmp_path / MODULE).is_dir():
            environ = environ | {"QINCHAO_PLUGINS": MODULE}
        told.append(ran(command, environ, tmp_path))
    assert len(told) == 6
    listed = ran(".venv/bin/qinchao modules list --center jinnan --school JN01", environ, tmp_path)
    assert f"{MODULE}\ton" in listed


def test_the_page_about_checking_names_every_item() -> None:
    rows = re.findall(r"^\| `(\w+)` \|", CHECKING, flags=re.MULTILINE)
    assert rows == [item.key for item in ITEMS]
    assert commands(CHECKING) == [".venv/bin/qinchao plugins check plugins/home_contact"]
    assert (ROOT / "plugins/home_contact/manifest.py").is_file()
