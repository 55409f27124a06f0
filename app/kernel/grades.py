"""Stages, school years and homerooms: a class keeps its intake year, its grade follows the date.

Six-three and five-four are the two divisions of the nine years of compulsory education
(义务教育法); the school year begins on 1 September.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

YEAR_STARTS = (9, 1)
NUMERALS = "零一二三四五六七八九十"


class Stage(StrEnum):
    """Part of schooling with its own intake."""

    KINDERGARTEN = "kindergarten"
    PRIMARY = "primary"
    JUNIOR = "junior"


class System(StrEnum):
    """How many years primary and junior school take."""

    SIX_THREE = "6-3"
    FIVE_FOUR = "5-4"


class JuniorStyle(StrEnum):
    """Whether the first junior year is called 初一 or 七."""

    CHU = "chu"
    CONTINUED = "continued"


_KINDERGARTEN_NAMES = ("小", "中", "大")
_STAGE_NAMES = {Stage.PRIMARY: "小学", Stage.JUNIOR: "初中"}


@dataclass(frozen=True, slots=True, order=True)
class HomeroomKey:
    """What a class is within its school, for all its years."""

    stage: Stage
    intake_year: int
    number: int


def years(stage: Stage, system: System) -> int:
    """Return how many grades the stage has."""
    if stage is Stage.KINDERGARTEN:
        return 3
    long = stage is Stage.PRIMARY if system is System.SIX_THREE else stage is Stage.JUNIOR
    if long:
        return 6 if system is System.SIX_THREE else 4
    return 5 if stage is Stage.PRIMARY else 3


def school_year(on: date, starts: tuple[int, int] = YEAR_STARTS) -> int:
    """Return the calendar year in which the school year of that day began."""
    return on.year if (on.month, on.day) >= starts else on.year - 1


def term_name(year: int, number: int) -> str:
    """Write a term as schools do: 2026-2027学年第一学期; ``year`` is the one it begins in."""
    return f"{year}-{year + 1}学年第{NUMERALS[number]}学期"


def grade_of(intake_year: int, on: date, starts: tuple[int, int] = YEAR_STARTS) -> int:
    """Return the grade within the stage: 1 in the first year, below 1 before it begins."""
    return school_year(on, starts) - intake_year + 1


def intake_of(grade: int, on: date, starts: tuple[int, int] = YEAR_STARTS) -> int:
    """Return the intake year of who is in that grade of a stage on that day."""
    return school_year(on, starts) - grade + 1


def is_current(key: HomeroomKey, system: System, on: date) -> bool:
    """Say whether the class is in school: begun, and not yet past the last grade."""
    return 1 <= grade_of(key.intake_year, on) <= years(key.stage, system)


def grade_name(stage: Stage, grade: int) -> str:
    """Return the full name of a grade: 小学一年级, 初中一年级, 幼儿园小班."""
    if stage is Stage.KINDERGARTEN:
        return f"幼儿园{_KINDERGARTEN_NAMES[grade - 1]}班"
    return f"{_STAGE_NAMES[stage]}{NUMERALS[grade]}年级"


def class_name(
    key: HomeroomKey,
    on: date,
    system: System = System.SIX_THREE,
    style: JuniorStyle = JuniorStyle.CHU,
) -> str:
    """Return what a class is called on a day: 三（2）班, 初一3班 or 七（3）班, 小（1）班.

    Before its first and after its last grade it has only its cohort's name.
    """
    if not is_current(key, system, on):
        return cohort_name(key)
    grade = grade_of(key.intake_year, on)
    if key.stage is Stage.KINDERGARTEN:
        return f"{_KINDERGARTEN_NAMES[grade - 1]}（{key.number}）班"
    if key.stage is Stage.PRIMARY:
        return f"{NUMERALS[grade]}（{key.number}）班"
    if style is JuniorStyle.CHU:
        return f"初{NUMERALS[grade]}{key.number}班"
    return f"{NUMERALS[grade + years(Stage.PRIMARY, system)]}（{key.number}）班"


def cohort_name(key: HomeroomKey) -> str:
    """Return the name that never changes: 2023级3班."""
    return f"{key.intake_year}级{key.number}班"
