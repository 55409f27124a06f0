"""A child may be examined on another day than its class: age is counted on that day."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO

import openpyxl
import pytest
from sqlalchemy import select

from app.sdk import Child, Entry, records, school_year
from plugins.health_checks.exam_day import far_day, wrong_day
from plugins.health_checks.models import CheckUp, Referral
from plugins.health_checks.tests.test_pages import TODAY, School, school

__all__ = ["school"]
HELD_ON = date(school_year(TODAY) - 1, 9, 1)


def days(school: School) -> dict[str, tuple[date, str]]:
    """Return the day of each child's check-up and the age on it."""
    with school.world.inside(school.center.scope) as ctx:
        rows = ctx.session.execute(
            records(CheckUp)
            .with_only_columns(Child.name, Entry.happened_on, CheckUp.age_band)
            .join(Child, Child.id == CheckUp.child_id)
        )
        return {name: (day, str(band)) for name, day, band in rows}


def born(school: School, name: str, day: date) -> None:
    with school.world.inside(school.center.school_scope("north")) as ctx:
        child = ctx.session.scalars(select(Child).where(Child.id == school.children[name])).one()
        child.birth_date = day


def written(school: School, page: str, text: str) -> str:
    """Send a table and write it; return what its page said before."""
    batch = school.send(page, BytesIO(text.encode()), "体检.csv")
    shown = str(school.nurse.get(batch).text)
    assert school.nurse.submit(f"{batch}/write", {}, page=batch).status_code == 303
    return shown


def test_a_row_with_its_own_day_is_screened_by_the_age_on_that_day(school: School) -> None:
    # Nine and a half on the day after the round began.
    birthday = date(HELD_ON.year - 9, 3, 2)
    for name in school.children:
        born(school, name, birthday)
    page = school.open_round(HELD_ON)
    later = HELD_ON + timedelta(days=1)
    text = "姓名,体检日期,身高,体重,左眼,右眼\n"
    text += f"石小满,{later:%Y/%m/%d},110,20,4.4,4.4\n柳青青,,131.5,28,5.0,5.0\n"
    written(school, page, text)
    assert days(school) == {"石小满": (later, "9.5"), "柳青青": (HELD_ON, "9.0")}
    with school.world.inside(school.center.scope) as ctx:
        [referral] = ctx.session.scalars(select(Referral)).all()
        assert referral.opened_on == later


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("10月8日", "不是日期"),
        (f"{TODAY + timedelta(days=3)}", "还没有到"),
        (f"{HELD_ON - timedelta(days=1)}", "不在本次体检的学年"),
        ("2035-13-40", "第 2 行"),
    ],
)
def test_a_day_that_cannot_be_is_told_with_its_row_and_nothing_is_written(
    school: School, typed: str, said: str
) -> None:
    page = school.open_round(HELD_ON)
    shown = written(school, page, f"姓名,体检日期,身高\n石小满,{typed},131\n柳青青,,130\n")
    assert said in shown
    assert "第 2 行" in shown
    assert list(days(school)) == ["柳青青"]


def test_a_day_before_birth_cannot_be_and_a_far_one_is_asked_about() -> None:
    on = date(2026, 10, 15)
    limits = {"held_on": on, "today": date(2027, 6, 1)}
    assert wrong_day(date(2026, 10, 20), born=date(2026, 10, 20), **limits)
    assert wrong_day(date(2026, 10, 20), born=date(2018, 1, 1), **limits) is None
    assert wrong_day(date(2026, 9, 1), born=None, **limits) is None
    assert wrong_day(date(2026, 8, 31), born=None, **limits)
    assert far_day(date(2026, 12, 14), on) is None
    assert far_day(date(2026, 12, 15), on)


def test_a_day_alone_makes_no_check_up(school: School) -> None:
    page = school.open_round(HELD_ON)
    text = f"姓名,体检日期,身高\n石小满,{HELD_ON},\n柳青青,{HELD_ON},130\n"
    written(school, page, text)
    assert list(days(school)) == ["柳青青"]


def test_a_sheet_that_names_another_day_corrects_it_and_the_export_says_it(school: School) -> None:
    page = school.open_round(HELD_ON)
    later = HELD_ON + timedelta(days=9)
    written(school, page, "姓名,身高\n石小满,131\n")
    written(school, page, f"姓名,体检日期,身高\n石小满,{later},131\n")
    assert days(school)["石小满"][0] == later
    sent = school.nurse.get(f"{page}/check-ups.xlsx").data
    sheet = openpyxl.load_workbook(BytesIO(sent)).active
    assert sheet is not None
    assert later.isoformat() in {str(c.value) for row in sheet.iter_rows() for c in row}
    batch = school.send(page, BytesIO(sent), "体检.xlsx")
    school.nurse.submit(f"{batch}/write", {}, page=batch)
    assert "1 人与已有数据相同" in school.nurse.get(batch).text


def test_who_comes_later_is_written_down_with_the_day(school: School) -> None:
    page = school.open_round(HELD_ON)
    one = f"{page}/children/{school.children['柳青青']}"
    later = HELD_ON + timedelta(days=5)
    wrong = school.fill(one, 柳青青={"height_cm": "131", "exam_day": "2019-09-05"})
    assert wrong.status_code == 422
    assert "不在本次体检的学年" in wrong.text
    assert school.fill(one, 柳青青={"height_cm": "131", "exam_day": later}).status_code == 302
    assert days(school)["柳青青"][0] == later
    again = {"height_cm": "131", "exam_day": HELD_ON}
    assert school.fill(one, 柳青青=again).status_code == 302
    assert days(school)["柳青青"][0] == HELD_ON
