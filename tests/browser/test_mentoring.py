"""Mentoring as a head and a mentor see it: a proposal accepted, a plan, a term's assessment."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from app.accounts.models import Staff
from app.children.models import Child
from app.kernel.clock import Clock
from app.ledger.services import EntryFor, record
from app.tenancy.models import Term
from tests.browser.scenes import Scene, scene
from tests.support.browser import PHONE, Window
from tests.support.world import Person, World

pytestmark = pytest.mark.browser
TODAY = Clock().today()


def paired(world: World) -> tuple[Scene, Person]:
    """Make a class of four girls in term; a mentor has the first of them."""
    at = scene(world, modules=("mentoring",))
    child = at.children["石小满"]
    mentor = world.person(at.center, "mentor", "north", children=(child,), name="钱多多")
    world.person(at.center, "mentor", "north", name="孙谷雨")
    with world.inside(at.center.scope) as ctx:
        for staff in ctx.session.scalars(select(Staff)):
            staff.sex = "female"
        ctx.session.add(
            Term(
                school_year=TODAY.year,
                number=1,
                starts_on=TODAY - timedelta(days=60),
                ends_on=TODAY + timedelta(days=60),
            )
        )
    return at, mentor


def talked(world: World, at: Scene, mentor: Person, day: int, behind: int) -> None:
    """Write ``day`` talks down for a mentor, each so many days after it took place."""
    with world.inside(at.center.school_scope("north")) as ctx:
        child = ctx.session.scalars(select(Child).where(Child.id == at.children["石小满"])).one()
        for number in range(day):
            record(
                ctx, kind="note", happened_on=TODAY - timedelta(days=behind + number),
                title="谈心", on_behalf_of_id=mentor.id, entries=[EntryFor(child, text="在家")],
            )  # fmt: skip


def test_a_head_looks_at_the_proposal_changes_a_line_and_accepts(
    visit: Window, world: World
) -> None:
    at, _mentor = paired(world)
    window = visit()
    window.sign_in(at.admin)
    page = window.page
    page.goto(f"{at.school}m/mentoring")
    window.check_both("mentoring-page")
    window.follow("自动建议结对")
    window.check_both("mentoring-proposal")
    page.get_by_label("高小远的代理家长").select_option(label="暂不安排")
    window.press("全部确认")
    expect(page.get_by_role("status").first).to_contain_text("2名儿童")
    expect(page.locator("#unpaired")).to_contain_text("高小远")
    expect(page.locator("#pairs")).to_contain_text("柳青青")
    page.locator("main").get_by_role("link", name="钱多多").first.click()
    window.check_both("mentoring-mentor")


def test_a_mentor_keeps_a_plan_on_a_phone(visit: Window, world: World) -> None:
    at, mentor = paired(world)
    window = visit(PHONE)
    window.sign_in(mentor)
    page = window.page
    page.goto(f"{at.child('石小满')}m/mentoring")
    window.check_both("mentoring-child")
    window.follow("新建帮扶计划")
    page.get_by_label("基本情况").fill("数学跟不上，爱画画")
    window.press("保存")
    page.locator("[name=goal]").first.fill("每天完成口算")
    window.press("添加")
    page.get_by_text("记录阶段性效果").click()
    page.locator("[name=text]").fill("错题少了一半")
    window.check_both("mentoring-plan-review")
    window.press("保存")
    expect(page.locator("main")).to_contain_text("错题少了一半")
    window.check_both("mentoring-plan")


def test_a_term_in_facts_is_explained_and_reviewed(visit: Window, world: World) -> None:
    at, mentor = paired(world)
    talked(world, at, mentor, 9, 10)
    own = visit(PHONE)
    own.sign_in(mentor)
    own.page.goto(f"{at.school}m/mentoring/assessment")
    own.check_both("mentoring-own-term")
    own.page.get_by_text("说明情况", exact=True).click()
    own.page.locator("#explain-text, [name=text]").fill("村里断网一周")
    own.press("添加")
    expect(own.page.locator("main")).to_contain_text("村里断网一周")
    head = visit()
    head.sign_in(at.admin)
    head.page.goto(f"{at.school}m/mentoring/assessment")
    head.check_both("mentoring-assessments")
    head.page.locator("main").get_by_role("link", name="9/9").first.click()
    head.check_both("mentoring-rows")
    head.page.goto(f"{at.school}m/mentoring/assessment")
    head.follow("钱多多")
    head.page.get_by_label("评语").fill("认真负责")
    head.page.get_by_text("优秀", exact=True).click()
    head.check_both("mentoring-assessment")
    head.press("签署（签署后不能再改）")
    expect(head.page.locator("main")).to_contain_text("认真负责")
    head.check("mentoring-assessment-signed")
