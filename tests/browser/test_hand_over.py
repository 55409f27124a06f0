"""A teacher leaves: the head hands the work over, a colleague takes it, nobody is forgotten."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from app.handover.year.choices import target_year
from tests.integration.handover.people import desk
from tests.support.browser import Window
from tests.support.world import World

pytestmark = pytest.mark.browser


def test_the_work_of_who_leaves_finds_a_successor(visit: Window, world: World) -> None:
    at = desk(world)
    school = f"/c/{at.center.slug}/s/north"
    head = visit()
    page = head.page
    head.sign_in(at.head)
    page.goto(f"{school}/staff/{at.giver.id}")
    page.locator("summary", has_text="不再在此任职").click()
    page.locator("details[open]").get_by_role("button", name="不再在此任职").click()
    expect(page.locator("main")).to_contain_text("石小满的代理家长")
    head.refused()
    head.check_both("hand-over-first")
    head.follow("先办理交接")
    expect(page.locator("main")).to_contain_text("必访：石小满")
    head.check_both("hand-over-begin")
    page.get_by_label("离开本校").check()
    page.fill("[name=last_day]", "2026-10-09")
    head.press("下一步：选择接手人")
    page.get_by_label("全部交给", exact=True).select_option(label="周青")
    page.get_by_role("button", name="通知接手人").first.click()
    expect(page.locator("main")).to_contain_text("待对方确认")
    head.check_both("hand-over")
    page.goto(f"{school}/")
    expect(page.locator("main")).to_contain_text("交接未完成")

    taker = visit()
    taker.sign_in(at.taker)
    taker.page.goto(f"/c/{at.center.slug}/hand-overs")
    taker.check_both("hand-over-mine")
    taker.press("全部接手")
    expect(taker.page.get_by_role("status").first).to_contain_text("您已接手4项工作")
    taker.page.goto(f"{school}/children")
    expect(taker.page.get_by_role("link", name="石小满").first).to_be_visible()

    page.goto(f"{school}/hand-overs")
    expect(page.locator("main")).to_contain_text("已交接")
    head.check_both("hand-overs")
    head.follow("林安")
    expect(page.locator("main")).to_contain_text("全部交接完毕")
    head.check_both("hand-over-done")


def test_the_school_moves_up(visit: Window, world: World) -> None:
    at = desk(world)
    year = target_year(datetime.now(UTC).date())
    last = world.homeroom(at.center, "north", intake=year - 6)
    world.homeroom(at.center, "north", intake=year - 5)
    for name in ("柳青青", "周念安"):
        world.child(at.center, "north", name=name, homeroom=last)
    window = visit()
    window.sign_in(at.head)
    page = window.page
    page.goto(f"/c/{at.center.slug}/s/north/school-year")
    expect(page.locator("main")).to_contain_text("毕业离校")
    window.check_both("school-year")
    window.follow("请选择")
    window.check_both("school-year-repeat")
    page.get_by_label("柳青青").select_option(index=1)
    window.press("保存")
    expect(page.locator("main")).to_contain_text("1人留级")
    page.locator("summary", has_text="执行升级").click()
    page.locator("details[open]").get_by_role("button", name="执行升级").click()
    expect(page.get_by_role("status").first).to_contain_text("正在办理")
    window.check("school-year-running")
