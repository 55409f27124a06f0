"""One installation runs once: a lock on its data folder."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from app.runtime.errors import AlreadyRunning


class DataLock:
    """Held until `release`, or until our process ends in whatever way; children do not keep it."""

    def __init__(self, data: Path) -> None:
        """Take the lock of folder ``data``; raise AlreadyRunning when another process has it."""
        self._handle = os.open(data / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._handle)
            raise AlreadyRunning(data) from None

    def release(self) -> None:
        """Give the lock back."""
        os.close(self._handle)
