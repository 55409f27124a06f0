"""The command line on this worker's own installation."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from click.testing import CliRunner, Result

from app.cli.root import root
from app.config import Config
from app.db.sealed import KeyRing, install_keys
from tests.support.world import World

Run = Callable[..., Result]


def variables(config: Config) -> dict[str, str]:
    """Return the settings as environment variables."""
    return {
        "DATABASE_URL": config.database_url,
        "DATABASE_OWNER_URL": config.owner_url or "",
        "REDIS_URL": config.redis_url,
        "SECRET_KEY": config.secret_key,
        "QINCHAO_KEYS": config.keys,
        "QINCHAO_DATA": str(config.data),
        "QINCHAO_PLUGINS": "library_loans",
    }


@pytest.fixture
def run(config: Config, world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Run ``qinchao``; keywords are variables that are otherwise than usual."""
    for name, value in variables(config).items():
        monkeypatch.setenv(name, value)

    def call(*words: object, **other: str) -> Result:
        for name, value in other.items():
            monkeypatch.setenv(name, value)
        try:
            return CliRunner().invoke(root, list(map(str, words)))
        finally:
            for name in other:
                monkeypatch.setenv(name, variables(config)[name])

    yield call
    install_keys(KeyRing.from_text(config.keys))
