"""Switching modules from the command line."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from app.cli.root import _COMMANDS, Lazy, root
from app.config import Config
from app.kernel.errors import Refused
from tests.support.world import CenterHandle, World


@pytest.fixture
def run(config: Config, world: World, monkeypatch: pytest.MonkeyPatch) -> Any:
    center = world.center()
    values = {
        "DATABASE_URL": config.database_url,
        "DATABASE_OWNER_URL": config.owner_url or "",
        "REDIS_URL": config.redis_url,
        "SECRET_KEY": config.secret_key,
        "QINCHAO_KEYS": config.keys,
        "QINCHAO_DATA": str(config.data),
        "QINCHAO_PLUGINS": "library_loans",
    }
    for name, value in values.items():
        monkeypatch.setenv(name, value)

    def call(*words: str) -> Result:
        return CliRunner().invoke(root, [*words, *_place(center)], catch_exceptions=True)

    return call


def _place(center: CenterHandle) -> list[str]:
    return ["--center", center.slug, "--school", "north", "--json"]


def test_enable_list_and_disable(run: Any) -> None:
    assert json.loads(run("modules", "enable", "library_loans").stdout)["enabled"] is True
    listed = {x["name"]: x for x in json.loads(run("modules", "list").stdout)}
    assert listed["library_loans"]["active"] is True
    assert listed["health_checks"]["active"] is False
    assert json.loads(run("modules", "disable", "library_loans").stdout)["enabled"] is False


def test_an_unknown_module_is_refused(run: Any) -> None:
    refused = run("modules", "enable", "no_such")
    assert isinstance(refused.exception, Refused)
    assert refused.stdout == ""


def test_installed_plugins_are_listed(run: Any) -> None:
    found = CliRunner().invoke(root, ["plugins", "list", "--json"])
    assert {"health_checks", "library_loans"} <= {x["name"] for x in json.loads(found.stdout)}


def test_a_module_brings_its_own_group(run: Any, world: World) -> None:
    center = world.center()
    words = ["library-loans", "count", "--center", center.slug, "--school", "north"]
    found = CliRunner().invoke(root, words)
    assert (found.exit_code, found.stdout) == (0, "0\n")
    assert CliRunner().invoke(root, ["no-such-module"]).exit_code == 2


def test_the_help_names_the_groups_of_modules_and_is_at_hand_at_once(run: Any) -> None:
    told = CliRunner().invoke(root, ["--help"])
    assert "library-loans  Books that are lent." in told.stdout
    slow = "import sys, app.cli; from click.testing import CliRunner as C;"
    slow += "C().invoke(app.cli.root.root, ['--help']); print('sqlalchemy' in sys.modules)"
    seen = subprocess.run([sys.executable, "-c", slow], capture_output=True, text=True, check=True)
    assert seen.stdout == "False\n"


def test_every_core_command_is_there_and_its_help_says_what_it_is() -> None:
    for name, (_place, words) in _COMMANDS.items():
        command = Lazy().get_command(click.Context(root), name)
        assert command is not None
        assert words.endswith("."), name


def test_a_database_that_is_not_there_is_named(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://qinchao_app@127.0.0.1:9/qinchao")
    refused = run("modules", "list").exception
    assert isinstance(refused, Refused)
    assert "127.0.0.1:9" in str(refused)
    assert "make run" in str(refused)
