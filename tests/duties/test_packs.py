"""The packs that come with the programme: all the systems schools told of."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from app.duties.cadence import Every
from app.duties.policy import DutyRule, Policy
from app.duties.policy_file import read_packs
from app.duties.school_calendar import SchoolCalendar, TermDates, days
from app.duties.sentences import sentence
from app.duties.words import CONCERNS

FOLDER = Path(__file__).parents[2] / "tenants" / "_policies"
PACKS = read_packs(FOLDER)
YEAR = SchoolCalendar(
    (
        TermDates(2026, 1, date(2026, 9, 1), date(2027, 1, 22)),
        TermDates(2026, 2, date(2027, 2, 22), date(2027, 7, 9)),
    ),
    frozenset(days(date(2026, 10, 1), date(2026, 10, 7))),
)
WHOLE = (date(2026, 9, 1), date(2027, 8, 31))

# Every cadence that schools wrote down: what, by whom, how often -> pack:key.
CADENCES = {
    ("家访", "代理家长", "每月"): ("san_ge_yi:visit",),
    ("家访", "班主任", "期初、期中、期末"): (
        "term_visits:visit_start",
        "term_visits:visit_middle",
        "term_visits:visit_end",
    ),
    ("家访", "结对教师", "每学期两次"): ("yi_er_san_n:visits",),
    ("家访", "每位教师", "每月五至十名"): ("weekly_contact:teacher_visits",),
    ("临时住所沟通", "教师", "每周"): ("weekly_contact:carer_weekly",),
    ("与监护人沟通", "学校", "每月"): ("home_school:guardian_contact",),
    ("通话", "教师与家长", "每月"): ("san_ge_yi:call",),
    ("亲情电话", "孩子与父母", "每月"): ("weekly_monthly:family_call",),
    ("写信或通话", "孩子与父母", "每月"): ("home_school:letter_or_call",),
    ("视频", "寄宿生与父母", "每月"): ("home_school:video",),
    ("给家长写信", "教师", "每学期"): ("san_ge_yi:letter",),
    ("致家长一封信", "学校", "期初、期末"): ("letters:letter_start", "letters:letter_end"),
    ("给父母写信", "孩子", "每学期"): ("letters:child_letter",),
    ("谈心", "结对教师", "每月或每周"): ("wu_ge_yi:talk", "weekly_contact:talk_weekly"),
    ("座谈会", "教师、孩子、监护人", "每月"): ("round_table:round_table",),
    ("作业辅导、生活记载", "教师", "每周"): (
        "weekly_monthly:homework",
        "weekly_monthly:life_record",
    ),
    ("心理干预", "心理教师", "每周"): ("counselling:weekly_slot",),
    ("生日", "结对教师", "每年"): ("yi_er_san_n:birthday",),
    ("亲情活动", "结对教师", "每学期三次"): ("yi_er_san_n:activities",),
    ("家长会", "学校", "每学期一次、两次、期初"): (
        "guardian_school:meeting",
        "weekly_contact:meetings",
        "home_school:class_meeting",
    ),
    ("隔代家长培训", "学校", "每学期一至二次"): ("guardian_school:grandparents",),
    ("安全法制讲座", "学校", "每学期一至二次"): ("safety_lectures:lecture",),
    ("体检", "卫生院", "每学年初"): ("health_check:check_up",),
    ("摸底", "班主任", "三月、九月第一周"): ("survey_rounds:march", "survey_rounds:september"),
    ("未报到追查", "学校", "开学第二天"): ("dropout_watch:second_day",),
    ("查寝", "生管教师", "每晚"): ("dormitory:roll_call",),
    ("总结", "学校", "每学期"): ("term_summary:summary",),
    ("交接", "班主任", "学年末"): ("hand_over:hand_over",),
    ("节日家访", "教师", "春节、端午、中秋"): (
        "festival_visits:spring",
        "festival_visits:dragon_boat",
        "festival_visits:mid_autumn",
    ),
    ("五必访", "班主任", "五种情形"): tuple(f"wu_bi_fang:{kind}" for kind in CONCERNS),
    ("父母联系", "父母", "每周"): ("parents_weekly:contact_child", "parents_weekly:contact_carer"),
}
# How many windows a year of two terms has, and how often in each.
COUNTED = {
    "san_ge_yi:visit": (11, 1, 1),
    "term_visits:visit_start": (2, 1, 1),
    "term_visits:visit_middle": (2, 1, 1),
    "term_visits:visit_end": (2, 1, 1),
    "yi_er_san_n:visits": (2, 2, 2),
    "yi_er_san_n:activities": (2, 3, 3),
    "yi_er_san_n:talks": (2, 1, None),
    "yi_er_san_n:birthday": (1, 1, 1),
    "weekly_contact:teacher_visits": (11, 5, 10),
    "weekly_contact:carer_weekly": (41, 1, 1),
    "weekly_contact:meetings": (2, 2, 2),
    "guardian_school:grandparents": (2, 1, 2),
    "health_check:check_up": (1, 1, 1),
    "survey_rounds:march": (1, 1, 1),
    "dropout_watch:second_day": (2, 1, 1),
    "hand_over:hand_over": (1, 1, 1),
    "festival_visits:spring": (1, 1, 1),
    "wu_bi_fang:mood": (0, 1, 1),
}


def rule(place: str) -> DutyRule:
    pack, _, key = place.partition(":")
    (found,) = (duty for duty in PACKS[pack].duties if duty.key == key)
    return found


@pytest.mark.parametrize("places", CADENCES.values(), ids="-".join)
def test_every_cadence_schools_wrote_down_is_a_rule(places: tuple[str, ...]) -> None:
    for place in places:
        assert rule(place).title


@pytest.mark.parametrize(("place", "expected"), COUNTED.items())
def test_a_year_of_a_rule(place: str, expected: tuple[int, int, int | None]) -> None:
    found = rule(place)
    opened = found.windows(YEAR, WHOLE, birth=date(2016, 11, 20))
    assert (len(opened), found.min_times, found.max_times) == expected


def test_the_five_occasions_of_a_visit_are_all_there() -> None:
    found = [duty.every for duty in PACKS["wu_bi_fang"].duties]
    assert {cadence.argument for cadence in found} == set(CONCERNS)
    assert {cadence.every for cadence in found} == {Every.CONCERN}


def test_the_law_and_the_schools_own_systems_stay_apart() -> None:
    assert {duty.by for duty in PACKS["parents_weekly"].duties} == {"parent"}
    others = [
        duty for name, pack in PACKS.items() if name != "parents_weekly" for duty in pack.duties
    ]
    assert all(duty.by != "parent" for duty in others)


@pytest.mark.parametrize("pack", PACKS.values(), ids=PACKS)
def test_a_pack_says_what_it_is(pack: Policy) -> None:
    assert pack.name
    assert pack.slogan
    assert pack.text
    assert all(str(sentence(duty)) for duty in pack.duties)
