"""The tables of the standards: dated sets of plain files, a folder each.

A set is chosen by the day of the examination and its name is kept with every result. A new edition
is a new folder with its own ``since``; what was screened before keeps the set it names.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).with_name("data")
Key = tuple[str, Decimal]
"""Sex (M or F) and age in half years, whole years or grade."""
BUCKETS = ("LT_P5", "P5", "P10", "P25", "P50", "P75", "P90", "P95")


@dataclass(frozen=True)
class Source:
    """Which standard a table is of; ``single`` says that only one source was found for it."""

    standard: str
    edition: str
    single: bool = False


@dataclass(frozen=True, eq=False)
class Tables:
    """One dated set of tables, ready to be looked up; each with its source.

    ``overweight``: (overweight from, obese from). ``wasting``: (moderate or severe to, mild to).
    ``stunting``: stunted to. ``vision``: (grade, lowest mark), best first. ``vital_capacity``:
    (ml from, score, level), highest first. ``pressure``: (upper, lower) from, by sex, year and
    column; ``heights``: where the columns begin.
    """

    name: str
    since: date
    overweight: dict[Key, tuple[Decimal, Decimal]]
    wasting: dict[Key, tuple[Decimal, Decimal]]
    stunting: dict[Key, Decimal]
    vision: tuple[tuple[str, Decimal], ...]
    decimal_vision: tuple[tuple[Decimal, Decimal], ...]
    vital_capacity: dict[Key, tuple[tuple[Decimal, int, str], ...]]
    pressure: dict[tuple[str, int, str], tuple[int, int]]
    heights: dict[tuple[str, int], tuple[Decimal, ...]]
    sources: dict[str, Source]


def tables_on(day: date) -> Tables:
    """Return the set that examinations of a day are screened by."""
    fitting = [found for found in _all() if found.since <= day]
    return fitting[-1] if fitting else _all()[0]


def tables_named(name: str) -> Tables:
    """Return a set by its name; raises ``KeyError`` for one that is not installed."""
    for found in _all():
        if found.name == name:
            return found
    raise KeyError(name)


@lru_cache
def _all() -> tuple[Tables, ...]:
    folders = (path for path in DATA.iterdir() if (path / "set.toml").is_file())
    return tuple(sorted((read_set(folder) for folder in folders), key=lambda found: found.since))


def read_set(folder: Path) -> Tables:
    """Read one set of tables from its folder."""
    begins: date = tomllib.loads((folder / "set.toml").read_text(encoding="utf-8"))["since"]
    files = {path.stem: _read(path) for path in folder.glob("*.csv")}
    rows = {name: found for name, (found, _source) in files.items()}
    return Tables(
        name=folder.name,
        since=begins,
        overweight={
            _key(r): (Decimal(r["overweight_bmi_ge"]), Decimal(r["obese_bmi_ge"]))
            for r in rows["overweight"]
        },
        wasting={
            _key(r): (Decimal(r["moderate_severe_le"]), Decimal(r["mild_max"]))
            for r in rows["wasting"]
        },
        stunting={_key(r): Decimal(r["height_le_cm"]) for r in rows["stunting"]},
        vision=tuple((r["level"], Decimal(r["va_min"])) for r in rows["vision"]),
        decimal_vision=tuple((Decimal(r["decimal"]), Decimal(r["L"]))
                             for r in rows["decimal_vision"]),
        vital_capacity=_by_grade(rows["vital_capacity"]),
        pressure={
            (r["sex"], int(r["age_year"]), r["height_bucket"]):
                (int(r["sbp_p95"]), int(r["dbp_p95"]))
            for r in rows["blood_pressure"]
        },
        heights={
            (r["sex"], int(r["age_year"])): tuple(Decimal(r[b.lower()]) for b in BUCKETS[1:])
            for r in rows["height_percentiles"]
        },
        sources={name: source for name, (_rows, source) in files.items()},
    )  # fmt: skip


def _key(row: dict[str, str]) -> Key:
    return row["sex"], Decimal(row["age_band"])


def _by_grade(rows: Iterable[dict[str, str]]) -> dict[Key, tuple[tuple[Decimal, int, str], ...]]:
    found: dict[Key, list[tuple[Decimal, int, str]]] = {}
    for row in rows:
        line = (Decimal(row["vital_capacity_ge_ml"]), int(row["score"]), row["level"])
        found.setdefault((row["sex"], Decimal(row["grade_no"])), []).append(line)
    return {key: tuple(sorted(lines, reverse=True)) for key, lines in found.items()}


def _read(path: Path) -> tuple[list[dict[str, Any]], Source]:
    """Read a table: lines of ``# name: value`` and the rows below."""
    lines = path.read_text(encoding="utf-8").splitlines()
    said = [line[2:].split(": ", 1) for line in lines if line.startswith("# ")]
    about = {part[0]: part[1] for part in said if len(part) == 2}
    rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    single = about["checked"].startswith("ONE source")
    return rows, Source(about["standard"], about["edition"], single)
