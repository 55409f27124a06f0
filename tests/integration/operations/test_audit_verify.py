"""``qinchao audit verify``: who may change the log, and that closed days are as they were kept."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from app.audit.services import record
from app.kernel.clock import Clock
from tests.integration.operations.conftest import Run
from tests.support.servers import Database
from tests.support.world import CenterHandle, World


@pytest.fixture(autouse=True)
def _no_lines_of_other_years(database: Database) -> None:
    """Tests that live through a school year leave lines of days to come."""
    with psycopg.connect(database.owner_url, autocommit=True) as owner:
        owner.execute("DELETE FROM audit_event WHERE at > now()")


def _written_days_ago(world: World, days: int) -> CenterHandle:
    center = world.center()
    with world.inside(center.scope) as ctx:
        then = ctx.now() - timedelta(days=days)
        ctx.clock = Clock(lambda: then)
        record(ctx, "child.read")
    return center


def test_the_log_as_it_stands_is_well(run: Run, world: World) -> None:
    _written_days_ago(world, 0)
    done = run("audit", "verify", "--json")
    assert done.exit_code == 0
    assert json.loads(done.stdout)["faults"] == []


def test_a_right_to_change_the_log_is_a_fault(run: Run, database: Database) -> None:
    with psycopg.connect(database.owner_url, autocommit=True) as owner:
        for right in ("DELETE", "UPDATE (detail)"):
            owner.execute(f"GRANT {right} ON audit_event TO qc_center")
            try:
                done = run("audit", "verify", "--json")
            finally:
                owner.execute(f"REVOKE {right} ON audit_event FROM qc_center")
            assert done.exit_code == 1
            assert "qc_center" in done.stdout


def test_a_line_that_the_owner_changes_or_removes_shows_against_sums_kept_before(
    run: Run, world: World, database: Database, tmp_path: Path
) -> None:
    center = _written_days_ago(world, 5)
    kept = tmp_path / "sums.json"
    assert run("audit", "verify", "--sums", kept).exit_code == 0
    assert run("audit", "verify", "--against", kept).exit_code == 0
    # A line of another day changes nothing of the closed one.
    _written_days_ago(world, 0)
    assert run("audit", "verify", "--against", kept).exit_code == 0
    with psycopg.connect(database.owner_url, autocommit=True) as owner:
        for change in ("UPDATE audit_event SET actor = 'x'", "DELETE FROM audit_event"):
            owner.execute(f"{change} WHERE center_id = %s", [center.id])
            done = run("audit", "verify", "--against", kept)
            assert done.exit_code == 1
            assert center.slug in done.stdout


def test_a_line_dated_otherwise_than_it_was_written_is_told(run: Run, world: World) -> None:
    _written_days_ago(world, 3)
    assert json.loads(run("audit", "verify", "--json").stdout)["doubts"]
