"""Time-ordered identifiers (UUID version 7, RFC 9562)."""

from __future__ import annotations

import os
import struct
import time
from collections.abc import Iterator
from uuid import UUID

_AT_ONCE = 256  # asking the system for randomness costs more than the rest of an identifier
_PAIR = ">QQ"


class _Randomness:
    """Random numbers fetched in parcels; each is handed out once, also between threads."""

    def __init__(self) -> None:
        self.pairs: Iterator[tuple[int, int]] = iter(())

    def take(self) -> tuple[int, int]:
        """Return two numbers of 64 random bits."""
        pair = next(self.pairs, None)
        while pair is None:
            self.pairs = struct.iter_unpack(_PAIR, os.urandom(struct.calcsize(_PAIR) * _AT_ONCE))
            pair = next(self.pairs, None)
        return pair

    def forget(self) -> None:
        """Drop what waits: a forked process must not hand out its parent's numbers."""
        self.pairs = iter(())


_randomness = _Randomness()
os.register_at_fork(after_in_child=_randomness.forget)


def uuid7() -> UUID:
    """Return a new UUIDv7: 48 bits of Unix milliseconds, then 74 random bits."""
    millis = time.time_ns() // 1_000_000
    high, low = _randomness.take()
    value = (millis << 80) | (0x7 << 76) | ((high & 0xFFF) << 64)
    value |= (0b10 << 62) | (low & ((1 << 62) - 1))
    return UUID(int=value)
