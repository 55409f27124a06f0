"""An installation of its own for a measurement: servers, tables, the application, a centre."""

from __future__ import annotations

import os
import resource
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from sqlalchemy import create_engine, text

from app.config import Config
from app.db.migrate import upgrade
from app.db.scope import Scope
from app.db.session import db, scoped
from app.host.context import Ctx
from app.kernel.ids import uuid7
from app.runtime.servers import Servers
from app.tenancy.models import School
from app.web.factory import create_app


@dataclass(frozen=True)
class Installation:
    """A running installation with one centre."""

    flask: Flask
    owner_url: str
    scope: Scope
    servers: Servers

    @contextmanager
    def inside(self) -> Iterator[Ctx]:
        """Work in the centre; commits at the end."""
        with self.flask.app_context(), scoped(self.scope):
            services = self.flask.extensions
            yield Ctx(
                self.scope, db.session(), services["qinchao_registry"], services["qinchao_files"]
            )
            db.session.commit()


@contextmanager
def installation(schools: int) -> Iterator[Installation]:
    """Start servers with an empty centre of schools."""
    with served() as (flask, servers):
        place = Installation(flask, servers.owner_url, Scope.center(uuid7()), servers)
        _make_center(place, schools)
        yield place


@contextmanager
def served(*plugins: str) -> Iterator[tuple[Flask, Servers]]:
    """Start servers that keep their promises to the disk, and the application without a centre.

    ``plugins`` are packages with further plugins.
    """
    data = Path(tempfile.mkdtemp(prefix="qinchao-bench-"))
    data.chmod(0o711)
    servers = Servers.start(data)
    try:
        flask = create_app(
            Config(
                database_url=servers.app_url,
                redis_url=servers.redis_url,
                secret_key=servers.credentials.secret_key,
                keys=servers.credentials.data_keys,
                data=data,
                owner_url=servers.owner_url,
                extra_plugins=plugins,
            )
        )
        upgrade(servers.owner_url, flask.extensions["qinchao_registry"].owners())
        yield flask, servers
        with flask.app_context():
            db.engine.dispose()
    finally:
        servers.stop()
        shutil.rmtree(data)


def _make_center(place: Installation, schools: int) -> None:
    engine = create_engine(place.owner_url)
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO center (id, slug, name) VALUES (:id, 'bench', '试验教管中心')"),
            {"id": place.scope.center_id},
        )
    engine.dispose()
    with place.inside() as ctx:
        for number in range(1, schools + 1):
            name = f"清溪镇第{number}小学"
            ctx.session.add(
                School(
                    code=f"99010100{number:02}",
                    name=name,
                    short_name=name,
                    stages=["primary"],
                    position=number,
                )
            )


@contextmanager
def timed(into: dict[str, float], name: str) -> Iterator[None]:
    """Note how many seconds the block takes."""
    start = time.perf_counter()
    yield
    into[name] = time.perf_counter() - start


def processor_seconds(backend: int) -> float:
    """Return the processor time of this process, its ended children and a database backend.

    On a machine that others use too it says more than the clock. Linux only.
    """
    ticks = Path(f"/proc/{backend}/stat").read_text().rsplit(")", 1)[1].split()[11:13]
    times = os.times()
    ours = times.user + times.system + times.children_user + times.children_system
    return ours + sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


def peak_megabytes() -> int:
    """Return the most memory this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def forget_peak() -> int:
    """Forget the most memory this process has held and return what it holds now. Linux only."""
    Path("/proc/self/clear_refs").write_text("5")
    return _status_megabytes("VmRSS")


def peak_since() -> int:
    """Return the most memory this process has held since :func:`forget_peak`."""
    return _status_megabytes("VmHWM")


def _status_megabytes(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name)) // 1024
