"""Dates of sheets, and classes whose grade follows the date."""

from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.class_names import parse_class
from app.kernel.dates import parse_date, parse_month
from app.kernel.grades import (
    HomeroomKey,
    JuniorStyle,
    Stage,
    System,
    class_name,
    cohort_name,
    grade_name,
    grade_of,
    is_current,
    school_year,
    years,
)
from app.kernel.text import Text

ON = date(2026, 11, 22)
K, P, J = Stage.KINDERGARTEN, Stage.PRIMARY, Stage.JUNIOR


@given(st.dates(date(1928, 1, 1), date(2090, 12, 31)))
def test_every_spelling_of_a_day_is_the_same_day(day: date) -> None:
    spellings: list[str | float | date] = [
        f"{day:%Y%m%d}",
        f"{day:%Y-%m-%d}",
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}.{day.month}.{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day:%Y-%m-%d} 00:00:00",
        float(f"{day:%Y%m%d}"),
        float((day - date(1899, 12, 30)).days),
        datetime.combine(day, time()),
        day,
    ]
    assert {parse_date(spelling) for spelling in spellings} == {day}


@pytest.mark.parametrize("value", ["2015-02-30", "昨天", "2015", "99999999", "", 3.5])
def test_what_is_no_day_says_so(value: str | float) -> None:
    assert isinstance(parse_date(value), Text)


@pytest.mark.parametrize(
    "value", ["202309", "2023-09", "2023年9月", "2023.9", "2023/09", 202309.0, "20230901"]
)
def test_months(value: str | float) -> None:
    assert parse_month(value) == date(2023, 9, 1)


def test_no_month() -> None:
    assert isinstance(parse_month("2023"), Text)
    assert isinstance(parse_month("202313"), Text)


def test_the_school_year_turns_on_the_first_of_september() -> None:
    assert school_year(date(2026, 8, 31)) == 2025
    assert school_year(date(2026, 9, 1)) == 2026
    assert school_year(date(2026, 8, 31), starts=(8, 25)) == 2026


@pytest.mark.parametrize(
    ("stage", "system", "length"),
    [
        (K, System.SIX_THREE, 3),
        (P, System.SIX_THREE, 6),
        (J, System.SIX_THREE, 3),
        (P, System.FIVE_FOUR, 5),
        (J, System.FIVE_FOUR, 4),
    ],
)
def test_length_of_stages(stage: Stage, system: System, length: int) -> None:
    assert years(stage, system) == length


def test_names_of_classes() -> None:
    assert class_name(HomeroomKey(P, 2024, 2), ON) == "三（2）班"
    assert class_name(HomeroomKey(J, 2026, 3), ON) == "初一3班"
    assert class_name(HomeroomKey(J, 2026, 3), ON, style=JuniorStyle.CONTINUED) == "七（3）班"
    assert (
        class_name(HomeroomKey(J, 2026, 3), ON, System.FIVE_FOUR, JuniorStyle.CONTINUED)
        == "六（3）班"
    )
    assert class_name(HomeroomKey(K, 2026, 1), ON) == "小（1）班"
    assert class_name(HomeroomKey(P, 2019, 2), ON) == "2019级2班"
    assert cohort_name(HomeroomKey(P, 2024, 2)) == "2024级2班"
    assert grade_name(P, 3) == "小学三年级"
    assert grade_name(J, 1) == "初中一年级"
    assert grade_name(K, 3) == "幼儿园大班"


@pytest.mark.parametrize(
    ("text", "stages", "key"),
    [
        ("三（2）班", (P,), (P, 2024, 2)),
        ("三(2)班", (P,), (P, 2024, 2)),
        ("3.2班", (P,), (P, 2024, 2)),
        ("3.2", (P,), (P, 2024, 2)),
        ("三年级2班", (P, J), (P, 2024, 2)),
        ("三年级二班", (P,), (P, 2024, 2)),
        ("三年级十二班", (P,), (P, 2024, 12)),
        ("302", (P,), (P, 2024, 2)),
        ("３０２班", (P,), (P, 2024, 2)),
        ("2023级3班", (P,), (P, 2023, 3)),
        ("2023级（3）班", (P, J), (P, 2023, 3)),
        ("初中2025级3班", (P, J), (J, 2025, 3)),
        ("2029届2班", (J,), (J, 2026, 2)),
        ("202303", (P,), (P, 2023, 3)),
        ("七（1）班", (P, J), (J, 2026, 1)),
        ("初一1班", (J,), (J, 2026, 1)),
        ("初一（1）班", (P, J), (J, 2026, 1)),
        ("初中一年级（1）班", (P, J), (J, 2026, 1)),
        ("九3", (J,), (J, 2024, 3)),
        ("三（2）班", (J,), (J, 2024, 2)),
        ("小学三年级（2）班", (P, J), (P, 2024, 2)),
        ("小班", (K,), (K, 2026, 1)),
        ("中（2）班", (K, P), (K, 2025, 2)),
        ("大班2", (K,), (K, 2024, 2)),
        ("学前班", (K, P), (K, 2024, 1)),
        ("小三班", (K,), (K, 2026, 3)),
        ("小三班", (P,), (P, 2024, 1)),
    ],
)
def test_usual_spellings(text: str, stages: tuple[Stage, ...], key: tuple[Stage, int, int]) -> None:
    assert parse_class(text, stages=stages, on=ON).key == HomeroomKey(*key)


@pytest.mark.parametrize(
    ("grade", "text", "key"),
    [
        ("三年级", "2班", (P, 2024, 2)),
        ("三", "（2）班", (P, 2024, 2)),
        ("三年级", "三（2）班", (P, 2024, 2)),
        ("2023级", "3", (P, 2023, 3)),
        ("2023", "3班", (P, 2023, 3)),
        ("三年级", "", (P, 2024, 1)),
        ("一年级", "一二年级复式班", (P, 2026, 1)),
    ],
)
def test_separate_grade_column(grade: str, text: str, key: tuple[Stage, int, int]) -> None:
    assert parse_class(text, grade=grade, stages=(P,), on=ON).key == HomeroomKey(*key)


@pytest.mark.parametrize(
    ("text", "stages", "code"),
    [
        ("", (P,), "class_missing"),
        ("实验班", (P,), "class_unknown"),
        ("2班", (P,), "class_unknown"),
        ("1", (P,), "class_unknown"),
        ("31", (P,), "class_unknown"),
        ("三", (P,), "class_unknown"),
        ("2023303", (P,), "class_unknown"),
        ("2026级1班", (P, J), "class_ambiguous"),
        ("小三班", (K, P), "class_ambiguous"),
        ("七（1）班", (P,), "class_not_taught"),
        ("六（1）班", (J,), "class_not_taught"),
        ("2019级1班", (P,), "class_graduated"),
        ("2027级1班", (P,), "class_graduated"),
        ("一二年级复式班", (P,), "class_multi_grade"),
        ("一、二年级", (P,), "class_multi_grade"),
    ],
)
def test_what_is_not_certain_says_why(text: str, stages: tuple[Stage, ...], code: str) -> None:
    answer = parse_class(text, stages=stages, on=ON)
    assert answer.key is None
    assert answer.code == code
    assert answer.reason is not None


@given(
    stage=st.sampled_from(Stage),
    system=st.sampled_from(System),
    offset=st.integers(0, 3),
    number=st.integers(1, 20),
    on=st.dates(date(2020, 1, 1), date(2040, 12, 31)),
    style=st.sampled_from(JuniorStyle),
)
def test_a_shown_name_is_understood_again(
    stage: Stage, system: System, offset: int, number: int, on: date, style: JuniorStyle
) -> None:
    key = HomeroomKey(stage, school_year(on) - offset, number)
    if not is_current(key, system, on):
        return
    shown = class_name(key, on, system, style)
    assert parse_class(shown, stages=tuple(Stage), system=system, on=on).key == key
    assert 1 <= grade_of(key.intake_year, on) <= years(stage, system)
