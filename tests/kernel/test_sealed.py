"""Blind indexes are stored for years: they are HMAC-SHA-256, whatever the key's length."""

from __future__ import annotations

import hashlib
import hmac

import pytest

from app.db.sealed import KeyRing


@pytest.mark.parametrize("length", [16, 32, 64, 65, 200])
def test_a_blind_index_is_the_beginning_of_an_hmac(length: int) -> None:
    key = bytes(range(length))
    ring = KeyRing({1: bytes(32)}, 1, key)
    expected = hmac.digest(key, b"phone\x0019900000001", hashlib.sha256)[:16]
    assert ring.blind("19900000001", "phone") == expected
