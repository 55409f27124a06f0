"""Pupil numbers of the national pupil register (学籍号): a letter and eighteen characters.

G: permanent, the identity number follows. J: permanent, made up for a child without an identity
number. L: temporary. Source: published explanations of the national register.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_FORM = re.compile(r"([GJL])([0-9]{17}[0-9X])")
_SPACES = re.compile(r"[\s\u200b-\u200f\ufeff]+")


@dataclass(frozen=True, slots=True)
class PupilNumber:
    """A pupil number; ``identity_number`` only where the letter says that it holds one."""

    number: str
    valid: bool
    identity_number: str | None = None


def parse(value: str | float) -> PupilNumber:
    """Understand one cell; a number cell has lost its letter and is not valid."""
    text = value if isinstance(value, str) else f"{value:.0f}"
    number = _SPACES.sub("", unicodedata.normalize("NFKC", text)).upper()
    match = _FORM.fullmatch(number)
    if match is None:
        return PupilNumber(number, valid=False)
    letter, rest = match.groups()
    return PupilNumber(number, valid=True, identity_number=rest if letter == "G" else None)
