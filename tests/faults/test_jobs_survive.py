"""A worker that is killed and a queue that goes away lose nothing and double nothing."""

from __future__ import annotations

import io
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import func, select

from app.children.models import Child, Guardian, ImportBatch, ImportChange
from app.children.roster.invented import Numbers, invent_children
from app.children.roster.layouts import Layout, write_layout
from app.children.roster.rows import SchoolHint
from app.config import Config
from app.db.session import db
from app.jobs.models import Job
from app.kernel.clock import Clock
from app.runtime.servers import Servers
from app.web.factory import create_app
from tests.support.world import Browser, CenterHandle, World

pytestmark = pytest.mark.xdist_group("faults")
TODAY = Clock().today()
PATIENCE = 30
CHILDREN = 30


def eventually(condition: Callable[[], Any]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


class Programs:
    """A Valkey of these tests' own, and the programs of an installation that uses it."""

    def __init__(self, config: Config, data: Path) -> None:
        self.data = data
        self.valkey = Servers.start(data, postgres=False)
        self.config = replace(config, redis_url=self.valkey.redis_url)
        self.running: list[subprocess.Popen[bytes]] = []

    def start(self, name: str) -> subprocess.Popen[bytes]:
        """Start ``qinchao worker`` or ``qinchao scheduler``."""
        env = {
            **os.environ,
            "DATABASE_URL": self.config.database_url,
            "REDIS_URL": self.config.redis_url,
            "SECRET_KEY": self.config.secret_key,
            "QINCHAO_KEYS": self.config.keys,
            "QINCHAO_DATA": str(self.config.data),
        }
        command = [sys.executable, "-c", "from app.cli import main; main()", name]
        process = subprocess.Popen(command, env=env, start_new_session=True)
        self.running.append(process)
        return process

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """Kill a worker and the child that does its job."""
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        for pid in (process.pid, *map(int, children)):
            os.kill(pid, signal.SIGKILL)
        process.wait()
        self.running.remove(process)

    def restart_valkey(self) -> None:
        """Bring the queue back at its old address, with what it had kept."""
        self.valkey = Servers.start(self.data, postgres=False)

    def stop(self) -> None:
        """End everything."""
        for process in self.running:
            process.terminate()
        for process in self.running:
            process.wait(10)
        self.valkey.stop()


@pytest.fixture
def programs(config: Config) -> Iterator[Programs]:
    # Not under pytest's own folder, which only its owner may enter: Valkey runs as somebody else.
    data = Path(tempfile.mkdtemp(prefix="qinchao-queue-"))
    data.chmod(0o711)
    programs = Programs(config, data)
    yield programs
    programs.stop()
    shutil.rmtree(data)


@pytest.fixture
def town(programs: Programs) -> Iterator[World]:
    app = create_app(programs.config)
    yield World(app, programs.config)
    with app.app_context():
        db.engine.dispose()


class Clerk:
    """Somebody who imports a roster of thirty children on the page."""

    def __init__(self, world: World, tmp_path: Path) -> None:
        self.world = world
        self.center: CenterHandle = world.center("north")
        self.browser: Browser = world.client(world.person(self.center, "school_admin", "north"))
        self.address = f"/c/{self.center.slug}/s/north/imports"
        rows = invent_children(
            2, SchoolHint("north", "north小学"), Numbers(both=CHILDREN), today=TODAY
        )
        self.file = tmp_path / "list.xlsx"
        write_layout(self.file, {"名单": rows}, Layout.NATIONAL, today=TODAY)

    def start_import(self) -> None:
        """Send the list and start the import."""
        body = {"file": (io.BytesIO(self.file.read_bytes()), "list.xlsx")}
        page = self.browser.submit(self.address, body).headers["Location"]
        assert self.browser.submit(f"{page}/apply", {}, page=page).status_code == 303

    def job(self) -> Job:
        """Return the job of the import."""
        with self.world.inside(self.center.scope) as ctx:
            return ctx.session.scalars(select(Job)).one()

    def counts(self) -> list[int]:
        """Count children, adults, and notes of what was done to a child."""
        with self.world.inside(self.center.scope) as ctx:
            tables = (Child, Guardian)
            rows = [ctx.session.scalar(select(func.count()).select_from(t)) or 0 for t in tables]
            return [*rows, sum(map(len, ctx.session.scalars(select(ImportChange.created))))]

    def declared(self) -> list[int]:
        """Return what the report has declared, in the same order."""
        with self.world.inside(self.center.scope) as ctx:
            said = ctx.session.scalars(select(ImportBatch.report)).one()
        return [said["children"], said["guardians"], said["children"]]


def test_a_worker_killed_in_the_middle_of_an_import_doubles_nobody(
    programs: Programs, town: World, tmp_path: Path
) -> None:
    clerk = Clerk(town, tmp_path)
    first = programs.start("worker")
    programs.start("scheduler")
    assert programs.config.owner_url
    with psycopg.connect(programs.config.owner_url) as held:
        # The import's last table: everything else has been written when it waits here.
        held.execute("LOCK TABLE import_change IN SHARE MODE")
        clerk.start_import()
        waits = "SELECT 1 FROM pg_locks WHERE relation = 'import_change'::regclass AND NOT granted"
        eventually(lambda: held.execute(waits).fetchone())
        assert clerk.job().state == "running"
        programs.kill(first)
    assert clerk.counts() == [0, 0, 0]
    programs.start("worker")
    eventually(lambda: clerk.job().state == "done")
    assert clerk.job().attempts == 2
    assert clerk.counts() == clerk.declared()
    assert clerk.counts()[0] == CHILDREN


def test_without_its_queue_pages_live_and_jobs_wait(
    programs: Programs, town: World, tmp_path: Path
) -> None:
    clerk = Clerk(town, tmp_path)
    programs.start("worker")
    programs.start("scheduler")
    programs.valkey.stop()
    clerk.start_import()
    assert clerk.browser.get(clerk.address).status_code == 200
    assert clerk.browser.get("/healthz").status_code == 200
    assert clerk.browser.get("/readyz").json["redis"] is False
    assert clerk.job().state == "waiting"

    programs.restart_valkey()
    eventually(lambda: clerk.job().state == "done")
    assert clerk.job().attempts == 1
    assert clerk.counts() == clerk.declared()
