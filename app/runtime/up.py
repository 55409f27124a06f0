"""``qinchao up``: servers, migrations, web, worker and scheduler, together until Ctrl-C."""

from __future__ import annotations

import contextlib
import os
import socket
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from app.kernel.errors import Refused
from app.kernel.text import T
from app.runtime.account import service_user
from app.runtime.console import Console
from app.runtime.environment import Environment, brings_database, brings_redis, with_servers
from app.runtime.errors import ProgramEnded
from app.runtime.places import data_directory
from app.runtime.process import Program
from app.runtime.reached import forget_address, remember_address
from app.runtime.servers import Servers
from app.runtime.supervisor import Interrupted, StopSignal, Supervisor

_HEALTHY_WITHIN = 90.0
_LAST_PORT = 65535
_EVERYWHERE = ("0.0.0.0", "::", "")  # noqa: S104 (only compared)


@dataclass(frozen=True)
class Plan:
    """What `up` runs.

    ``prepare`` runs to its end, one after the other, before ``programs`` start; these are ended
    in the order given. ``announce`` runs once ``host``:``port`` answers /healthz.
    """

    prepare: Sequence[Program]
    programs: Sequence[Program]
    announce: Sequence[Program]
    host: str
    port: int

    @property
    def reached_at(self) -> str:
        """Return the host under which this machine reaches the web server."""
        return "127.0.0.1" if self.host in _EVERYWHERE else self.host

    @property
    def address(self) -> str:
        """Return the address to open in a browser."""
        return f"http://{self.reached_at}:{self.port}/"


def standard_plan(environ: Mapping[str, str]) -> Plan:
    """Return the plan of a whole installation; HOST, PORT and WEB_CONCURRENCY are honoured."""
    host, port = environ.get("HOST", "127.0.0.1"), _port(environ.get("PORT", "8000"))
    ours = str(Path(sys.executable).with_name("qinchao"))
    web = [
        *(sys.executable, "-m", "gunicorn", "app.wsgi:app", "--bind", f"{host}:{port}"),
        *("--worker-class", "gthread", "--threads", "8"),
        *("--workers", environ.get("WEB_CONCURRENCY", "2")),
        *("--graceful-timeout", "5", "--log-level", "warning", "--no-control-socket"),
        "--preload",
    ]
    return Plan(
        prepare=[Program("prepare", [ours, "prepare"], owner=True)],
        programs=[
            Program("web", web),
            Program("worker", [ours, "worker"], restart=True),
            Program("scheduler", [ours, "scheduler"], restart=True),
        ],
        announce=[Program("sign-ins", [ours, "demo", "sign-ins"])],
        host=host,
        port=port,
    )


def up(plan: Plan, environ: Mapping[str, str] | None = None) -> int:
    """Run ``plan`` with the servers it needs until Ctrl-C; return 0 then.

    Raises Refused when the data folder or the port is in use, a server does not start, or a
    program ends that everything depends on; whatever was started has been stopped by then.
    """
    environ = os.environ if environ is None else environ
    database, queue = not brings_database(environ), not brings_redis(environ)
    data = data_directory(environ, service_user())
    console, stop_signal = Console(), StopSignal()
    console.say(T("Starting the servers (data in {data})", data=data))
    servers = Servers.start(data, postgres=database, valkey=queue)
    env = Environment(with_servers(environ, data, servers.credentials))
    supervisor = Supervisor(data / "run", env, console, stop_signal)
    try:
        _refuse_taken_port(plan)
        remember_address(data, plan.address)
        _run(plan, supervisor, servers, console)
    except Interrupted:
        return 0
    finally:
        console.say(T("Stopping"))
        supervisor.stop()
        forget_address(data)
        servers.stop()
        console.say(T("Everything has stopped."))
    return 0


def _run(plan: Plan, supervisor: Supervisor, servers: Servers, console: Console) -> None:
    def dead_server() -> str | None:
        code = servers.revive()
        if code is not None:
            console.say(
                T("{name} has ended with code {code}; starting it again.", name="Valkey", code=code)
            )
        return servers.dead()

    for step in plan.prepare:
        supervisor.complete(step)
    for program in plan.programs:
        supervisor.start(program)
    supervisor.watch(dead_server, _Health(plan).good)
    console.say(T("Qinchao is ready: {address}", address=plan.address))
    for step in plan.announce:
        # It has said itself what is wrong; everything else runs.
        with contextlib.suppress(ProgramEnded):
            supervisor.complete(step)
    console.say(T("Press Ctrl-C to stop."))
    supervisor.watch(dead_server, lambda: False)


class _Health:
    """Whether the web answers; impatient after a while."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._deadline = time.monotonic() + _HEALTHY_WITHIN

    def good(self) -> bool:
        """Say whether /healthz answers 200; raise Refused when it should have long ago."""
        connection = HTTPConnection(self._plan.reached_at, self._plan.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            good = connection.getresponse().status == HTTPStatus.OK
        except (OSError, HTTPException):
            good = False
        finally:
            connection.close()
        if not good and time.monotonic() > self._deadline:
            raise Refused(
                T("The web server does not answer at {address}.", address=self._plan.address)
            )
        return good


def _refuse_taken_port(plan: Plan) -> None:
    """Say plainly what a web server would say in ten lines."""
    try:
        socket.create_server((plan.host, plan.port)).close()
    except OSError as error:
        raise Refused(
            T(
                "Port {port} cannot be used ({reason}). Choose another one: PORT=8080 make run",
                port=plan.port,
                reason=error.strerror,
            )
        ) from error


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= _LAST_PORT:
        raise Refused(T("PORT is {text}; it must be a number from 1 to 65535.", text=text))
    return int(text)
