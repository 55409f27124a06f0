"""A school takes on a teacher, who chooses an own password at the first sign-in."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.scenes import scene
from tests.documents.readers import spans
from tests.support.browser import PHONE, Window
from tests.support.world import Person, World

pytestmark = pytest.mark.browser
OWN = "lan-tian-2031"


def test_a_new_teacher_comes_in_with_the_slip(visit: Window, world: World, tmp_path: Path) -> None:
    at = scene(world)
    window = visit()
    page = window.page
    window.sign_in(at.admin)
    page.goto(f"{at.school}staff")
    window.follow("添加人员")
    window.check_both("staff-new")
    page.fill("[name=name]", "周小禾")
    number = f"N{at.center.slug[-6:]}"
    page.fill("[name=number]", number)
    window.press("添加")
    expect(page.get_by_role("status").first).to_contain_text("已添加 周小禾")
    page.select_option("[name=role]", "homeroom_teacher")
    page.get_by_label("三（1）班").check()
    window.press("授予")
    expect(page.locator("main")).to_contain_text("班主任（三（1）班）")
    window.check_both("staff-member")

    page.goto(f"{at.school}staff")
    window.check_both("staff")
    page.get_by_label("周小禾", exact=True).check()
    with page.expect_download() as printing:
        window.press("为勾选的人生成密码条")
    slip = tmp_path / "slip.pdf"
    printing.value.save_as(slip)
    texts = [span.text for span in spans(slip.read_bytes())]
    secret = texts[texts.index("初始密码") + 1]

    teacher = visit(PHONE)
    teacher.sign_in(Person(number, secret, "staff", at.admin.account_id, at.admin.id))
    here = teacher.page
    here.goto(f"{at.school}children")
    expect(here).to_have_url(re.compile("/account/secret"))
    expect(here.locator("main")).to_contain_text("这是您第一次登录")
    teacher.check_both("first-password")
    here.fill("[name=old]", secret)
    here.fill("[name=new]", OWN)
    here.fill("[name=again]", OWN)
    teacher.press("确认修改")
    here.goto(f"{at.school}children")
    expect(here.get_by_role("link", name="石小满")).to_be_visible()
    teacher.check("children-of-a-teacher")
