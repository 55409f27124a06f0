"""What every test of the core and of the plugins can ask for."""

from __future__ import annotations

pytest_plugins = [
    "tests.support.servers",
    "tests.support.application",
    "tests.support.browser",
]
