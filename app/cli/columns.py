"""Columns of text on a terminal, where a Chinese letter is as wide as two others."""

from __future__ import annotations

from unicodedata import east_asian_width


def width(text: str) -> int:
    """Return how many columns ``text`` takes."""
    return sum(1 + (east_asian_width(letter) in "WF") for letter in text)


def padded(text: str, columns: int) -> str:
    """Return ``text`` with blanks up to ``columns``."""
    return text + " " * (columns - width(text))
