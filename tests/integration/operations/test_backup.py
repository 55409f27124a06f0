"""A backup holds everything but the keys, says when it is damaged, and comes back whole."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from app.kernel.errors import Refused
from app.runtime.access import Access
from tests.integration.operations.conftest import Run
from tests.support.world import CenterHandle, World


@pytest.fixture
def center(world: World) -> CenterHandle:
    found = world.center()
    world.guardian(found, world.child(found, "north", name="石小满"), phone="19900008123")
    return found


@pytest.fixture
def empty(servers: Access, worker_name: str) -> Iterator[str]:
    """A database without tables; its name."""
    name = f"restored_{worker_name}"
    servers.create_database(name)
    yield name
    servers.drop_database(name)


def _created(run: Run, tmp_path: Path) -> Path:
    file = tmp_path / "backup.tar"
    done = run("backup", "create", "-o", file, "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["children"] >= 1
    return file


def test_it_comes_back_with_rows_files_and_policies(
    run: Run, world: World, center: CenterHandle, servers: Access, empty: str, tmp_path: Path
) -> None:
    store = world.app.extensions["qinchao_files"]
    key = store.put(center.id, "imports", "花名册".encode())
    file = _created(run, tmp_path)
    assert "花名册".encode() not in file.read_bytes()
    place = {
        "DATABASE_URL": servers.url_for("qinchao_app", empty),
        "DATABASE_OWNER_URL": servers.url_for("qinchao_owner", empty),
        "QINCHAO_DATA": str(tmp_path / "other"),
    }
    assert run("backup", "restore", file, **place).exit_code == 0
    with psycopg.connect(place["DATABASE_OWNER_URL"]) as owner:
        found = owner.execute("SELECT name FROM child WHERE center_id = %s", [center.id])
        assert found.fetchall() == [("石小满",)]
    with (
        psycopg.connect(place["DATABASE_URL"]) as app,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        app.execute("SELECT count(*) FROM child")
    bad = json.loads(run("doctor", "--json", **place).stdout)["checks"]
    assert {c["name"] for c in bad if c["state"] == "bad"} == {"workers", "scheduler"}
    assert (tmp_path / "other/files" / key).read_bytes() == (
        world.config.data / "files" / key
    ).read_bytes()

    again = run("backup", "restore", file, **place)
    assert isinstance(again.exception, Refused)  # neither the store nor the database is empty


def test_a_restore_refuses_a_database_in_use(
    run: Run, center: CenterHandle, tmp_path: Path
) -> None:
    file = _created(run, tmp_path)
    done = run("backup", "restore", file, QINCHAO_DATA=str(tmp_path / "other"))
    assert isinstance(done.exception, Refused)


def test_verify_restores_it_into_a_server_of_its_own(
    run: Run, center: CenterHandle, tmp_path: Path
) -> None:
    file = _created(run, tmp_path)
    done = run("backup", "verify", file)
    assert done.exit_code == 0, done.exception


def test_damage_is_found_before_anything_is_written(
    run: Run, center: CenterHandle, empty: str, servers: Access, tmp_path: Path
) -> None:
    file = _created(run, tmp_path)
    body = bytearray(file.read_bytes())
    body[len(body) // 3] ^= 1
    file.write_bytes(body)
    place = {
        "DATABASE_OWNER_URL": servers.url_for("qinchao_owner", empty),
        "QINCHAO_DATA": str(tmp_path / "other"),
    }
    refused = run("backup", "restore", file, **place).exception
    assert isinstance(refused, Refused)
    assert "database.dump" in str(refused)
    with psycopg.connect(place["DATABASE_OWNER_URL"]) as owner:
        assert owner.execute("SELECT to_regclass('child')").fetchone() == (None,)
    assert not (tmp_path / "other" / "files").exists()


def test_a_file_that_is_there_is_kept_and_another_kind_of_file_is_refused(
    run: Run, center: CenterHandle, tmp_path: Path
) -> None:
    other = tmp_path / f"{uuid4()}.tar"
    other.write_bytes(b"no archive")
    assert isinstance(run("backup", "create", "-o", other).exception, Refused)
    assert other.read_bytes() == b"no archive"
    assert isinstance(run("backup", "restore", other).exception, Refused)
    assert isinstance(run("backup", "verify", other).exception, Refused)
