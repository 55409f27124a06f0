"""A round of subsidies by hand: scheme, eligible, public, approved, paid, received, taken back."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from app.kernel.clock import Clock
from app.tenancy.models import Term
from plugins.subsidies.models import PublicList
from plugins.subsidies.tests.scene import Scene, make_scene
from tests.support.browser import DESKTOP, PHONE, Visit, Window
from tests.support.world import Person, World

pytestmark = pytest.mark.browser
TODAY = Clock().today()


def begun(world: World) -> tuple[Scene, Person]:
    """Make the scene with three boarders in hardship in a term of today, and a mother."""
    scene = make_scene(world)
    with world.inside(scene.center.scope) as ctx:
        term = ctx.session.scalars(select(Term)).one()
        term.starts_on, term.ends_on = TODAY - timedelta(days=80), TODAY + timedelta(days=60)
    scene.add("石小满", "柳青青", "高小远")
    scene.add("周念安", hardship=None)
    mother = world.guardian(scene.center, scene.children["高小远"], name="高秋云", account=True)
    return scene, mother


def waited(scene: Scene) -> None:
    """Let the days of publicity pass."""
    with scene.world.inside(scene.center.scope) as ctx:
        for row in ctx.session.scalars(select(PublicList)):
            row.published_on, row.until_on = TODAY - timedelta(days=9), TODAY - timedelta(days=1)


def opened(window: Visit, center: str) -> None:
    """Take the usual schemes over and open a round for boarders."""
    page = window.page
    page.goto(center)
    window.check_both("subsidies-center-empty")
    page.goto(f"{center}/schemes")
    window.check_both("subsidies-usual")
    window.press("启用勾选的")
    window.check_both("subsidies-schemes")
    window.follow("家庭经济困难寄宿生生活补助")
    window.check_both("subsidies-scheme")
    page.get_by_text("登记资金", exact=True).click()
    page.locator("form[action$=budget] [name=amount]").fill("20000")
    page.locator("form[action$=budget] [name=source]").fill("县财政秋季下达")
    page.locator("form[action$=budget] button.btn-primary").click()
    window.follow("开放批次")
    window.press("保存")
    expect(page.get_by_role("status").first).to_contain_text("批次已开放")


def test_a_round_from_the_scheme_to_the_reversal(visit: Window, world: World) -> None:
    scene, mother = begun(world)
    center = f"/c/{scene.center.slug}/m/subsidies"
    school = f"/c/{scene.center.slug}/s/north/m/subsidies"
    office = visit(DESKTOP)
    office.sign_in(scene.people["center_admin"])
    opened(office, center)

    officer = visit(DESKTOP)
    officer.sign_in(scene.people["subsidy_officer"])
    page = officer.page
    page.goto(school)
    officer.check_both("subsidies-home")
    officer.follow("打开")
    officer.check_both("subsidies-eligible")
    officer.press("提名全部符合条件的")
    page.get_by_role("link", name="核实").click()
    for box in page.locator("[name=case]").all():
        box.check()
    page.get_by_text("家访核实").or_(page.get_by_text("家访", exact=True)).first.click()
    page.fill("[name=text]", "房屋老旧，父亲患病")
    officer.check_both("subsidies-check")
    officer.press("登记")

    head = visit(PHONE)
    head.sign_in(scene.people["school_admin"])
    head.page.goto(page.url.replace("/check", "/review"))
    head.page.fill("[name=members]", "班主任、家长代表两名")
    head.page.locator("select[name^=passes]").last.select_option("no")
    head.page.locator("input[name^=reason]").last.fill("今年家庭收入已好转")
    head.check_both("subsidies-review")
    head.press("登记评议")

    page.goto(page.url.replace("/check", "/publish"))
    officer.check_both("subsidies-publish")
    officer.press("从今天起公示")
    page.get_by_text("登记异议", exact=True).click()
    page.locator("form[action$=objections] [name=text]").fill("听说家里有小汽车")
    officer.check_both("subsidies-objection")
    page.locator("form[action$=objections] button").click()
    waited(scene)
    page.reload()
    page.get_by_text("答复", exact=True).first.click()
    page.locator("[name=answer]").fill("已到家核实，没有车辆")
    page.get_by_text("维持公示结果").click()
    officer.press("保存答复")
    officer.check_both("subsidies-list")
    officer.press("上报中心")
    number = UUID(page.url.rpartition("/")[2])

    office.page.goto(center)
    office.check_both("subsidies-center")
    office.page.goto(f"{center}/lists/{number}")
    office.check_both("subsidies-decide")
    office.press("批准名单")
    paid(office, visit, scene, center)
    received(visit, mother)
    reversed_(office, officer, visit, scene, school, center)


def paid(office: Visit, visit: Window, scene: Scene, center: str) -> None:
    """Prepare, be refused one's own release, release by another, pay."""
    page = office.page
    page.goto(center)
    page.locator("table a", has_text="寄宿生生活补助").last.click()
    office.check_both("subsidies-round")
    page.locator("form[action$=batches] [value=hand]").check()
    office.press("编制批次")
    office.press("复核通过")
    expect(page.get_by_role("alert").or_(page.get_by_role("status")).first).to_contain_text("两人")
    office.complaints.clear()  # the browser reports the refusal itself
    address = page.url.removesuffix("/release")
    second = visit(DESKTOP)
    second.sign_in(scene.people["center_admin2"])
    second.page.goto(address)
    second.check_both("subsidies-batch-prepared")
    second.press("复核通过")
    page.goto(address)
    for box in page.locator("[name=payment]").all():
        box.check()
    office.check_both("subsidies-batch")
    office.press("勾选的已发放")


def received(visit: Window, mother: Person) -> None:
    """The mother says on her phone that the money has arrived."""
    family = visit(PHONE)
    family.sign_in(mother)
    family.check_both("subsidies-family")
    family.press("收到了")
    expect(family.page.locator("main")).to_contain_text("收到了")


def reversed_(
    office: Visit, officer: Visit, visit: Window, scene: Scene, school: str, center: str
) -> None:
    """The school signs on paper and asks for a reversal; another person confirms it."""
    page = officer.page
    page.goto(f"{school}/awards")
    officer.check_both("subsidies-awards")
    page.goto(office.page.url.replace(center, school))
    page.locator("[name=payment]").first.check()
    officer.check_both("subsidies-receipts")
    officer.press("登记签收")
    page.locator("summary", has_text="冲正").last.click()
    page.locator("details[open] [name=reason]").fill("重复发放，家庭已退回")
    page.locator("details[open] button.btn-danger").click()
    office.page.goto(f"{center}/reversals")
    office.page.locator("[name=day]").fill(TODAY.isoformat())
    office.check_both("subsidies-reversals")
    office.press("确认冲正：钱已退回")
    page.goto(f"/c/{scene.center.slug}/children/{scene.children['高小远']}/m/subsidies")
    officer.check_both("subsidies-child")
    gaps = visit(DESKTOP)
    gaps.sign_in(scene.people["school_admin"])
    gaps.page.goto(school)
    gaps.follow("打开")
    gaps.follow("应助未助与重复")
    gaps.check_both("subsidies-gaps")
