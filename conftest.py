"""What every test of the core and of the plugins can ask for."""

from __future__ import annotations

pytest_plugins = ["app.sdk.testing"]
