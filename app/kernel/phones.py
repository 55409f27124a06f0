"""Telephone numbers as they are typed into sheets: mobiles and landlines of mainland China.

Mobiles: eleven digits beginning 13 to 19. Landlines: area code of three or four digits beginning
with 0 and a number of seven or eight digits (numbering plan of the telephone network).
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"(0(?:10|2\d|[3-9]\d{2}))(\d{7,8})")
_SEPARATORS = re.compile(r"[/、,;|\n或]+")
_NUMBERS = re.compile(r"(?:\+?86[- ]?)?(1[3-9](?:[- ]?\d){9})(?!\d)")
_JUNK = re.compile(r"[\s\-‐-―()\u200b-\u200f\ufeff'’`.:]+")
_COUNTRY = re.compile(r"(?:\+|00)86|^86(?=1[3-9]\d{9}$)")
_LABEL = re.compile(r"^(?:手机|电话|座机|联系电话|tel|phone)[::]?", re.IGNORECASE)


class Phone(NamedTuple):
    """One number, digits only (a landline as 023-61234567); not ``valid`` is kept as typed."""

    number: str
    valid: bool


def parse(value: str | float) -> tuple[Phone, ...]:
    """Return every number of a cell in order: '13… / 023-6123 4567' gives two."""
    if not isinstance(value, str):
        return (_one(f"{value:.0f}"),)
    if _MOBILE.fullmatch(value):
        return (Phone(value, valid=True),)
    text = unicodedata.normalize("NFKC", value).strip()
    text = re.sub(r"^(\d+)\.0+$", r"\1", text)
    found: list[Phone] = []
    for part in _SEPARATORS.split(text):
        for phone in _part(part):
            if phone.number and phone not in found:
                found.append(phone)
    return tuple(found)


def _part(text: str) -> list[Phone]:
    whole = _one(text)
    if whole.valid:
        return [whole]
    mobiles = [_one(match.group(1)) for match in _NUMBERS.finditer(text)]
    if mobiles:
        rest = _NUMBERS.sub(" ", text)
        return mobiles + [phone for word in rest.split() if (phone := _one(word)).valid]
    words = [_one(word) for word in text.split()]
    return words if len(words) > 1 and all(phone.valid for phone in words) else [whole]


def _one(text: str) -> Phone:
    digits = _COUNTRY.sub("", _JUNK.sub("", _LABEL.sub("", text.strip())))
    if _MOBILE.fullmatch(digits):
        return Phone(digits, valid=True)
    landline = _LANDLINE.fullmatch(digits)
    if landline:
        return Phone(f"{landline.group(1)}-{landline.group(2)}", valid=True)
    return Phone(digits, valid=False)


def mask(number: str) -> str:
    """Return a number fit for a list: '199****0001', '023-****567'."""
    area, dash, local = number.rpartition("-")
    if dash:
        return f"{area}-****{local[-3:]}"
    if len(number) < 8:
        return "*" * len(number)
    return f"{number[:3]}****{number[-4:]}"
