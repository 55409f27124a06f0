"""Money as whole fen: reading what people type, writing what they read, sharing without a rest."""

from __future__ import annotations

import re

from app.sdk import Refused
from plugins.subsidies.words import T

_YUAN = re.compile(r"(\d{1,9})(?:\.(\d{1,2}))?")
_JUNK = re.compile(r"[\s,，￥¥元]")


def fen(typed: str, field: str | None = None) -> int:
    """Read yuan as typed ("1,250", "312.50元") and return fen; raises :class:`Refused`."""
    found = _YUAN.fullmatch(_JUNK.sub("", typed))
    if found is None:
        raise Refused(
            T("“{typed}” is no sum of money. Write yuan, such as 1250 or 312.50.", typed=typed),
            field,
        )
    return int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0"))


def yuan(amount: int | None) -> str:
    """Write fen as yuan with separators and two decimals: 112,500.00; nothing for None."""
    if amount is None:
        return ""
    sign = "-" if amount < 0 else ""
    return f"{sign}{abs(amount) // 100:,}.{abs(amount) % 100:02}"


def share(amount: int, part: int, parts: int) -> int:
    """Return the ``part``-th (from 1) of ``parts`` shares of ``amount``, in whole fen.

    The shares together are exactly the amount and differ by one fen at most. Raises
    :class:`ValueError` for a part that there is not.
    """
    if not 1 <= part <= parts:
        raise ValueError(part)
    return amount * part // parts - amount * (part - 1) // parts
