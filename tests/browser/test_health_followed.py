"""From a campaign to the letter: a class is filled in, what is found is followed up and closed."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from app.kernel.clock import Clock
from plugins.health_checks import demo
from tests.browser.scenes import NAMES, Scene, scene
from tests.browser.test_check_ups import cell
from tests.support.browser import Visit, Window
from tests.support.world import World

pytestmark = pytest.mark.browser


def open_campaign(window: Visit, at: Scene) -> None:
    """Open this autumn's campaign with the items of the 2021 method."""
    page = window.page
    page.goto(f"{at.school}m/health_checks/rounds/new")
    page.fill("[name=title]", "秋季体检")
    page.fill("[name=held_on]", Clock().today().isoformat())
    page.fill("[name=provider]", "镇卫生院")
    page.get_by_label("2021年版办法的基本项目").check()
    window.check_both("health-campaign")
    window.press("建好，开始录入")


def test_from_campaign_to_letter(visit: Window, world: World, tmp_path: Path) -> None:
    at = scene(world, modules=("health_checks",))
    with world.inside(at.center.school_scope("north")) as ctx:
        demo.load(ctx, at.center.schools["north"], days=800)
    window = visit()
    page = window.page
    window.sign_in(world.person(at.center, "health_worker", "north", name="文医生"))
    open_campaign(window, at)
    window.follow("录入")
    first = NAMES[0]
    for item, value in (
        ("身高", "131.5"), ("体重", "40"), ("左眼视力", "4.5"), ("右眼视力", "4.8"),
        ("恒牙龋失补", "1"), ("收缩压", "101"), ("舒张压", "64"),
    ):  # fmt: skip
        cell(page, first, item).fill(value)
    page.locator(".table-wrap").evaluate("(wrap) => { wrap.scrollLeft = 0; }")
    window.check_both("health-class")
    window.press("全部保存")
    if page.get_by_role("alert").count():
        window.refused()
        page.get_by_label("核对过，没错").first.check()
        window.press("全部保存")
    expect(page.get_by_role("status").first).to_contain_text("新录入 1 人")
    window.check_both("health-round")
    window.follow("名单")
    window.check_both("health-list")
    window.follow(first)
    expect(page.locator("main")).to_contain_text("WS/T 586-2018")
    expect(page.locator("main svg[role=img]")).to_have_count(4)
    window.check_both("health-growth")

    page.goto(f"{at.school}m/health_checks/referrals?state=open")
    window.check_both("health-referrals")
    page.locator("main").get_by_role("link", name="重度视力不良").first.click()
    page.get_by_label("家长已知").check()
    page.get_by_label("简要说明").first.fill("电话告诉了父亲，周末去县医院")
    window.check_both("health-referral")
    window.press("保存")
    expect(page.locator("main")).to_contain_text("周末去县医院")
    page.get_by_label("结果").last.select_option(label="已治疗或已配镜")
    window.press("办结")
    expect(page.get_by_role("status").first).to_contain_text("已办结")

    page.goto(f"{at.school}m/health_checks/summary")
    window.check_both("health-summary")
    page.goto(f"{at.school}m/health_checks")
    window.follow("秋季体检")
    with page.expect_download() as sent:
        page.evaluate("location.assign(location.pathname + '/check-ups.xlsx')")
    sheet = tmp_path / "体检.xlsx"
    sent.value.save_as(sheet)
    window.follow("从表格导入")
    page.set_input_files("[name=file]", sheet)
    window.press("读取表格")
    window.check_both("health-sheet")


def test_a_sheet_is_written_and_taken_back(visit: Window, world: World, tmp_path: Path) -> None:
    at = scene(world, modules=("health_checks",))
    window = visit()
    page = window.page
    window.sign_in(world.person(at.center, "health_worker", "north", name="文医生"))
    open_campaign(window, at)
    today = Clock().today()
    later = f"{NAMES[3]},{today.isoformat()},129,4.8,4.9\n"
    sheet = tmp_path / "卫生院体检表.csv"
    sheet.write_text(
        "姓名,体检日期,身高,左眼,右眼\n"
        f"{NAMES[0]},{today.isoformat()},131.5,4.4,4.6\n{NAMES[1]},{today:%Y}-2-30,128,5.0,5.0\n"
        f"{NAMES[2]},,132,5.0,0.6\n{later}",
        encoding="utf-8",
    )
    window.follow("从表格导入")
    page.set_input_files("[name=file]", sheet)
    window.press("读取表格")
    expect(page.locator("main")).to_contain_text("第 3 行")
    window.check_both("health-sheet-problem")
    window.press("写入 3 行")
    expect(page.locator("main")).to_contain_text("新录入 3 人")
    page.goto(f"{at.school}m/health_checks/referrals?state=open")
    page.locator("main").get_by_role("link", name="中度视力不良").first.click()
    page.get_by_label("家长已知").check()
    window.press("保存")
    page.goto(f"{at.school}m/health_checks")
    window.follow("秋季体检")
    window.follow("从表格导入")
    window.check_both("health-sheets-sent")
    window.follow("卫生院体检表.csv")
    window.check_both("health-sheet-written")
    page.locator("main summary", has_text="撤销导入").click()
    window.check_both("health-sheet-taking-back")
    window.press("撤销导入")
    expect(page.locator("main")).to_contain_text("之后已跟进")
    window.check_both("health-sheet-undone")
    page.goto(f"{at.school}m/health_checks")
    window.follow("秋季体检")
    window.follow("名单")
    page.locator("tr", has_text=NAMES[0]).get_by_role("link", name="录入").click()
    expect(page.get_by_label(f"{NAMES[0]} 体检日期")).to_have_value(today.isoformat())
    window.check_both("health-one-child")


def test_the_family_reads_its_childs_result(visit: Window, world: World) -> None:
    at = scene(world, modules=("health_checks",))
    with world.inside(at.center.school_scope("north")) as ctx:
        demo.load(ctx, at.center.schools["north"], days=800)
    father = world.guardian(at.center, at.children[NAMES[0]], name="石大山", account=True)
    window = visit(360)
    window.sign_in(father)
    expect(window.page.locator("main")).to_contain_text("厘米")
    window.check("health-family")
    office = visit()
    office.sign_in(world.person(at.center, "center_admin", name="方序"))
    office.page.goto(f"/c/{at.center.slug}/m/health_checks")
    office.check_both("health-center")
