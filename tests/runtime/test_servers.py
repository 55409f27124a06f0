"""The local servers: who may do what on them, and that they come back as they were."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from app.kernel.errors import Refused
from app.runtime.access import Access
from app.runtime.account import ServiceUser
from app.runtime.binaries import find_postgres
from app.runtime.databases import apply_roles
from app.runtime.errors import AlreadyRunning
from app.runtime.remains import running_since
from app.runtime.servers import Servers, Wanted

ROOT = Path(__file__).parents[2]
DEBIAN_15 = Path("/usr/lib/postgresql/15/bin")
# Starts servers as a process that the kernel does not watch, as on systems other than Linux.
UNWATCHED = """
import sys, time
from pathlib import Path
from app.runtime import process
from app.runtime.servers import Servers, Wanted
process._LIBC = None
Servers.start(Path(sys.argv[1]), durable=False)
print("ready", flush=True)
time.sleep(600)
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="qinchao-servers-") as name:
        Path(name).chmod(0o711)
        yield Path(name)


def test_the_app_role_owns_nothing_and_may_become_each_reach(servers: Access) -> None:
    with psycopg.connect(servers.app_url, autocommit=True) as app:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("CREATE TABLE mine (id int)")
        for role in ("qc_center", "qc_school", "qc_family"):
            app.execute(f"SET ROLE {role}")
            app.execute("RESET ROLE")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("SET ROLE qinchao_owner")


def test_the_app_role_inherits_nothing_from_the_reaches(servers: Access) -> None:
    with psycopg.connect(servers.owner_url, autocommit=True) as owner:
        owner.execute("CREATE TABLE probe AS SELECT 1 AS one")
        owner.execute("GRANT SELECT ON probe TO qc_school")
        try:
            with psycopg.connect(servers.app_url, autocommit=True) as app:
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    app.execute("SELECT one FROM probe")
                app.execute("SET ROLE qc_school")
                assert app.execute("SELECT one FROM probe").fetchone() == (1,)
        finally:
            owner.execute("DROP TABLE probe")


def test_the_roles_script_can_be_run_again(servers: Access) -> None:
    apply_roles(servers.url_for("postgres"))
    apply_roles(servers.url_for("postgres"))


def test_chinese_has_trigrams(servers: Access) -> None:
    with psycopg.connect(servers.owner_url) as owner:
        found = owner.execute("SELECT cardinality(show_trgm('留守儿童'))").fetchone()
        assert found is not None
        assert found[0] > 0


def test_nobody_enters_without_the_password(servers: Access) -> None:
    wrong = servers.app_url.replace(servers.credentials.app_password, "guess")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong)
    open_url = servers.redis_url.replace(f":{servers.credentials.valkey_password}@", "")
    with redis.Redis.from_url(open_url) as client, pytest.raises(redis.AuthenticationError):
        client.ping()


def test_a_restart_keeps_addresses_and_data(folder: Path) -> None:
    first = Servers.start(folder, durable=False)
    url = first.owner_url
    with psycopg.connect(url) as owner:
        owner.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    with pytest.raises(AlreadyRunning):
        Servers.start(folder, durable=False)
    first.stop()
    assert (folder / "servers.json").stat().st_mode & 0o777 == 0o600

    again = Servers.start(folder, durable=False)
    try:
        assert again.owner_url == url
        with psycopg.connect(url) as owner:
            assert owner.execute("SELECT answer FROM kept").fetchone() == (42,)
    finally:
        again.stop()


def test_servers_that_survived_their_starter_are_ended_first(folder: Path) -> None:
    argv = [sys.executable, "-c", UNWATCHED, str(folder)]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, cwd=ROOT) as starter:
        assert starter.stdout is not None
        assert starter.stdout.readline() == b"ready\n"
        starter.kill()
    left = [int(p.read_text().split()[0]) for p in (folder / "run").glob("*.pid")]
    assert all(running_since(pid) for pid in left)

    servers = Servers.start(folder, durable=False)
    servers.stop()

    assert servers.ended_remains == ["postgres", "valkey"]
    assert not any(running_since(pid) for pid in left)


def test_a_number_that_now_belongs_to_another_process_is_left_alone(folder: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]) as stranger:
        (folder / "run").mkdir()
        note = f"{stranger.pid} {int(signal.SIGTERM)} long-ago\n"
        (folder / "run" / "postgres.pid").write_text(note)
        servers = Servers(folder, Wanted(postgres=False, valkey=False))
        servers.stop()
        assert servers.ended_remains == []
        assert stranger.poll() is None
        stranger.kill()


@pytest.mark.skipif(not DEBIAN_15.is_dir(), reason="needs the oldest PostgreSQL we support")
def test_the_oldest_supported_postgres_serves_too(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QINCHAO_PG_BIN", str(DEBIAN_15))
    servers = Servers.start(folder, valkey=False, durable=False)
    try:
        with psycopg.connect(servers.app_url) as app:
            app.execute("SET ROLE qc_family")
            assert app.info.server_version // 10000 == 15
    finally:
        servers.stop()


def test_a_folder_without_postgres_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no working 'postgres'"):
        find_postgres({"QINCHAO_PG_BIN": str(tmp_path)}, None)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root drops to another account")
def test_servers_do_not_run_as_root_nor_write_where_they_may_not(folder: Path) -> None:
    servers = Servers.start(folder, postgres=False, durable=False)
    pid = int((folder / "run" / "valkey.pid").read_text().split()[0])
    owner = Path(f"/proc/{pid}").stat().st_uid
    servers.stop()
    assert owner != 0
    folder.chmod(0o700)
    with pytest.raises(Refused, match="cannot be entered by the account"):
        Servers.start(folder)


def test_a_closed_parent_folder_is_out_of_reach(folder: Path) -> None:
    stranger = ServiceUser("stranger", 54321, 54321)
    (folder / "inner").mkdir(mode=0o755)
    assert stranger.reaches(folder / "inner")
    folder.chmod(0o700)
    assert not stranger.reaches(folder / "inner")
