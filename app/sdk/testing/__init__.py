"""The pytest plugin for modules: servers, a world to make schools in, a browser, the contract.

One line in a ``conftest.py`` switches it on: ``pytest_plugins = ["app.sdk.testing"]``. Production
never imports it. Settings (``[tool.pytest.ini_options]``): ``qinchao_plugins`` names packages that
hold plugins beside those installed; ``qinchao_contract`` names modules over which the tests of
:mod:`app.sdk.testing.contract` run too.

Fixtures      center, two_centers, school_with, as_role, client, enabled, at, query_count, run_jobs
Factories     world (people, children, guardians, classes), invented identity numbers
Below them    app, config, database, servers, redis_url; browser, live, visit
"""

from __future__ import annotations

from pathlib import Path

import pytest

pytest_plugins = [
    "app.sdk.testing.servers",
    "app.sdk.testing.application",
    "app.sdk.testing.browser",
    "app.sdk.testing.schools",
]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the settings."""
    parser.addini("qinchao_plugins", "packages that hold plugins", type="args", default=[])
    parser.addini("qinchao_contract", "modules to hold to the contract", type="args", default=[])


def pytest_configure(config: pytest.Config) -> None:
    """Collect the contract beside the tests asked for."""
    if config.getini("qinchao_contract"):
        config.args.append(str(Path(__file__).with_name("contract.py")))
