"""Resident identity numbers of 18 characters (GB 11643-1999), and what spreadsheets do to them.

Weights and check characters: GB 11643-1999, 4.3 (ISO 7064 MOD 11-2). The same form is used by the
residence permits of people from Hong Kong, Macao and Taiwan (81, 82, 83). An unknown place is not
an error: counties are renamed, and 99 is the place of invented people.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from enum import StrEnum
from operator import mul
from typing import NamedTuple

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS = "10X98765432"
_ZEROS = ord("0") * sum(WEIGHTS)
# GB/T 2260 provinces, then 81-83 residence permits; 99 is ours for invented people.
PROVINCES = frozenset(
    map(str, (*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55)))
) | frozenset(map(str, (*range(61, 66), 71, 81, 82, 83, 99)))
EXACT_DIGITS = 15  # a spreadsheet's number cell keeps fifteen digits and makes the rest 0

# [0-9], for \d holds full-width digits too.
_FORM = re.compile(r"[0-9]{17}[0-9X]")
_CLEAN = re.compile(r"[0-9]{17}[0-9Xx]")
_NOISE = re.compile(r"[\s\u200b-\u200f\ufeff'’`\-‐-―]+")
_EXPONENT = re.compile(r"\d(\.\d+)?E\+?\d{2}", re.IGNORECASE)


class IdState(StrEnum):
    """What is known about a number before anybody looked at the document."""

    OK = "ok"
    BAD_CHECK_DIGIT = "bad_check_digit"
    BAD_LENGTH = "bad_length"
    BAD_DATE = "bad_date"
    FUTURE_BIRTH = "future_birth"
    DAMAGED = "damaged_by_excel"


class NationalId(NamedTuple):
    """A number as it was understood; ``birth`` and ``sex`` only where its form allows them."""

    number: str
    state: IdState
    birth: date | None = None
    sex: str | None = None
    place_known: bool = True


def check_character(first17: str) -> str:
    """Return the eighteenth character for seventeen digits."""
    # The code of a digit is 48 more than the digit.
    total = sum(map(mul, first17.encode(), WEIGHTS)) - _ZEROS
    return CHECK_CHARACTERS[total % 11]


def normalise(text: str) -> str:
    """Return the number half-width, without spaces and dashes, with a capital X."""
    if _CLEAN.fullmatch(text):
        return text.upper()
    return _NOISE.sub("", unicodedata.normalize("NFKC", text)).upper()


def parse(value: str | float, *, today: date) -> NationalId:
    """Understand one cell: text, or the number a spreadsheet made of it."""
    if not isinstance(value, str):
        whole = f"{value:.0f}"
        state = IdState.DAMAGED if len(whole) > EXACT_DIGITS else IdState.BAD_LENGTH
        return NationalId(f"{value:.6E}" if state is IdState.DAMAGED else whole, state)
    number = normalise(value)
    if _FORM.fullmatch(number):
        return _judge(number, today)
    damaged = _EXPONENT.fullmatch(number)
    return NationalId(number, IdState.DAMAGED if damaged else IdState.BAD_LENGTH)


def _judge(number: str, today: date) -> NationalId:
    birth = _birth(number)
    sex = "male" if int(number[16]) % 2 else "female"
    if number[17] != check_character(number[:17]):
        # Three zeros and a wrong check digit: a number cell lost the tail, then became text.
        lost = number.endswith("000")
        state = IdState.DAMAGED if lost else IdState.BAD_CHECK_DIGIT
        return NationalId(number, state, birth, None if lost else sex)
    if birth is None:
        return NationalId(number, IdState.BAD_DATE)
    state = IdState.FUTURE_BIRTH if birth > today else IdState.OK
    return NationalId(number, state, birth, sex, number[:2] in PROVINCES)


def _birth(number: str) -> date | None:
    try:
        birth = date.fromisoformat(number[6:14])
    except ValueError:
        return None
    return birth if birth.year >= 1900 else None
