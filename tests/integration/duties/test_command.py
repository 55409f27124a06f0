"""``qinchao duties``: previewing a policy, asking where things stand, closing."""

from __future__ import annotations

import json
import subprocess
from datetime import date
from pathlib import Path

from sqlalchemy import func, select

from app.config import Config
from app.duties.models import DutyPolicy, DutyResult
from app.kernel.clock import Clock
from tests.integration.duties.conftest import RULE, Year
from tests.support.commands import run_command

SEP = date(2026, 9, 1)


def _run(config: Config, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run_command(config, "duties", *arguments)


def _preview(config: Config, year: Year, file: Path) -> subprocess.CompletedProcess[str]:
    place = ("--center", year.center.slug, "--school", "north")
    return _run(config, "preview", str(file), *place, "--term", "2026-2027-1", "--json")


def test_a_preview_counts_and_saves_nothing(year: Year, config: Config, tmp_path: Path) -> None:
    file = tmp_path / "pack.toml"
    file.write_text(RULE.format(covers="all", every="month", times=2, grace=3), encoding="utf-8")
    year.world.child(year.center, "north", homeroom=year.room, name="安小雨")
    year.world.child(year.center, "south", name="白小云")
    found = _preview(config, year, file)
    assert found.returncode == 0, found.stderr
    # September to January, in October a week of lessons is left; two children, twice a month.
    rule = {"key": "visit", "windows": 5, "children": 2, "duties": 20}
    assert json.loads(found.stdout) == {"rules": [rule], "problems": []}
    with year.world.inside(year.center.scope) as ctx:
        assert ctx.session.scalar(select(func.count()).select_from(DutyPolicy)) == 0


def test_an_unknown_key_is_refused_with_its_name_and_line(
    year: Year, config: Config, tmp_path: Path
) -> None:
    file = tmp_path / "pack.toml"
    text = RULE.format(covers="all", every="month", times=1, grace=0)
    file.write_text(f'{text}colour = "red"\n', encoding="utf-8")
    found = _preview(config, year, file)
    assert found.returncode == 1
    said = json.loads(found.stdout)
    [problem] = said["problems"]
    assert said["rules"] == []
    assert problem["line"] == len(text.splitlines()) + 1
    assert "colour" in problem["reason"]


def test_where_things_stand_and_closing_twice(year: Year, config: Config) -> None:
    year.keep(SEP)
    year.visit(date(2026, 9, 20))
    place = ("--center", year.center.slug)
    asked = ("status", *place, "--school", "north", "--on", "2026-11-02", "--json")
    stands = [{"key": "visit", "due": 1, "done": 1, "missed": 1, "excused": 0}]
    assert json.loads(_run(config, *asked).stdout) == stands
    frozen = []
    for _again in range(2):
        until = Clock().today().isoformat()
        assert _run(config, "close", *place, "--until", until).returncode == 0
        with year.world.inside(year.center.scope) as ctx:
            frozen.append(set(ctx.session.scalars(select(DutyResult.id))))
    assert frozen[0] == frozen[1]
    assert json.loads(_run(config, *asked).stdout) == stands
