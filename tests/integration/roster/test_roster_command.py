"""``qinchao roster``: one JSON document, its own exit status, nothing written by a check."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.children.models import Child
from app.children.roster.invented import Numbers, invent_children
from app.children.roster.layouts import Layout, write_layout
from app.children.roster.rows import SchoolHint
from app.config import Config
from app.kernel.clock import Clock
from tests.support.world import CenterHandle, World

Run = Callable[..., "subprocess.CompletedProcess[str]"]
TODAY = Clock().today()
COUNTS = {"rows": 6, "accepted": 5, "refused": 1, "children": 5}


@pytest.fixture
def run(config: Config) -> Run:
    """Run ``qinchao roster …`` as a person at the terminal does."""

    def command(*words: object) -> subprocess.CompletedProcess[str]:
        assert config.owner_url
        env = {
            **os.environ,
            "DATABASE_URL": config.database_url,
            "DATABASE_OWNER_URL": config.owner_url,
            "REDIS_URL": config.redis_url,
            "SECRET_KEY": config.secret_key,
            "QINCHAO_KEYS": config.keys,
            "QINCHAO_DATA": str(config.data),
        }
        program = [sys.executable, "-c", "from app.cli import main; main()", "roster"]
        return subprocess.run(
            [*program, *map(str, words)], env=env, capture_output=True, text=True, check=False
        )

    return command


@pytest.fixture
def file(tmp_path: Path) -> Path:
    rows = invent_children(
        6, SchoolHint("north", "north小学"), Numbers(both=2, none=4), today=TODAY
    )
    assert rows[3].child
    rows[3].child.id_number = "9.9010120170504E+17"
    path = tmp_path / "list.xlsx"
    write_layout(path, {"名单": rows}, Layout.CLASS_LIST, today=TODAY)
    return path


def children(world: World, center: CenterHandle) -> int:
    with world.inside(center.scope) as ctx:
        return ctx.session.scalar(select(func.count()).select_from(Child)) or 0


def test_check_writes_nothing_and_import_writes_what_check_said(
    world: World, run: Run, file: Path
) -> None:
    center = world.center("north")
    place = ("--center", center.slug, "--school", "north", "--json")
    checked = run("check", file, *place)
    assert checked.returncode == 0, checked.stderr
    said = json.loads(checked.stdout)
    assert {name: said[name] for name in COUNTS} == COUNTS
    assert children(world, center) == 0

    imported = run("import", file, *place)
    assert imported.returncode == 0, imported.stderr
    done = json.loads(imported.stdout)
    assert {name: done[name] for name in said} == said
    assert (done["created"], done["updated"], done["unchanged"]) == (5, 0, 0)
    assert children(world, center) == 5


def test_a_refused_file_and_a_wrong_call_have_their_own_exit_status(
    world: World, run: Run, tmp_path: Path
) -> None:
    center = world.center("north")
    letter = tmp_path / "letter.xlsx"
    letter.write_bytes(b"%PDF-1.7")
    refused = run("import", letter, "--center", center.slug, "--json")
    assert refused.returncode == 1
    assert "PDF" in json.loads(refused.stdout)["error"]
    assert run("check", tmp_path / "missing.xlsx", "--center", center.slug).returncode == 2


def test_a_reader_is_told_the_headings_of_the_sheet(run: Run, world: World, file: Path) -> None:
    said = run("check", file, "--center", world.center("north").slug).stdout
    assert "身份证号" in said
    assert "id_number" not in said
