"""A training from the course to the make-up session: planned, signed in by phone, closed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from app.kernel.clock import Clock
from app.tenancy.models import Term
from tests.browser.scenes import Scene, scene
from tests.support.browser import PHONE, Visit, Window
from tests.support.world import Person, World

pytestmark = pytest.mark.browser
TODAY = Clock().today()
DIGITS = "8866"


def trained(world: World) -> tuple[Scene, Person, Person]:
    """Make a school whose pupils have a grandmother with an account, a grandfather without."""
    at = scene(world, "石小满", "柳青青", modules=("guardian_training",))
    first, second = at.children.values()
    grandmother = world.guardian(at.center, first, name="王桂芳", relation="grandmother",
                                 account=True)  # fmt: skip
    grandfather = world.guardian(at.center, second, name="柳长根", relation="grandfather",
                                 phone=f"1990000{DIGITS}")  # fmt: skip
    world.guardian(at.center, second, name="陈秀英", relation="maternal_grandmother")
    with world.inside(at.center.scope) as ctx:
        year = TODAY.year - (TODAY.month < 8)
        ctx.session.add(Term(school_year=year, number=1, starts_on=TODAY - timedelta(days=60),
                             ends_on=TODAY + timedelta(days=60)))  # fmt: skip
    return at, grandmother, grandfather


def course(window: Visit, at: Scene) -> None:
    """Write a course with a question down, and plan a session of today."""
    page = window.page
    page.goto(f"{at.school}m/guardian_training/courses/new")
    page.fill("[name=title]", "和孙辈好好说话")
    page.get_by_text("隔代家长", exact=True).click()
    page.fill("[name=plan]", "先听孩子说，不在饭桌上训人。")
    page.locator("summary", has_text="课后小问题").click()
    page.fill("[name=question]", "今天讲的听懂了吗？")
    window.check_both("training-course")
    window.press("保存")
    page.locator("summary", has_text="课件与材料").click()
    page.set_input_files("input[type=file]", files=[{
        "name": "讲义.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7" + bytes(30),
    }])  # fmt: skip
    window.press("保存文件")
    expect(page.locator("main")).to_contain_text("讲义.pdf")
    window.check_both("training-courses")
    window.follow("安排一场")
    page.fill("[name=starts_at]", "14:30")
    page.fill("[name=place]", "三楼会议室")
    window.check_both("training-plan")
    window.press("保存")
    expect(page.locator("h1")).to_have_text("和孙辈好好说话")


def from_sheet(window: Visit, path: Path) -> None:
    """Fill in who came to the make-up session in the school's own sheet."""
    page = window.page
    window.follow("从表格导入签到")
    window.check_both("training-sheet")
    with page.expect_download() as download:
        window.follow("下载应到人员名单")
    download.value.save_as(path)
    book = load_workbook(path)
    assert book.active
    for row in book.active.iter_rows():
        if row[2].value == "陈秀英":
            row[4].value = "是"
    book.save(path)
    page.set_input_files("input[type=file]", path)
    page.locator("main form button.btn-primary").click()
    window.check_both("training-sheet-read")
    page.locator("main form button.btn-primary").click()
    expect(page.locator("main")).to_contain_text("1")


def test_course_sign_in_by_phone_and_make_up(visit: Window, world: World, tmp_path: Path) -> None:
    at, grandmother, _grandfather = trained(world)
    window = visit()
    page = window.page
    window.sign_in(at.admin)
    course(window, at)
    session = page.url
    window.press("全部已通知：短信或微信群")
    window.check_both("training-session-planned")
    page.get_by_role("button", name="手机签到").click()
    window.check_both("training-door")
    code = page.locator(".training-code").inner_text().replace(" ", "")
    number = session.rsplit("/", 1)[-1]

    family = visit(PHONE)
    family.sign_in(grandmother)
    family.check("training-family-home")
    family.page.locator("a", has_text="现在签到").click()
    family.page.fill("[name=code]", code)
    family.check("training-family-door")
    family.press("我到了")
    expect(family.page.locator("main")).to_contain_text("签到成功")
    family.page.get_by_role("button", name="大部分听懂了").click()
    family.check("training-family-answered")

    old = visit(PHONE)
    old.page.goto(f"/open/{at.center.slug}/north/m/guardian_training/{number}")
    old.page.fill("[name=code]", code)
    old.page.fill("[name=digits]", DIGITS)
    old.check("training-open")
    old.press("我到了")
    expect(old.page.locator("main")).to_contain_text("柳**")
    old.check("training-open-done")

    page.goto(session)
    window.check_both("training-session-waiting")
    window.press("把 2 人记入名单")
    page.locator("[name=summary]").fill("讲了三种说话的办法，老人们两人一组练习。")
    window.press("结束登记")
    window.check_both("training-session-closed")
    page.goto(f"{session}/attendance")
    page.get_by_label("陈秀英 的缺席原因").select_option("farm")
    window.check_both("training-attendance")
    window.press("保存")
    window.follow("安排补课")
    window.press("保存")
    from_sheet(window, tmp_path / "签到.xlsx")
    page.goto(f"{at.school}m/guardian_training/make-up")
    expect(page.locator("main")).not_to_contain_text("陈秀英")
    page.goto(f"{at.school}m/guardian_training/never")
    window.check_both("training-never")
    page.goto(f"{at.school}m/guardian_training/attendance")
    window.check_both("training-register")
    page.goto(f"{at.school}m/guardian_training")
    window.check_both("training-page")
    page.goto(f"{at.child('石小满')}?tab=guardian_training")
    window.check_both("training-child")
    centre = visit()
    centre.sign_in(world.person(at.center, "center_admin", name="顾主任"))
    centre.page.goto(f"/c/{at.center.slug}/m/guardian_training")
    expect(centre.page.locator("tbody tr")).to_have_count(1)
    centre.check_both("training-center")
