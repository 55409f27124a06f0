"""One PostgreSQL and one Valkey for a whole test run, and a database for each worker of it.

With pytest-xdist the controller starts the servers and tells its workers; without, the first
test that asks for them does. They stop with the run, and die with it when it is killed.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

import app.models  # noqa: F401  (all tables and functions)
from app.accounts.permissions import CORE_PERMISSIONS
from app.db.migrate import upgrade
from app.host.loading import build_registry
from app.runtime.access import Access
from app.runtime.credentials import Credentials
from app.runtime.databases import database_exists
from app.runtime.servers import Servers

_STARTED = pytest.StashKey["_Started"]()
_FROM_CONTROLLER = "servers"
_TEMPLATE = "qinchao_template"
_TEMPLATE_LOCK = 7701


@dataclass(frozen=True)
class _Started:
    servers: Servers
    data: Path


@dataclass(frozen=True)
class Database:
    """A migrated database that belongs to one test worker."""

    name: str
    owner_url: str
    app_url: str


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Called in the controller for each worker: start the servers once, hand over how to reach."""
    credentials = _start_once(node.config).credentials
    node.workerinput[_FROM_CONTROLLER] = asdict(credentials)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop what this run has started."""
    started = config.stash.get(_STARTED, None)
    if started is not None:
        del config.stash[_STARTED]
        started.servers.stop()
        shutil.rmtree(started.data)


@pytest.fixture(scope="session")
def servers(pytestconfig: pytest.Config) -> Access:
    """Local servers; make databases of your own on them, never touch another's."""
    handed = getattr(pytestconfig, "workerinput", {}).get(_FROM_CONTROLLER)
    return Access(Credentials(**handed)) if handed else _start_once(pytestconfig)


@pytest.fixture(scope="session")
def worker_name() -> str:
    """Return "main", or "gw0", "gw1" … under pytest-xdist."""
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.fixture(scope="session")
def extra_plugins(pytestconfig: pytest.Config) -> tuple[str, ...]:
    """Return the packages outside of ``plugins`` that the tests find plugins in."""
    named = pytestconfig.getini("qinchao_plugins")
    return (*named, *os.environ.get("QINCHAO_PLUGINS", "").split())


@pytest.fixture(scope="session")
def database(
    servers: Access, worker_name: str, extra_plugins: tuple[str, ...]
) -> Iterator[Database]:
    """A migrated database of this worker, a copy of one that is migrated once per run."""
    name = f"qinchao_{worker_name}"
    _make_template(servers, extra_plugins)
    servers.create_database(name, _TEMPLATE)
    owner, app = (servers.url_for(role, name) for role in ("qinchao_owner", "qinchao_app"))
    yield Database(name, owner, app)
    servers.drop_database(name)


@pytest.fixture(scope="session")
def redis_url(servers: Access, worker_name: str) -> str:
    """The address of a Valkey database of this worker."""
    number = int(worker_name.removeprefix("gw")) + 1 if worker_name.startswith("gw") else 0
    return f"{servers.redis_url.removesuffix('/0')}/{number}"


def _start_once(config: pytest.Config) -> Servers:
    started = config.stash.get(_STARTED, None)
    if started is None:
        data = Path(tempfile.mkdtemp(prefix="qinchao-test-"))
        data.chmod(0o711)
        started = _Started(Servers.start(data, durable=False), data)
        config.stash[_STARTED] = started
    return started.servers


def _make_template(servers: Access, plugins: tuple[str, ...]) -> None:
    """Migrate the template unless another worker has; a failed migration leaves none behind."""
    with psycopg.connect(servers.superuser_url, autocommit=True) as lock:
        lock.execute("SELECT pg_advisory_lock(%s)", [_TEMPLATE_LOCK])
        if database_exists(servers.superuser_url, _TEMPLATE):
            return
        servers.create_database(_TEMPLATE)
        try:
            owners = build_registry(CORE_PERMISSIONS, (), plugins).owners()
            upgrade(servers.url_for("qinchao_owner", _TEMPLATE), owners)
        except BaseException:
            servers.drop_database(_TEMPLATE)
            raise
