"""Which rate holds for a child on a day: the national rows shipped here, local rows above them.

Source of the national rows: data/national_rates.csv, which says for each how far it was checked.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

_FILE = Path(__file__).parent / "data" / "national_rates.csv"
NATIONAL, LOCAL = "national", "local"
DAYS_OF_MEALS = 200
"""School days a year for which meals are subsidised."""


@dataclass(frozen=True)
class RateRow:
    """A dated rate: ``amount`` in fen per unit; an empty stage or boarding means all.

    Not ``verified``: nobody has seen the source yet.
    """

    scheme: str
    stage: str
    boarding: str
    unit: str
    amount: int
    starts_on: date
    source: str
    level: str = NATIONAL
    verified: bool = True


@lru_cache(maxsize=1)
def national_rates() -> Sequence[RateRow]:
    """Return the national base rates that are shipped, by scheme and day."""
    with _FILE.open(encoding="utf-8", newline="") as file:
        lines = [line for line in file if not line.startswith("#")]
    return [
        RateRow(
            row["scheme"],
            row["stage"],
            row["boarding"],
            row["unit"],
            int(row["amount_fen"]),
            date.fromisoformat(row["starts_on"]),
            row["source"],
            verified=row["status"] == "verified",
        )
        for row in csv.DictReader(lines)
    ]


def rate_on(rows: Iterable[RateRow], stage: str, boarding: str | None, day: date) -> RateRow | None:
    """Return the rate in force, None when there is none.

    Of each level the newest row counts that speaks of this stage and boarding, the more exact
    first; a local one counts unless the national base has since become higher.
    """
    every = list(rows)
    found = {
        level: _newest([r for r in every if r.level == level], stage, boarding, day)
        for level in (LOCAL, NATIONAL)
    }
    local, national = found[LOCAL], found[NATIONAL]
    if local is None or (national is not None and national.amount > local.amount):
        return national
    return local


def _newest(rows: Sequence[RateRow], stage: str, boarding: str | None, day: date) -> RateRow | None:
    fitting = [
        row
        for row in rows
        if row.stage in ("", stage)
        and row.boarding in ("", boarding or "")
        and row.starts_on <= day
    ]
    return max(fitting, key=lambda r: (bool(r.stage), bool(r.boarding), r.starts_on), default=None)
