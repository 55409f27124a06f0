"""The local Valkey server: the queue of jobs."""

from __future__ import annotations

import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import redis

from app.runtime.account import ServiceUser
from app.runtime.credentials import Credentials
from app.runtime.errors import ServerFailed
from app.runtime.process import launch

_READY_WITHIN = 20.0


@dataclass(frozen=True)
class ValkeyPlan:
    """How to run one Valkey server."""

    program: Path
    data: Path
    log: Path
    credentials: Credentials
    user: ServiceUser | None
    durable: bool


def launch_valkey(plan: ValkeyPlan) -> subprocess.Popen[bytes]:
    """Start the server; do not wait for it."""
    if plan.user is not None:
        plan.user.own(plan.data)
    plan.data.mkdir(exist_ok=True, mode=0o700)
    with plan.log.open("ab") as log:
        # The settings go in by standard input, so that the password stands on no command line.
        process = launch(
            [plan.program, "-"],
            env={},
            output=log.fileno(),
            user=plan.user,
            stdin=subprocess.PIPE,
        )
    if process.stdin is not None:
        process.stdin.write(_settings(plan).encode())
        process.stdin.close()
    return process


def await_valkey(plan: ValkeyPlan, process: subprocess.Popen[bytes]) -> None:
    """Wait until the server answers; raise ServerFailed when it ends or stays mute."""
    deadline = time.monotonic() + _READY_WITHIN
    with redis.Redis.from_url(plan.credentials.redis_url, retry=None, socket_timeout=5) as client:
        while time.monotonic() < deadline and process.poll() is None:
            try:
                client.ping()
            except redis.RedisError:
                time.sleep(0.03)
            else:
                return
    raise ServerFailed("Valkey", plan.log)


def _settings(plan: ValkeyPlan) -> str:
    lines = {
        "bind": "127.0.0.1",
        "port": str(plan.credentials.valkey_port),
        "requirepass": plan.credentials.valkey_password,
        "dir": f'"{plan.data}"',
        "appendonly": "yes" if plan.durable else "no",
        "save": '""',
        # A queue must refuse new jobs when memory is full, never drop waiting ones.
        "maxmemory-policy": "noeviction",
    }
    return "".join(f"{name} {value}\n" for name, value in lines.items())
