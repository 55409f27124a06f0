"""Rules read like what a head would say, in Chinese and in English."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po

from app.duties.policy_file import parse_policy
from app.duties.sentences import counted, sentence
from app.kernel import text

CATALOGUE = Path(__file__).parents[2] / "translations" / "zh_Hans" / "LC_MESSAGES" / "messages.po"


def said(*lines: str) -> str:
    """Return the sentence of a duty written as ``key = value`` lines."""
    duty = "\n".join(['name = "x"', "[[duty]]", 'key = "a"', *lines])
    return str(sentence(parse_policy(duty).duties[0]))


VISIT = ('title = "家访"', 'entry = ["home_contact.visit"]', 'by = "mentor"', 'for = "all"')
LETTER = ('title = "一封信"', 'entry = ["home_contact.letter"]', 'by = "school_admin"')
TRAINING = ('title = "培训"', 'entry = ["guardian_training.session"]', 'by = "school_admin"')
SENTENCES = [
    (
        (*VISIT, 'every = "month"', "times = 1", "grace_days = 3"),
        "每位代理家长每月家访每名结对儿童一次，宽限3天",
        "Every mentor visits each paired child at home once every month, with 3 days of grace",
    ),
    (
        (*LETTER, 'subject = "guardian"', 'for = ["left_behind", "boarders"]',
         'every = "term_end"'),
        "学校每学期期末为每名留守儿童或寄宿生的监护人完成“一封信”一次",
        "The school completes “一封信” for the guardians of each left-behind child or boarder once "
        "at the end of every term",
    ),
    (
        (*TRAINING, 'subject = "school"', 'every = "term"', "min = 1", "max = 2", "grace_days = 1"),
        "学校每学期完成“培训”1至2次，宽限1天",
        "The school completes “培训” 1 to 2 times every term, with one day of grace",
    ),
    (
        ('title = "家访五名"', 'entry = "home_contact.visit"', 'by = "staff"', 'subject = "staff"',
         'for = "left_behind"', 'every = "month"', "min = 5"),
        "每位教师每月完成“家访五名”至少5次，对象为留守儿童",
        "Every teacher completes “家访五名” at least 5 times every month, concerning every "
        "left-behind child",
    ),
    (
        ('title = "情绪不好必访"', 'entry = "home_contact.visit"', 'by = "homeroom_teacher"',
         'for = "priority"', 'every = "concern:mood"', "grace_days = 3"),
        "每位班主任在学生情绪不好时家访每名重点帮扶对象一次，宽限3天",
        "Every class teacher visits each child in special care at home once when a child is in low "
        "spirits, with 3 days of grace",
    ),
    (
        ('title = "亲情电话"', 'entry = "home_contact.family_call"', 'by = "parent"',
         'for = "both_parents_away"', 'every = "week"', "min = 1"),
        "每名双亲留守儿童的父母每周完成“亲情电话”至少一次",
        "A parent of every child with both parents away completes “亲情电话” at least once "
        "every week",
    ),
    (
        ('title = "谈心"', 'entry = "home_contact.talk"', 'by = "counsellor"',
         'for = "left_behind"', 'every = "festival:spring"', "grades = [8, 7]", "from = 2026-09-01",
         "until = 2027-07-10"),
        "每位心理教师春节前后与每名留守儿童谈心一次，限7或8年级，自2026-09-01起，到2027-07-10止",
        "Every counsellor talks with each left-behind child once around Spring Festival, only in "
        "grade 7 or 8, from 2026-09-01 on, until 2027-07-10",
    ),
    (
        ('title = "摸底"', 'entry = "survey.round"', 'by = "homeroom_teacher"',
         'subject = "homeroom"', 'every = "date:03-01"'),
        "每位班主任每年3月1日起完成“摸底”一次",
        "Every class teacher completes “摸底” once every year from 3/1 on",
    ),
    (
        ('title = "追查"', 'entry = "dropout.absent_list"', 'by = "center_admin"',
         'subject = "school"', 'every = "term_day:2"', "times = 2"),
        "教管中心每学期开学第2天为每所学校完成“追查”2次",
        "The centre completes “追查” for each school 2 times on school day 2 of every term",
    ),
]  # fmt: skip


@pytest.fixture
def in_chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale="zh_Hans")

    def translate(domain: str, msgid: str, values: dict[str, Any]) -> str:
        message = catalogue.get(msgid)
        assert message is not None
        assert message.string, msgid
        return str(message.string).format(**values)

    monkeypatch.setattr(text, "_translate", translate)


@pytest.mark.usefixtures("in_chinese")
@pytest.mark.parametrize(("lines", "chinese"), [(lines, zh) for lines, zh, _ in SENTENCES])
def test_a_rule_in_chinese(lines: tuple[str, ...], chinese: str) -> None:
    assert said(*lines) == chinese


@pytest.mark.parametrize(("lines", "english"), [(lines, en) for lines, _, en in SENTENCES])
def test_a_rule_in_english(lines: tuple[str, ...], english: str) -> None:
    assert said(*lines) == english


@pytest.mark.parametrize(
    ("done", "low", "high", "said"),
    [
        (1, 2, 3, "1 times, asked for: 2 to 3 times"),
        (3, 2, 3, "3 times, asked for: 2 to 3 times"),
        (4, 2, 3, "4 times, more than the 2 to 3 times asked for"),
        (4, 2, None, "4 times, asked for: at least 2 times"),
        (3, 1, 1, "3 times, asked for: once"),
    ],
)
def test_more_than_asked_for_is_said_and_no_fault(
    done: int, low: int, high: int | None, said: str
) -> None:
    assert str(counted(done, low, high)) == said
