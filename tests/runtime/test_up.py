"""`qinchao up`: what starts, what is said, and that nothing stays behind."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
import redis

from app.runtime.remains import running_since

ROOT = Path(__file__).parents[2]
PATIENCE = 20.0
pytestmark = pytest.mark.xdist_group("up")


class Little:
    """A running little installation; reads what it says."""

    def __init__(self, data: Path, kind: str = "good", **env: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            self.port = server.getsockname()[1]
        inherited = {k: v for k, v in os.environ.items() if not k.endswith("_URL")}
        settings = {"QINCHAO_DATA": str(data), "PORT": str(self.port), "PYTHONPATH": str(ROOT)}
        self.process = subprocess.Popen(
            [sys.executable, Path(__file__).with_name("little.py"), kind],
            env={**inherited, **settings, **env},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.said = ""

    def wait_for(self, text: str) -> str:
        """Read until ``text`` is said; return everything said so far."""
        assert self.process.stdout is not None
        while text not in self.said:
            line = self.process.stdout.readline()
            assert line, f"ended before it said {text!r}:\n{self.said}"
            self.said += line
        return self.said

    def finish(self) -> tuple[int, str]:
        """Wait for the end; return the exit code and everything said."""
        rest, _ = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, self.said + rest

    def stop(self) -> tuple[int, str]:
        """Press Ctrl-C: the terminal signals the whole foreground group."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.finish()


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    """One data folder for all tests here: only the first pays for making the database."""
    with tempfile.TemporaryDirectory(prefix="qinchao-up-") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


@pytest.fixture
def start(data: Path) -> Iterator[Callable[..., Little]]:
    running: list[Little] = []

    def begin(kind: str = "good", **env: str) -> Little:
        running.append(Little(data, kind, **env))
        return running[-1]

    yield begin
    for little in running:
        if little.process.poll() is None:
            little.stop()
        assert little.process.stdout is not None
        little.process.stdout.close()


def noted(data: Path) -> dict[str, int]:
    """Return the numbers of the programs that run, by name."""
    return {p.stem: int(p.read_text().split()[0]) for p in (data / "run").glob("*.pid")}


def eventually(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    return condition()


def answers(client: redis.Redis) -> bool:
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False


def test_everything_starts_is_announced_and_ends_in_order_on_ctrl_c(
    start: Callable[..., Little], data: Path
) -> None:
    little = start()
    said = little.wait_for("Press Ctrl-C")
    assert f"http://127.0.0.1:{little.port}/" in said
    assert "sign in as nobody" in said
    assert "prepared as qinchao_owner" in said
    assert "owner address given: False" in said
    pids = noted(data)
    assert set(pids) == {"postgres", "valkey", "web", "worker", "scheduler"}

    code, said = little.stop()

    assert code == 0
    assert re.findall("bye from ([a-z]+)", said) == ["web", "worker", "scheduler"]
    assert [name for name, pid in pids.items() if running_since(pid)] == []
    assert noted(data) == {}


def test_a_second_start_says_that_it_is_already_running(
    start: Callable[..., Little],
) -> None:
    first = start()
    first.wait_for("Press Ctrl-C")
    code, said = start().finish()
    assert code == 1
    assert "already running" in said
    assert first.process.poll() is None


def test_a_killed_supervisor_leaves_nothing_and_the_next_start_works(
    start: Callable[..., Little], data: Path
) -> None:
    killed = start()
    killed.wait_for("Press Ctrl-C")
    pids = noted(data)
    killed.process.kill()
    assert eventually(lambda: not any(running_since(pid) for pid in pids.values()))
    start().wait_for("Press Ctrl-C")


def test_a_dead_worker_is_started_again(start: Callable[..., Little], data: Path) -> None:
    little = start()
    little.wait_for("Press Ctrl-C")
    before = noted(data)["worker"]
    os.kill(before, signal.SIGKILL)
    little.wait_for("worker has ended with code -9; starting it again")
    assert eventually(lambda: noted(data)["worker"] != before)
    assert little.process.poll() is None


def test_a_dead_valkey_comes_back_with_its_data_while_pages_live(
    start: Callable[..., Little], data: Path
) -> None:
    little = start()
    little.wait_for("Press Ctrl-C")
    known = json.loads((data / "servers.json").read_text())
    url = f"redis://:{known['valkey_password']}@127.0.0.1:{known['valkey_port']}/0"
    with redis.Redis.from_url(url, socket_timeout=5) as client:
        client.set("kept", "42")
        client.waitaof(1, 0, 5000)
        before = noted(data)["valkey"]
        os.kill(before, signal.SIGKILL)
        little.wait_for("Valkey has ended with code -9; starting it again")
        with urlopen(f"http://127.0.0.1:{little.port}/healthz", timeout=5) as page:
            assert page.status == 200
        assert eventually(lambda: noted(data)["valkey"] != before and answers(client))
        assert client.get("kept") == b"42"
    assert little.stop()[0] == 0
    assert noted(data) == {}


@pytest.mark.parametrize("victim", ["web", "postgres"])
def test_without_web_or_the_database_all_stops(
    start: Callable[..., Little], data: Path, victim: str
) -> None:
    little = start("no-prepare")
    little.wait_for("Press Ctrl-C")
    pids = noted(data)
    os.kill(pids[victim], signal.SIGKILL)
    code, said = little.finish()
    assert code == 1
    assert re.search(f"(?i){victim}[a-z]* has ended", said)
    assert [name for name, pid in pids.items() if running_since(pid)] == []


def test_failed_preparation_starts_no_program(start: Callable[..., Little]) -> None:
    code, said = start("bad-prepare").finish()
    assert code == 1
    assert "no such school" in said
    assert "bye from web" not in said


def test_what_cannot_be_announced_stops_nothing(start: Callable[..., Little]) -> None:
    little = start("bad-announce")
    little.wait_for("Press Ctrl-C")
    assert little.stop()[0] == 0


def test_a_taken_port_is_named(start: Callable[..., Little]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        code, said = start(PORT=str(port)).finish()
    assert code == 1
    assert f"Port {port} cannot be used" in said


def test_servers_of_somebody_else_are_used_instead_of_ours(
    start: Callable[..., Little], data: Path
) -> None:
    urls = {
        "DATABASE_URL": "postgresql://qinchao_app@db.invalid/qinchao",
        "DATABASE_OWNER_URL": "postgresql://qinchao_owner@db.invalid/qinchao",
        "REDIS_URL": "redis://queue.invalid/0",
    }
    start("no-prepare", **urls).wait_for("Press Ctrl-C")
    assert set(noted(data)) == {"web", "worker", "scheduler"}


def test_half_of_the_database_addresses_is_refused(start: Callable[..., Little]) -> None:
    code, said = start(DATABASE_URL="postgresql://qinchao_app@db.invalid/qinchao").finish()
    assert code == 1
    assert "Only DATABASE_URL is set" in said
