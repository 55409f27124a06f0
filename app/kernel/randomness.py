"""Random bytes from the system in parcels: asking each time costs more than what they are for."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from typing import Any

_AT_ONCE = 1024


class Randomness:
    """Random values, each handed out once, also between threads and to forked processes."""

    def __init__(self, form: str) -> None:
        """``form`` is the struct format of one value, such as ``>Q`` or ``12s``."""
        self._form, self._bytes = form, struct.calcsize(form) * _AT_ONCE
        self._waiting: Iterator[tuple[Any, ...]] = iter(())
        os.register_at_fork(after_in_child=self._forget)

    def take(self) -> Any:
        """Return the next value."""
        found = next(self._waiting, None)
        while found is None:
            self._waiting = struct.iter_unpack(self._form, os.urandom(self._bytes))
            found = next(self._waiting, None)
        return found[0]

    def _forget(self) -> None:
        """Drop what waits: a forked process must not hand out its parent's values."""
        self._waiting = iter(())
