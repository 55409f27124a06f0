"""What leaves the pages: growth with the lines of the standards, letters, figures, sheets."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO

import openpyxl
import pytest
from sqlalchemy import select

from app.sdk import Child, school_year
from app.sdk.testing.core import Actor, HeldGrant
from app.sdk.testing.papers import text as text_of_pdf
from app.sdk.testing.schools import counted
from plugins.health_checks.manifest import SUMMARY
from plugins.health_checks.summary import cells, total
from plugins.health_checks.tests.test_pages import School, school

__all__ = ["school"]
TODAY = date.today()  # noqa: DTZ011
SUMMARIST = Actor("x", grants=(HeldGrant("doctor", "center", frozenset({SUMMARY})),))


@pytest.fixture
def two_years(school: School) -> str:
    """Fill in the class last year and this year; return the address of this year's round."""
    before = school.open_round(TODAY - timedelta(days=366), "去年体检")
    values = {"height_cm": "126", "weight_kg": "25", "vision_left": "5.0", "vision_right": "5.0"}
    school.fill(f"{before}/classes/{school.room}", 石小满=values)
    page = school.open_round()
    values = {
        "height_cm": "132.5", "weight_kg": "38", "vision_left": "4.8", "vision_right": "4.9",
        "teeth_permanent": "1", "systolic": "98", "diastolic": "61",
    }  # fmt: skip
    school.fill(f"{page}/classes/{school.room}", 石小满=values)
    return page


def test_the_growth_page_says_value_limit_and_standard(school: School, two_years: str) -> None:
    child = school.children["石小满"]
    page = f"/c/{school.center.slug}/children/{child}/m/health_checks"
    shown = school.nurse.get(page).text
    assert two_years
    for said in ("WS/T 586-2018", "WS/T 456-2014", "肥胖", "中度视力不良", "筛查提示，不是诊断"):
        assert said in shown
    assert shown.count("<svg viewBox=") >= 4
    assert "style=" not in shown
    letter = school.nurse.get(f"{page}/letter.pdf")
    said = text_of_pdf(letter.data)
    assert "石小满" in said
    assert "看牙医" in said
    assert "不是诊断" in said


def test_letters_of_a_class_are_one_file(school: School, two_years: str) -> None:
    table = f"{two_years}/classes/{school.room}"
    school.fill(table, 柳青青={"vision_left": "5.0", "vision_right": "5.1"})
    every = text_of_pdf(school.nurse.get(f"{two_years}/letters.pdf?class={school.room}").data)
    found = text_of_pdf(school.nurse.get(f"{two_years}/letters.pdf?found=1").data)
    assert "柳青青" in every
    assert "石小满" in every
    assert "柳青青" not in found


def test_figures_compare_with_last_year_and_can_be_fetched(school: School, two_years: str) -> None:
    shown = school.nurse.get(f"{school.at}/summary").text
    assert "三（1）班" in shown
    assert "去年 0.0%" in shown
    assert "石小满" not in shown
    book = openpyxl.load_workbook(BytesIO(school.nurse.get(f"{school.at}/summary.xlsx").data))
    assert len(book.sheetnames) == 4
    assert two_years
    office = school.world.client(school.world.person(school.center, "center_admin"))
    whole = office.get(f"/c/{school.center.slug}/m/health_checks").text
    assert "north小学" in whole
    assert "石小满" not in whole


def test_last_year_counts_those_who_have_left_since(school: School, two_years: str) -> None:
    assert two_years
    with school.world.inside(school.center.school_scope("north")) as ctx:
        ctx.actor = SUMMARIST
        year = school_year(TODAY)
        before = total(cells(ctx, year - 1))
        child = select(Child).where(Child.id == school.children["石小满"])
        ctx.session.scalars(child).one().left_on = TODAY
        ctx.session.flush()
        assert total(cells(ctx, year)) | {"pupils": 1, "examined": 0} == total(cells(ctx, year))
        assert total(cells(ctx, year - 1)) == before
        assert (before["examined"], before["weighed"]) == (1, 1)


def test_the_sheet_holds_the_verdicts(school: School, two_years: str) -> None:
    book = openpyxl.load_workbook(BytesIO(school.nurse.get(f"{two_years}/check-ups.xlsx").data))
    assert book.active is not None
    cells = {cell.value for row in book.active.iter_rows() for cell in row}
    assert {"肥胖", "中度视力不良", "龋齿", "石小满", "龋齿评价"} <= cells


def test_the_family_reads_what_to_do(school: School, two_years: str) -> None:
    child = school.children["石小满"]
    assert two_years
    guardian = school.world.guardian(school.center, child, account=True)
    card = school.world.client(guardian).get(f"/family/{school.center.slug}/").text
    assert "看牙医" in card
    assert "筛查提示，不是诊断" in card


def test_pages_ask_the_database_at_most_twelve_times(school: School, two_years: str) -> None:
    child = school.children["石小满"]
    looked_at = school.send(two_years, BytesIO("姓名,身高\n石小满,133\n".encode()), "一.csv")
    sheet = school.send(two_years, BytesIO("姓名,身高\n柳青青,133\n".encode()), "二.csv")
    assert school.nurse.submit(f"{sheet}/write", {}, page=sheet).status_code == 303
    assert school.nurse.submit(f"{sheet}/undo", {}, page=sheet).status_code == 303
    for address in (
        school.at, two_years, f"{two_years}/list", f"{school.at}/summary", f"{school.at}/referrals",
        f"/c/{school.center.slug}/children/{child}/m/health_checks",
        f"{two_years}/classes/{school.room}", f"{two_years}/children/{child}",
        f"{two_years}/sheet", looked_at, sheet,
    ):  # fmt: skip
        with counted(school.world.app) as sent:
            assert school.nurse.get(address).status_code == 200
        seen = [one for one in sent if not one.startswith("SELECT bind_scope")]
        assert len(seen) <= 12, (address, len(seen), seen)


def test_the_centre_sends_one_sheet_for_all_schools(school: School) -> None:
    world, center = school.world, school.center
    world.enable(center, "south", "health_checks")
    room = world.homeroom(center, "south")
    world.child(center, "south", name="白云飞", homeroom=room)
    office = world.client(world.person(center, "center_admin"))
    at = f"/c/{center.slug}/m/health_checks"
    text = "学校,班级,姓名,身高,左眼,右眼\n"
    text += "north小学,三（1）班,石小满,131,5.0,5.0\nsouth小学,301,白云飞,129,4.4,5.0\n"
    text += "west小学,三（1）班,没有这人,120,5,5\n"
    form = {
        "title": "全镇体检", "held_on": TODAY.isoformat(), "item_set": "usual",
        "file": (BytesIO(text.encode()), "全镇.csv"),
    }  # fmt: skip
    sent = office.submit(f"{at}/sheet", form)
    assert sent.status_code == 303, sent.text
    page = str(sent.location)
    assert "没有这人" in office.get(page).text
    assert office.submit(f"{page}/write", {}, page=page).status_code == 303
    assert "新录入 2 人" in office.get(page).text
    assert [str(row.height_cm) for row in school.measured("石小满")] == ["131.0"]
    assert "重度视力不良" in school_of(school, "south")


def school_of(school: School, code: str) -> str:
    """Return the list of referrals as the health worker of a school sees it."""
    nurse = school.world.client(school.world.person(school.center, "health_worker", code))
    address = f"/c/{school.center.slug}/s/{code}/m/health_checks/referrals"
    return str(nurse.get(address).text)
