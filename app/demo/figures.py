"""How many children of each kind a demonstration's schools have: demo.csv beside the folder."""

from __future__ import annotations

import csv
from pathlib import Path

from app.children.roster.invented import Numbers
from app.kernel.errors import Refused
from app.kernel.text import T

FILE = "demo.csv"
COLUMNS = ("school", "pupils", "both", "one", "none", "unknown")
_UTF8 = "utf-8-sig"


def read_figures(folder: Path) -> dict[str, Numbers]:
    """Return the numbers by school code, in the file's order.

    Raises :class:`Refused` with the row for what is no number or does not add up.
    """
    path = folder / FILE
    if not path.is_file():
        raise Refused(T("{file} is missing.", file=FILE))
    with path.open(encoding=_UTF8, newline="") as file:
        rows = list(csv.DictReader(file))
    found: dict[str, Numbers] = {}
    for row, cells in enumerate(rows, 2):
        values = [cells.get(name) or "" for name in COLUMNS[1:]]
        if not all(value.isdecimal() for value in values):
            raise Refused(
                T("{file}, row {row}: write whole numbers, nothing else.", file=FILE, row=row)
            )
        pupils, *kinds = map(int, values)
        if pupils != sum(kinds):
            raise Refused(
                T(
                    "{file}, row {row}: the kinds make {total}, not {pupils}.",
                    file=FILE,
                    row=row,
                    total=sum(kinds),
                    pupils=pupils,
                )
            )
        found[cells["school"]] = Numbers(*kinds)
    return found


def one_in(numbers: Numbers, share: int) -> Numbers:
    """Return the numbers of a smaller demonstration: one child in ``share``."""
    return Numbers(
        numbers.both // share, numbers.one // share, numbers.none // share, numbers.unknown // share
    )
