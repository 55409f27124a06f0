"""A guardian opens the child's page with a slip from the school, on a phone, in Chinese."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import expect

from app.children.models import Child
from app.kernel.clock import Clock
from app.sdk import Filled
from plugins.health_checks.services import open_round, save
from tests.browser.scenes import Scene, scene
from tests.documents.readers import text as pdf_text
from tests.support.browser import PHONE, Visit, Window
from tests.support.world import Person, World

pytestmark = pytest.mark.browser
PIN = "481516"


def measure(world: World, at: Scene, name: str) -> None:
    """Write down that the child was 131.5 cm tall today."""
    with world.inside(at.center.school_scope("north")) as ctx:
        day = Clock().today()
        school = at.center.schools["north"]
        round_ = open_round(ctx, school_id=school, title="秋季体检", held_on=day)
        child = ctx.session.get_one(Child, (at.center.id, at.children[name]))
        measured = {"height_cm": Decimal("131.5"), "weight_kg": Decimal("28.1")}
        assert not save(ctx, round_, [Filled(child, measured)]).problems


def print_slip(window: Visit, at: Scene, child: str, folder: Path) -> str:
    """Print the slip of the only guardian ticked; return the code on it."""
    window.sign_in(at.admin)
    window.page.goto(f"{at.school}activation")
    window.check_both("activation-classes")
    window.follow("三（1）班")
    window.check_both("activation-class")
    window.follow(child)
    window.check_both("activation-child")
    with window.page.expect_download() as printing:
        window.press("为勾选的监护人打印激活单")
    slip = folder / "slip.pdf"
    printing.value.save_as(slip)
    found = re.search(r"[A-HJKMNP-Z2-9]{8}", pdf_text(slip.read_bytes()))
    assert found
    return found.group()


def test_from_the_slip_to_the_childs_page(visit: Window, world: World, tmp_path: Path) -> None:
    at = scene(world, modules=("health_checks",))
    child = world.child(at.center, "north", name="苏小禾", homeroom=at.room)
    at.children["苏小禾"] = child
    mother = world.guardian(at.center, child, name="陈秋", relation="mother")
    measure(world, at, "苏小禾")
    code = print_slip(visit(), at, "苏小禾", tmp_path)

    phone = visit(PHONE)
    page = phone.page
    page.goto(f"/family/activate?code={code}")
    phone.check_both("family-activate")
    page.fill("[name=digits]", "0000" if mother.login[-4:] != "0000" else "1111")
    page.fill("[name=pin]", PIN)
    page.fill("[name=again]", PIN)
    phone.press("打开页面")
    expect(page.get_by_role("alert")).to_contain_text("激活码与手机尾号对不上")
    phone.refused()
    phone.check_both("family-activate-wrong")
    page.fill("[name=digits]", mother.login[-4:])
    page.fill("[name=pin]", PIN)
    page.fill("[name=again]", PIN)
    phone.press("打开页面")
    main = page.locator("main")
    expect(main).to_contain_text("苏小禾的近况")
    expect(main).to_contain_text("身高 131.5 厘米")
    phone.check_both("family-home")

    phone.sign_out()
    page.goto(f"/family/{at.center.slug}/")
    expect(page).to_have_url(re.compile("/family/sign-in"))
    phone.sign_in(Person(mother.login, PIN, "guardian", mother.account_id, mother.id))
    expect(main).to_contain_text("苏小禾的近况")
    page.get_by_role("link", name="修改六位数字密码").click()
    phone.check_both("family-change-pin")
