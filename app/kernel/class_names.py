"""Understand a class as school sheets spell it: 三（2）班, 302, 初一3班, 2023级3班, 小班."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from app.kernel.grades import (
    HomeroomKey,
    Stage,
    System,
    intake_of,
    is_current,
    years,
)
from app.kernel.text import T, Text

Candidate = tuple[Stage, int]  # stage and grade within it


@dataclass(frozen=True, slots=True)
class ClassAnswer:
    """``key`` when the class is certain; else ``code`` and ``reason`` say what to do."""

    key: HomeroomKey | None = None
    number_given: bool = True
    code: str = ""
    reason: Text | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """What the school teaches and the day of the sheet."""

    stages: tuple[Stage, ...]
    system: System
    on: date


_BLANK = re.compile(r"[\s\u200b-\u200f\ufeff]+")
_DIGIT = "一二三四五六七八九"
_N = r"(?P<n>\d{1,2}|[一二三四五六七八九十]{1,3})"
_NUMBER = rf"(?:年级)?第?\(?{_N}\)?班?"
_GRADE = rf"(?P<g>[1-9{_DIGIT}])"
_COHORT = re.compile(rf"(?P<s>小学|初中)?(?P<y>20\d\d)(?P<k>级|届)(?:{_NUMBER})?")
_CODED = re.compile(r"(?P<y>20\d\d)(?P<n>\d\d)班?")
_TAIL = rf"(?:年级|年)?(?:第?\(?{_N}\)?班?|班)?"
_JUNIOR = re.compile(rf"初中?(?P<g>[1-4一二三四]){_TAIL}")
_PRIMARY = re.compile(rf"(?:小学|小)(?P<g>[1-6一二三四五六]){_TAIL}")
_PLAIN = re.compile(rf"{_GRADE}(?:年级|年|级)?[.\-]?(?:第?\(?{_N}\)?班?)?")
_THREE = re.compile(r"(?P<g>[1-9])(?P<n>[01]\d)班?")
_BARE = re.compile(rf"\d\d?班?|[{_DIGIT}]班?")  # a number of a class without its grade
_SMALL = re.compile(rf"(?:幼儿园?)?(?P<g>小|中|大|学前)(?:班?\(?{_N}\)?班?|班)")
_ONLY_NUMBER = re.compile(rf"第?\(?{_N}\)?班?")
_MULTI = re.compile(rf"[{_DIGIT}1-9][、,\-~至和]?[{_DIGIT}1-9]年级|复式")
_MOST_CLASSES = 40  # of a grade; a higher number is a slip of the pen
_KINDERGARTEN_GRADE = {"小": 1, "中": 2, "大": 3, "学前": 3}


def parse_class(
    text: str,
    *,
    stages: Sequence[Stage],
    system: System = System.SIX_THREE,
    on: date,
    grade: str = "",
) -> ClassAnswer:
    """Understand a class; ``grade`` is the text of a separate grade column, if there is one."""
    return _parse(text, grade, Frame(tuple(stages), system, on))


def _plain(text: str) -> str:
    return _BLANK.sub("", unicodedata.normalize("NFKC", text))


@lru_cache(maxsize=4096)
def _parse(text: str, grade: str, frame: Frame) -> ClassAnswer:
    text, grade = _plain(text), _plain(grade)
    if grade and (not text or _ONLY_NUMBER.fullmatch(text)):
        text = _joined(grade, text)
    elif grade and _MULTI.search(text):
        text = grade  # a multi-grade class: the child's own grade decides
    if text.count("(") != text.count(")"):
        return _unknown(text)
    if not text:
        return ClassAnswer(code="class_missing", reason=T("No class is given: fill in the class"))
    if _MULTI.search(text):
        return ClassAnswer(
            code="class_multi_grade",
            reason=T("“{text}” holds several grades: give each child's own grade", text=text),
        )
    cohort = _COHORT.fullmatch(text) or _CODED.fullmatch(text)
    if cohort:
        return _from_cohort(text, cohort, frame)
    return _from_grade(text, frame)


def _joined(grade: str, text: str) -> str:
    if re.fullmatch(r"20\d\d年?", grade):
        grade = grade.rstrip("年") + "级"
    elif re.fullmatch(rf"[1-9{_DIGIT}]", grade):
        grade += "年级"
    match = _ONLY_NUMBER.fullmatch(text)
    return f"{grade}({match.group('n')})班" if match else grade


def _from_cohort(text: str, match: re.Match[str], frame: Frame) -> ClassAnswer:
    found = match.groupdict()
    named = {"小学": Stage.PRIMARY, "初中": Stage.JUNIOR}.get(found.get("s") or "")
    number, given = _number(found["n"])
    if number > _MOST_CLASSES:
        return _unknown(text)
    keys = []
    for stage in [named] if named else frame.stages:
        year = int(found["y"])
        if found.get("k") == "届":  # named after the year of leaving
            year -= years(stage, frame.system)
        keys.append(HomeroomKey(stage, year, number))
    current = [key for key in keys if is_current(key, frame.system, frame.on)]
    if not current:
        return _gone(text)
    if len(current) > 1:
        return _ambiguous(text)
    return ClassAnswer(current[0], number_given=given)


def _from_grade(text: str, frame: Frame) -> ClassAnswer:
    found: dict[Candidate, re.Match[str]] = {}
    for match, candidates in _readings(text, frame):
        for candidate in candidates:
            found.setdefault(candidate, match)
    taught = {c: m for c, m in found.items() if c[0] in frame.stages}
    if not taught:
        return _not_taught(text) if found else _unknown(text)
    if len(taught) > 1:
        return _ambiguous(text)
    (stage, grade), match = next(iter(taught.items()))
    if grade > years(stage, frame.system):
        return _not_taught(text)
    number, given = _number(match.group("n"))
    if number > _MOST_CLASSES:
        return _unknown(text)
    return ClassAnswer(HomeroomKey(stage, intake_of(grade, frame.on), number), number_given=given)


def _readings(text: str, frame: Frame) -> list[tuple[re.Match[str], list[Candidate]]]:
    out: list[tuple[re.Match[str], list[Candidate]]] = []
    if match := _SMALL.fullmatch(text):
        out.append((match, [(Stage.KINDERGARTEN, _KINDERGARTEN_GRADE[match.group("g")])]))
    if match := _JUNIOR.fullmatch(text):
        out.append((match, [(Stage.JUNIOR, _value(match.group("g")))]))
    if match := _PRIMARY.fullmatch(text):
        out.append((match, [(Stage.PRIMARY, _value(match.group("g")))]))
    plain = None if _BARE.fullmatch(text) else _PLAIN.fullmatch(text)
    if match := _THREE.fullmatch(text) or plain:
        out.append((match, _continued(_value(match.group("g")), frame)))
    return out


def _continued(grade: int, frame: Frame) -> list[Candidate]:
    """Nine years in a row; a school with only junior classes may count its own from one."""
    primary = years(Stage.PRIMARY, frame.system)
    if grade > primary:
        return [(Stage.JUNIOR, grade - primary)]
    if Stage.PRIMARY not in frame.stages and Stage.JUNIOR in frame.stages:
        return [(Stage.JUNIOR, grade)]
    return [(Stage.PRIMARY, grade)]


def _number(text: str | None) -> tuple[int, bool]:
    return (_value(text), True) if text else (1, False)


def _value(text: str) -> int:
    if text.isdecimal():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    if ten:
        return (_DIGIT.find(tens) + 1 or 1) * 10 + (_DIGIT.find(ones) + 1 if ones else 0)
    return _DIGIT.find(text) + 1


def _unknown(text: str) -> ClassAnswer:
    reason = T("The class “{text}” is not understood: write it like 三（2）班", text=text)
    return ClassAnswer(code="class_unknown", reason=reason)


def _ambiguous(text: str) -> ClassAnswer:
    reason = T("“{text}” fits two classes of this school: write it like 三（2）班", text=text)
    return ClassAnswer(code="class_ambiguous", reason=reason)


def _not_taught(text: str) -> ClassAnswer:
    reason = T("“{text}” is a grade this school does not teach: check school and class", text=text)
    return ClassAnswer(code="class_not_taught", reason=reason)


def _gone(text: str) -> ClassAnswer:
    reason = T(
        "The class “{text}” has left the school or has not begun: give the present class", text=text
    )
    return ClassAnswer(code="class_graduated", reason=reason)
