"""Passwords and PINs: hashing with argon2id, strength, first secrets."""

from __future__ import annotations

import secrets
from contextlib import suppress
from itertools import pairwise

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from app.kernel.errors import Refused
from app.kernel.text import T

# OWASP's second recommended profile: 19 MiB, 2 passes; about 30 ms on an office machine.
_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
_DUMMY = _hasher.hash("nobody's password")
_SHORTEST = 8
_PIN_DIGITS = 6
# What is tried first, whatever digits stand around or between these letters (q1w2e3r4 too).
_COMMON_LETTERS = frozenset(
    [
        "password",
        "passwd",
        "passw",
        "pass",
        "abc",
        "abcd",
        "abcde",
        "abcdef",
        "qwe",
        "qwer",
        "qwert",
        "qwerty",
        "asd",
        "asdf",
        "asdfgh",
        "zxc",
        "zxcv",
        "zxcvbn",
        "zxcvbnm",
        "qaz",
        "qazwsx",
        "admin",
        "root",
        "test",
        "welcome",
        "woaini",
        "iloveyou",
    ]
)
_DIGIT_RUNS = ("01234567890", "09876543210")
_FEW_LETTERS = 3
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def hash_secret(secret: str) -> str:
    """Return the argon2id hash to store."""
    return _hasher.hash(secret)


def matches(stored: str | None, secret: str) -> bool:
    """Compare in the same time whether or not there is an account (``stored`` None)."""
    try:
        _hasher.verify(stored or _DUMMY, secret)
    except VerifyMismatchError:
        return False
    return stored is not None


def demand_password(password: str) -> None:
    """Raise :class:`Refused` for a password that is too easy."""
    if len(password) < _SHORTEST:
        raise Refused(T("Use at least {n} characters.", n=_SHORTEST), "password")
    mixed = any(c.isalpha() for c in password) and any(c.isdigit() for c in password)
    if not mixed or len(set(password)) < _SHORTEST // 2:
        raise Refused(T("Mix letters and digits; do not repeat one character."), "password")
    if _common(password.lower()):
        raise Refused(T("This password is one of the first that are tried. Choose another."))


def _common(password: str) -> bool:
    letters = "".join(c for c in password if c.isalpha())
    digits = "".join(c for c in password if c.isdigit())
    run = len(letters) <= _FEW_LETTERS and any(digits in r for r in _DIGIT_RUNS)
    return run or letters in _COMMON_LETTERS


def demand_pin(pin: str) -> None:
    """Raise :class:`Refused` for a PIN that is not six digits or is a plain run."""
    if len(pin) != _PIN_DIGITS or not pin.isdigit():
        raise Refused(T("The PIN has six digits."), "pin")
    steps = {ord(b) - ord(a) for a, b in pairwise(pin)}
    if len(steps) == 1:
        raise Refused(T("This PIN is too easy to guess. Choose another."), "pin")


def first_password() -> str:
    """Return a random first password that is easy to read aloud: 8 characters."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_SHORTEST))


def first_pin() -> str:
    """Return a random first PIN that is not too easy."""
    while True:
        pin = "".join(secrets.choice("0123456789") for _ in range(_PIN_DIGITS))
        with suppress(Refused):
            demand_pin(pin)
            return pin


def activation_code() -> str:
    """Return a random activation code of 8 characters without look-alikes (39 bits)."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_SHORTEST)).upper()
