"""The local PostgreSQL server."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from app.kernel.errors import Refused
from app.kernel.text import T
from app.runtime.account import ServiceUser
from app.runtime.binaries import postgres_major
from app.runtime.credentials import Credentials
from app.runtime.errors import ServerFailed
from app.runtime.process import launch

STOP_WITH = signal.SIGINT
"""PostgreSQL's "fast shutdown": sessions are ended, everything is written."""

_READY_WITHIN = 60.0
_ENV = {"LC_ALL": "C.UTF-8"}
# For a small machine of two cores that also runs the web and the worker.
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_connections": "80",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
# For tests: nothing needs to survive a power cut.
_FORGETFUL = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "120",
}


@dataclass(frozen=True)
class PostgresPlan:
    """How to run one PostgreSQL server."""

    programs: Path
    data: Path
    log: Path
    credentials: Credentials
    user: ServiceUser | None
    durable: bool


def launch_postgres(plan: PostgresPlan) -> subprocess.Popen[bytes]:
    """Start the server, after making its data folder when there is none; do not wait for it."""
    if not (plan.data / "PG_VERSION").exists():
        _initialise(plan)
    _refuse_other_version(plan)
    # We hold the lock of the folder and have ended what an earlier run left: whatever process
    # this file names now is a stranger that got the same number.
    (plan.data / "postmaster.pid").unlink(missing_ok=True)
    settings = (
        _SETTINGS
        | {"port": str(plan.credentials.postgres_port)}
        | ({} if plan.durable else _FORGETFUL)
    )
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    with plan.log.open("ab") as log:
        return launch(
            [plan.programs / "postgres", "-D", plan.data, *options],
            env=_ENV,
            output=log.fileno(),
            user=plan.user,
            stop_with=STOP_WITH,
        )


def await_postgres(plan: PostgresPlan, process: subprocess.Popen[bytes]) -> None:
    """Wait until the server accepts connections; raise ServerFailed when it ends or stays mute."""
    deadline = time.monotonic() + _READY_WITHIN
    address = plan.credentials.database_url("postgres", "postgres")
    while time.monotonic() < deadline and process.poll() is None:
        try:
            psycopg.connect(address, connect_timeout=5).close()
        except psycopg.OperationalError:
            time.sleep(0.03)
        else:
            return
    raise ServerFailed("PostgreSQL", plan.log)


def _initialise(plan: PostgresPlan) -> None:
    """Create the data folder aside and rename it: an interrupted start leaves nothing half made."""
    aside = plan.data.with_name(f"{plan.data.name}.new")
    shutil.rmtree(aside, ignore_errors=True)
    if plan.user is not None:
        plan.user.own(aside)
    with plan.log.open("ab") as log, _password_pipe(plan) as password:
        process = launch(
            [
                plan.programs / "initdb",
                f"--pgdata={aside}",
                "--username=postgres",
                "--auth=scram-sha-256",
                "--pwfile=/dev/stdin",
                "--encoding=UTF8",
                # Under the plain C locale the trigrams of Chinese text are empty.
                "--locale=C.UTF-8",
                *([] if plan.durable else ["--no-sync"]),
            ],
            env=_ENV,
            output=log.fileno(),
            user=plan.user,
            stdin=password,
        )
        code = process.wait()
    if code != 0:
        raise ServerFailed("initdb", plan.log)
    aside.rename(plan.data)


@contextmanager
def _password_pipe(plan: PostgresPlan) -> Iterator[int]:
    """Yield the reading end of a pipe with the password, openable by the servers' account."""
    reading, writing = os.pipe()
    try:
        os.write(writing, plan.credentials.superuser_password.encode())
        os.close(writing)
        if plan.user is not None:
            os.fchown(reading, plan.user.uid, plan.user.gid)
        yield reading
    finally:
        os.close(reading)


def _refuse_other_version(plan: PostgresPlan) -> None:
    written = int((plan.data / "PG_VERSION").read_text().strip())
    running = postgres_major(plan.programs)
    if written != running:
        raise Refused(
            T(
                "The data in {data} were written by PostgreSQL {written}, but the programs found"
                " are version {running}. Name version {written} in QINCHAO_PG_BIN.",
                data=plan.data,
                written=written,
                running=running,
            )
        )
