"""A child's file is begun by hand, and what is known of the parents classifies the child."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from app.kernel.clock import Clock
from tests.browser.scenes import scene
from tests.support.browser import PHONE, Window
from tests.support.world import World

pytestmark = pytest.mark.browser


def test_a_child_a_father_and_where_he_is(visit: Window, world: World) -> None:
    at = scene(world)
    window = visit()
    page = window.page
    window.sign_in(at.admin)
    page.goto(f"{at.school}children")
    window.check_both("children")
    window.follow("添加学生")
    page.fill("[name=number]", "990101201705041229")
    page.select_option("[name=homeroom]", label="三（1）班")
    window.press("保存")
    expect(page.get_by_role("alert")).to_contain_text("姓名")
    window.refused()
    window.check_both("child-new-wrong")
    page.fill("[name=name]", "苏小禾")
    page.fill("[name=number]", "")
    page.fill("[name=birth_date]", "2017-05-04")
    page.get_by_label("女", exact=True).check()
    window.press("保存")
    expect(page.locator("h1")).to_have_text("苏小禾")
    unknown = page.locator("aside")
    expect(unknown).to_contain_text("父母情况均不明。")
    window.check_both("child-new")

    for relation, name in (("father", "苏大山"), ("mother", "陈秋")):
        window.follow("添加父母或监护人")
        page.select_option("[name=relation]", relation)
        page.fill("[name=name]", name)
        if relation == "father":
            window.check_both("guardian-new")
            page.fill("[name=number]", "19900004711")
        window.press("保存")
        expect(page.locator("main")).to_contain_text(name)
    long_ago = Clock().today() - timedelta(days=200)
    for index in (0, 1):
        page.get_by_role("link", name="更新去向").nth(index).click()
        page.get_by_label("外出务工").check()
        page.fill("[name=away_since]", long_ago.isoformat())
        page.fill("[name=place]", "东莞市")
        if index == 0:
            window.check_both("parent-status")
        window.press("我今天已核实")
    expect(page.locator("aside")).to_contain_text("父母双方外出均已满三个月。")
    expect(page.locator("main .pills").first).to_contain_text("双亲留守")
    window.check_both("child-left-behind")


def test_a_masked_number_is_shown_on_asking(visit: Window, world: World) -> None:
    at = scene(world, "石小满")
    child = at.children["石小满"]
    world.guardian(at.center, child, name="陈秋", relation="mother", phone="19900004712")
    window = visit(PHONE)
    window.sign_in(at.admin)
    window.page.goto(at.child("石小满"))
    card = window.page.locator("section", has_text="陈秋")
    expect(card).to_contain_text("199****4712")
    card.get_by_role("button", name="显示").click()
    expect(card).to_contain_text("19900004712")
    window.check("phone-shown")

    plain = visit(PHONE, scripts=False)
    plain.sign_in(at.admin)
    plain.page.goto(at.child("石小满"))
    card = plain.page.locator("section", has_text="陈秋")
    card.get_by_role("button", name="显示").click()
    expect(plain.page.locator("main")).to_contain_text("19900004712")
    plain.shoot("phone-shown-plain")
