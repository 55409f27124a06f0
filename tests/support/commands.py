"""The ``qinchao`` command in a process of its own, on the installation of the tests."""

from __future__ import annotations

import os
import subprocess
import sys

from app.config import Config


def run_command(config: Config, *words: str) -> subprocess.CompletedProcess[str]:
    """Run ``qinchao`` with these words; the caller looks at its status and what it printed."""
    environment = os.environ | {
        "DATABASE_URL": config.database_url,
        "DATABASE_OWNER_URL": config.owner_url or "",
        "REDIS_URL": config.redis_url,
        "SECRET_KEY": config.secret_key,
        "QINCHAO_KEYS": config.keys,
        "QINCHAO_DATA": str(config.data),
    }
    command = [sys.executable, "-c", "from app.cli import main; main()", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
