"""Numbers that are stored encrypted and found by blind index, normalised in one place."""

from __future__ import annotations

from app.db.sealed import blind
from app.kernel import national_id, phones, xueji

TAIL = 4


def identity_index(number: str | None) -> bytes | None:
    """Return the index of a whole identity number, however it was typed; None for none."""
    return blind(national_id.normalise(number), "identity_number") if number else None


def identity_tail_index(number: str) -> bytes | None:
    """Return the index of the last four characters of an identity number."""
    return blind(national_id.normalise(number)[-TAIL:], "identity_tail")


def pupil_number_index(number: str | None) -> bytes | None:
    """Return the index of a pupil number (学籍号); None for none."""
    return blind(xueji.parse(number).number, "pupil_number") if number else None


def phone_index(number: str) -> bytes | None:
    """Return the index of a telephone number."""
    found = phones.parse(number)
    return blind(found[0].number, "phone") if found else None


def phone_tail_index(number: str) -> bytes:
    """Return the index of the last four digits of a telephone number."""
    return blind(number[-TAIL:], "phone_tail") or b""


def mask_identity(number: str) -> str:
    """Return an identity number fit for a page: 990101********2143."""
    if len(number) < 10:
        return "*" * len(number)
    return number[:6] + "*" * (len(number) - 10) + number[-TAIL:]
