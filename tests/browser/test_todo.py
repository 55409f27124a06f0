"""The to-do on a phone: from the list to a record and back, in three taps; a concern to its end."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from app.duties.policy_file import parse_policy
from app.duties.services import adopt
from app.kernel.clock import CHINA
from app.ledger.models import Entry
from app.tenancy.models import Term
from tests.support.browser import DESKTOP, PHONE, Window
from tests.support.world import CenterHandle, World

pytestmark = pytest.mark.browser

POLICY = """
name = "三个一"
slogan = "每月一次家访"
[[duty]]
key = "care"
title = "关心"
entry = ["note"]
by = "mentor"
for = "all"
every = "month"
[[duty]]
key = "visit"
title = "家访"
entry = ["home_contact.visit", "home_contact.call"]
by = "mentor"
for = "all"
every = "month"
"""


def _keep(world: World, center: CenterHandle) -> date:
    today = datetime.now(UTC).astimezone(CHINA).date()
    with world.inside(center.scope) as ctx:
        ctx.session.add(
            Term(
                school_year=today.year,
                number=1,
                starts_on=today.replace(day=1),
                ends_on=date(today.year + 1, 12, 31),
            )
        )
        adopt(ctx, parse_policy(POLICY), key="three", in_force_from=today.replace(day=1))
    return today


def test_a_visit_is_written_down_on_a_phone_in_three_taps(world: World, visit: Window) -> None:
    center = world.center()
    world.enable(center, "north", "home_contact")
    room = world.homeroom(center, "north")
    child = world.child(center, "north", homeroom=room)
    brother = world.child(center, "north", homeroom=room, name="石小安")
    world.guardian(center, child, brother)
    mentor = world.person(center, "mentor", "north", children=(child, brother))
    _keep(world, center)
    window = visit(PHONE)
    window.sign_in(mentor)
    window.page.goto(f"/c/{center.slug}/todo")
    window.check_both("todo-mentor")
    card = window.page.locator(".todo-card", has_text="石小满")
    card.get_by_role("link", name="记事", exact=True).click()
    window.page.wait_for_load_state()
    window.check("todo-record")
    window.page.get_by_label("石小安").check()
    window.page.get_by_label("简单写一句").fill("作业都做完了")
    window.press("保存")
    window.page.wait_for_url("**/todo*")
    assert "关心" in window.page.locator(".notice[role=status]").inner_text()
    assert window.page.get_by_text("关心", exact=True).count() == 0
    card = window.page.locator(".todo-card", has_text="石小满")
    card.get_by_role("link", name="家访", exact=True).click()
    window.press("保存")
    window.page.wait_for_url("**/todo*")
    assert "石小安" in window.page.locator(".todo-card").inner_text()
    assert window.page.locator(".todo-card", has_text="石小满").count() == 0
    with world.inside(center.scope) as ctx:
        kinds = ctx.session.scalars(select(Entry.kind).order_by(Entry.kind)).all()
        assert kinds == ["home_contact.visit", "note", "note"]


def test_a_concern_is_raised_answered_and_closed(world: World, visit: Window) -> None:
    center = world.center()
    room = world.homeroom(center, "north")
    child = world.child(center, "north", homeroom=room)
    teacher = world.person(center, "homeroom_teacher", "north", homerooms=(room,))
    window = visit(PHONE)
    window.sign_in(teacher)
    window.page.goto(f"/c/{center.slug}/children/{child}/concerns/new")
    window.page.get_by_label("学生情绪不好").check()
    window.page.get_by_label("看到了什么").fill("两天不说话")
    window.press("发起必访")
    window.page.wait_for_url("**/concerns/*-*")
    window.check_both("concern")
    window.page.goto(f"/c/{center.slug}/todo")
    window.follow("处理必访")
    window.page.locator(".todo-acts a").first.click()
    window.page.get_by_label("简单写一句").fill("和奶奶谈了")
    window.press("保存")
    window.page.get_by_label("处理结果").fill("好多了")
    window.press("办结")
    window.page.wait_for_url("**/todo")
    assert window.page.get_by_text("没有待办").is_visible()


def test_boards_open_their_rows(world: World, visit: Window) -> None:
    center = world.center()
    room = world.homeroom(center, "north")
    world.child(center, "north", homeroom=room)
    head = world.person(center, "school_admin", "north")
    _keep(world, center)
    window = visit(DESKTOP)
    window.sign_in(head)
    window.page.goto(f"/c/{center.slug}/s/north/duties")
    window.check_both("duties-board")
    window.page.locator("td a").first.click()
    window.check_both("duties-list")
    assert "石小满" in window.page.locator("main").inner_text()
    window.page.goto(f"/c/{center.slug}/s/north/duties/exemptions")
    window.check_both("exemptions")
