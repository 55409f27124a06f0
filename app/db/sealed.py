"""Personal data encrypted per field, with blind indexes for equality search.

AES-256-GCM with a ring of keys: the first key writes, all keys read, so a key can be rotated. A
stored value is ``key number (1 byte) · nonce (12) · ciphertext and tag``; the field's purpose is
authenticated with it, so that a value cannot be moved to another field unnoticed.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import LargeBinary
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from app.kernel.errors import QinchaoError
from app.kernel.randomness import Randomness

_NONCE = 12
_BLOCK = 64
_nonces = Randomness(f"{_NONCE}s")


class _Mac:
    """HMAC-SHA-256 (RFC 2104) with its two keyed beginnings prepared: an import makes very many."""

    def __init__(self, key: bytes) -> None:
        if len(key) > _BLOCK:
            key = hashlib.sha256(key).digest()
        padded = key.ljust(_BLOCK, b"\0")
        self._inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in padded))
        self._outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in padded))

    def digest(self, message: bytes) -> bytes:
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(message)
        outer.update(inner.digest())
        return outer.digest()


class KeyRing:
    """The keys of one installation.

    ``keys`` are 32-byte secrets by number, ``current`` the number that writes, ``index_key`` the
    secret of blind indexes (never rotated without re-indexing).
    """

    def __init__(self, keys: dict[int, bytes], current: int, index_key: bytes) -> None:
        self._ciphers = {number: AESGCM(key) for number, key in keys.items()}
        self._encrypt = self._ciphers[current].encrypt
        self._number = bytes([current])
        self._mac = _Mac(index_key)

    @classmethod
    def from_text(cls, text: str) -> KeyRing:
        """Read ``1:base64,2:base64,index:base64``; the highest number writes."""
        parts = dict(part.strip().split(":", 1) for part in text.split(","))
        index = base64.b64decode(parts.pop("index"))
        keys = {int(number): base64.b64decode(key) for number, key in parts.items()}
        return cls(keys, max(keys), index)

    @staticmethod
    def generate() -> str:
        """Return the text of a new ring with one key."""
        fresh = [base64.b64encode(os.urandom(32)).decode() for _ in range(2)]
        return f"1:{fresh[0]},index:{fresh[1]}"

    def seal(self, value: str, purpose: str) -> bytes:
        """Encrypt ``value`` for ``purpose``."""
        return self.seal_bytes(value.encode(), purpose)

    def open(self, stored: bytes, purpose: str) -> str:
        """Decrypt; raises ``KeyError`` for a missing key and ``InvalidTag`` for foreign data."""
        return self.open_bytes(stored, purpose).decode()

    def seal_bytes(self, value: bytes, purpose: str) -> bytes:
        """Encrypt bytes, such as a whole file, for ``purpose``."""
        nonce: bytes = _nonces.take()
        return self._number + nonce + self._encrypt(nonce, value, purpose.encode())

    def open_bytes(self, stored: bytes, purpose: str) -> bytes:
        """Decrypt bytes; raises as :meth:`open`."""
        nonce, body = stored[1 : _NONCE + 1], stored[_NONCE + 1 :]
        return self._ciphers[stored[0]].decrypt(nonce, body, purpose.encode())

    def blind(self, value: str, purpose: str) -> bytes:
        """Return 16 bytes that are equal for equal values of one purpose, and tell no more."""
        message = f"{purpose}\0{value}".encode()
        return self._mac.digest(message)[:16]


_ring: KeyRing | None = None


def install_keys(ring: KeyRing) -> None:
    """Make ``ring`` the one that every sealed column uses."""
    global _ring  # noqa: PLW0603 (one installation, one ring)
    _ring = ring


def keys() -> KeyRing:
    """Return the installed ring; raises when the application was not configured."""
    if _ring is None:
        raise QinchaoError("no encryption keys are installed")
    return _ring


def blind(value: str | None, purpose: str) -> bytes | None:
    """Return the blind index of a normalised value, or None for nothing."""
    return keys().blind(value, purpose) if value else None


class Sealed(TypeDecorator[str]):
    """A text column that is encrypted at rest."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, purpose: str) -> None:
        super().__init__()
        self.purpose = purpose

    def process_bind_param(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ARG002 (SQLAlchemy's signature)
        """Encrypt on the way in; empty text is stored as NULL."""
        return keys().seal(value, self.purpose) if value else None

    def process_result_value(
        self,
        value: Any | None,
        dialect: Dialect,  # noqa: ARG002 (SQLAlchemy's signature)
    ) -> str | None:
        """Decrypt on the way out."""
        return keys().open(bytes(value), self.purpose) if value is not None else None


class SealedData(TypeDecorator[dict[str, Any]]):
    """Plain data (names and JSON values), encrypted at rest as one piece."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, purpose: str) -> None:
        super().__init__()
        self.purpose = purpose

    def process_bind_param(self, value: dict[str, Any] | None, dialect: Dialect) -> Any:  # noqa: ARG002 (SQLAlchemy's signature)
        """Encrypt on the way in."""
        return keys().seal(json.dumps(value), self.purpose) if value is not None else None

    def process_result_value(
        self,
        value: Any | None,
        dialect: Dialect,  # noqa: ARG002 (SQLAlchemy's signature)
    ) -> dict[str, Any] | None:
        """Decrypt on the way out."""
        if value is None:
            return None
        found: dict[str, Any] = json.loads(keys().open(bytes(value), self.purpose))
        return found
