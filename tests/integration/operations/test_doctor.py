"""The doctor names what is wrong with an installation, and only that."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from app.config import Config
from app.db.sealed import KeyRing
from tests.integration.operations.conftest import Run
from tests.support.servers import Database
from tests.support.world import World

# Nothing runs in the background of the tests.
AWAY = {"workers", "scheduler"}


def _bad(run: Run, **other: str) -> dict[str, Any]:
    done = run("doctor", "--json", **other)
    checks = json.loads(done.stdout)["checks"]
    assert done.exit_code == 1
    # Jobs that other tests left behind grow old in a long run.
    return {
        check["name"]: check
        for check in checks
        if check["state"] == "bad" and check["name"] != "waiting"
    }


@contextmanager
def _as_owner(database: Database, do: str, undo: str) -> Iterator[None]:
    with psycopg.connect(database.owner_url, autocommit=True) as connection:
        connection.execute(do)
        try:
            yield
        finally:
            connection.execute(undo)


def test_a_well_installation_lacks_only_who_is_not_started(run: Run, world: World) -> None:
    center = world.center()
    world.guardian(center, world.child(center, "north"))
    assert set(_bad(run)) == AWAY
    told = run("doctor")
    assert told.exit_code == 1
    assert "✓ PostgreSQL" in told.stdout
    assert "→" in told.stdout  # what to do


@pytest.mark.parametrize(
    ("do", "undo", "name"),
    [
        ("GRANT SELECT ON child TO qinchao_app",
         "REVOKE SELECT ON child FROM qinchao_app", "grants"),
        ("ALTER TABLE child DISABLE ROW LEVEL SECURITY",
         "ALTER TABLE child ENABLE ROW LEVEL SECURITY", "grants"),
        ("ALTER TABLE child ADD surplus text", "ALTER TABLE child DROP surplus", "policies"),
        ("UPDATE alembic_core SET version_num = 'old_' || version_num",
         "UPDATE alembic_core SET version_num = substr(version_num, 5)", "migrations"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_the_database_is_named(
    run: Run, database: Database, do: str, undo: str, name: str
) -> None:
    with _as_owner(database, do, undo):
        assert name in _bad(run)
    assert set(_bad(run)) == AWAY


def test_a_lost_key_is_named_with_its_tables(run: Run, world: World, config: Config) -> None:
    center = world.center()
    world.guardian(center, world.child(center, "north"))
    other = KeyRing.generate()
    assert "guardian_phone" in _bad(run, QINCHAO_KEYS=other)["keys"]["told"]
    index = other.rpartition("index:")[2]
    mixed = f"{config.keys.rpartition('index:')[0]}index:{index}"
    assert "keys" in _bad(run, QINCHAO_KEYS=mixed)


def test_servers_that_are_away_are_named_and_the_rest_is_looked_at(run: Run) -> None:
    away = _bad(run, REDIS_URL="redis://127.0.0.1:9/0")
    assert {"redis", "workers"} <= set(away)
    assert "database" not in away
    away = _bad(run, DATABASE_URL="postgresql://qinchao_app@127.0.0.1:9/qinchao")
    assert {"database", "roles", "migrations"} <= set(away)
    assert "redis" not in away
