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

from app.children.models import Child, Guardian, ImportBatch
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
    assert json.loads(imported.stdout) == said
    assert "5" in imported.stderr
    assert children(world, center) == 5
    again = run("import", file, *place)
    assert (again.returncode, json.loads(again.stdout)) == (0, said)
    assert children(world, center) == 5


def test_a_list_of_nothing_but_refused_rows_is_explained_and_not_imported(
    world: World, run: Run, tmp_path: Path
) -> None:
    center = world.center("north", "south")
    rows = invent_children(6, SchoolHint("north", "north小学"), Numbers(none=1), today=TODAY)
    child = rows[0].child
    assert child
    world.child(center, "south", number=child.id_number)
    file = tmp_path / "list.xlsx"
    write_layout(file, {"名单": rows}, Layout.CLASS_LIST, today=TODAY)
    place = ("--center", center.slug, "--school", "north")
    plain = run("import", file, *place)
    assert plain.returncode == 1
    assert "south小学" in plain.stdout
    as_json = run("import", file, *place, "--json")
    assert as_json.returncode == 1
    assert [p["code"] for p in json.loads(as_json.stdout)["problems"]] == [
        "already_at_other_school"
    ]
    assert children(world, center) == 1
    with world.inside(center.scope) as ctx:
        assert ctx.session.scalar(select(ImportBatch)) is None


def test_a_list_of_headings_ends_in_the_readers_language(
    world: World, run: Run, tmp_path: Path
) -> None:
    file = tmp_path / "list.csv"
    file.write_text("姓名,性别,班级\n", encoding="utf-8")
    told = run("import", file, "--center", world.center("north").slug, "--school", "north")
    assert told.returncode == 1
    assert told.stderr.strip().endswith("没有导入：没有一行可以导入")
    assert "可导入" in told.stdout


@pytest.mark.parametrize(("option", "adults"), [((), 2), (("--join-guardians",), 1)])
def test_adults_of_one_name_and_phone_are_named_and_joined_when_asked(
    world: World, run: Run, tmp_path: Path, option: tuple[str, ...], adults: int
) -> None:
    center = world.center("north")
    file = tmp_path / "list.csv"
    file.write_text(
        "姓名,出生日期,班级,父亲姓名,父亲联系电话\n甲一,2018-03-01,三（1）班,甲父,19900004001\n"
        "甲二,2019-03-01,二（1）班,甲父,19900004001\n",
        encoding="utf-8",
    )
    place = ("--center", center.slug, "--school", "north")
    checked = run("check", file, *place)
    assert "甲一、甲二" in checked.stdout
    assert run("import", file, *place, *option).returncode == 0
    with world.inside(center.scope) as ctx:
        assert ctx.session.scalar(select(func.count()).select_from(Guardian)) == adults


def test_a_refused_file_and_a_wrong_call_have_their_own_exit_status(
    world: World, run: Run, tmp_path: Path
) -> None:
    center = world.center("north")
    letter = tmp_path / "letter.xlsx"
    letter.write_bytes(b"%PDF-1.7")
    refused = run("import", letter, "--center", center.slug, "--json")
    assert refused.returncode == 1
    said = json.loads(refused.stdout)
    assert "PDF" in said["problems"][0]["reason"]
    assert (said["rows"], said["sheets"]) == (0, [])
    assert run("check", tmp_path / "missing.xlsx", "--center", center.slug).returncode == 2


def test_a_reader_is_told_the_headings_of_the_sheet(run: Run, world: World, file: Path) -> None:
    said = run("check", file, "--center", world.center("north").slug).stdout
    assert "身份证号" in said
    assert "id_number" not in said
