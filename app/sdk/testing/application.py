"""The application on the worker's own database, and a world to make tenants in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.config import Config
from app.db.sealed import KeyRing
from app.db.session import db
from app.sdk.testing.servers import Database
from app.sdk.testing.world import World
from app.web.factory import create_app


@pytest.fixture(scope="session")
def config(
    database: Database,
    redis_url: str,
    tmp_path_factory: pytest.TempPathFactory,
    extra_plugins: tuple[str, ...],
) -> Config:
    """The settings of this worker's installation."""
    data: Path = tmp_path_factory.mktemp("data")
    return Config(
        database_url=database.app_url,
        redis_url=redis_url,
        secret_key="not a secret",
        keys=KeyRing.generate(),
        data=data,
        owner_url=database.owner_url,
        extra_plugins=extra_plugins,
    )


@pytest.fixture(scope="session")
def app(config: Config) -> Iterator[Flask]:
    """The application, as gunicorn runs it."""
    flask = create_app(config)
    flask.config["TESTING"] = False
    yield flask
    with flask.app_context():
        db.engine.dispose()


@pytest.fixture
def world(app: Flask, config: Config) -> World:
    """A maker of centres, schools, people and children; each test makes its own."""
    return World(app, config)
