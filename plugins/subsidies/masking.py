"""How names stand on lists that everybody reads, and numbers on pages."""

from __future__ import annotations

from app.sdk import split_surname

_TAIL = 4


def mask_name(name: str) -> str:
    """Hide a part of a name: 石小满 → 石*满, 石满 → 石*, 欧阳小满 → 欧阳*满."""
    surname, given = split_surname(name)
    if not surname:
        return name[:1] + "*" * max(len(name) - 1, 1)
    return surname + "*" * max(len(given) - 1, 1) + (given[-1] if len(given) > 1 else "")


def mask_account(tail: str | None) -> str:
    """Show the last four digits of a bank account: **** 1234; nothing without an account."""
    return f"**** {tail}" if tail else ""


def tail_of(number: str) -> str:
    """Return the last four digits."""
    return number[-_TAIL:]
