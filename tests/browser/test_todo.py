"""The to-do on a phone: from the list to a record and back, in three taps; a concern to its end."""

from __future__ import annotations

import base64
from datetime import UTC, date, datetime

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.duties.policy_file import parse_policy
from app.duties.services import adopt
from app.kernel.clock import CHINA
from app.ledger.models import Attachment, Entry
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


PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def _count_taps(page: Page) -> None:
    """Count from now on what is tapped on this very page: another page would know nothing of it."""
    page.evaluate(
        "document.addEventListener('click', (event) =>"
        " { if (event.isTrusted) window.taps = (window.taps ?? 0) + 1; }, true)"
    )


def _taps(page: Page) -> int:
    """Return how often the page was tapped since, links and buttons and boxes alike."""
    return int(page.evaluate("window.taps ?? 0"))


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
    _count_taps(window.page)
    card = window.page.locator(".todo-card", has_text="石小满")
    card.get_by_role("link", name="记事", exact=True).click()
    window.page.get_by_label("简单写一句").fill("作业都做完了")
    window.check("todo-record")
    window.page.get_by_label("石小安").check()
    window.press("保存")
    notice = window.page.locator("#flashes .notice[role=status]")
    expect(notice).to_contain_text("关心")
    expect(window.page.get_by_text("关心", exact=True)).to_have_count(0)
    assert window.page.locator(".entry-form").count() == 0
    assert _taps(window.page) == 3
    window.check("todo-recorded")
    card = window.page.locator(".todo-card", has_text="石小满")
    card.get_by_role("link", name="家访", exact=True).click()
    window.press("保存")
    window.page.wait_for_url("**/todo*")
    assert "石小安" in window.page.locator(".todo-card").inner_text()
    assert window.page.locator(".todo-card", has_text="石小满").count() == 0
    with world.inside(center.scope) as ctx:
        kinds = ctx.session.scalars(select(Entry.kind).order_by(Entry.kind)).all()
        assert kinds == ["home_contact.visit", "note", "note"]


def test_a_mistake_in_the_list_comes_back_in_its_place(world: World, visit: Window) -> None:
    center = world.center()
    child = world.child(center, "north", homeroom=world.homeroom(center, "north"))
    mentor = world.person(center, "mentor", "north", children=(child,))
    _keep(world, center)
    window = visit(PHONE)
    page = window.page
    window.sign_in(mentor)
    page.goto(f"/c/{center.slug}/todo")
    _count_taps(page)
    window.follow("记事")
    page.get_by_label("简单写一句").fill("问了作业")
    page.get_by_label("时间").fill("2099-01-01")
    window.press("保存")
    expect(page.locator(".todo-entry .form-errors")).to_be_visible()
    window.refused()
    expect(page.get_by_label("简单写一句")).to_have_value("问了作业")
    page.get_by_label("时间").fill(f"{datetime.now(UTC).astimezone(CHINA):%Y-%m-%d}")
    window.press("保存")
    expect(page.locator("#flashes")).to_contain_text("关心")
    assert _taps(page) == 3
    window.check("todo-mended")


def test_what_was_typed_in_the_list_is_kept_and_goes_when_it_is_saved(
    world: World, visit: Window
) -> None:
    center = world.center()
    room = world.homeroom(center, "north")
    children = [world.child(center, "north", homeroom=room, name=n) for n in ("石小满", "安小雨")]
    mentor = world.person(center, "mentor", "north", children=tuple(children))
    _keep(world, center)
    window = visit(PHONE)
    page = window.page
    window.sign_in(mentor)
    page.goto(f"/c/{center.slug}/todo")
    first, second = (page.locator(".todo-card", has_text=name) for name in ("石小满", "安小雨"))
    first.get_by_role("link", name="记事", exact=True).click()
    page.get_by_label("简单写一句").fill("想妈妈了")
    second.get_by_role("link", name="记事", exact=True).click()
    expect(second.locator(".entry-form")).to_be_visible()
    expect(page.locator(".entry-form")).to_have_count(1)
    first.get_by_role("link", name="记事", exact=True).click()
    expect(page.get_by_label("简单写一句")).to_have_value("想妈妈了")
    window.press("保存")
    expect(page.locator("#flashes")).to_contain_text("关心")
    page.wait_for_function("!Object.keys(localStorage).some((key) => key.startsWith('qc-draft:'))")
    page.goto(f"/c/{center.slug}/children/{children[0]}/duties/record?kind=note")
    expect(page.get_by_label("简单写一句")).to_have_value("")


def test_a_modules_form_opened_from_the_list_keeps_draft_and_photo(
    world: World, visit: Window
) -> None:
    center = world.center()
    world.enable(center, "north", "home_contact")
    child = world.child(center, "north", homeroom=world.homeroom(center, "north"))
    world.guardian(center, child)
    mentor = world.person(center, "mentor", "north", children=(child,))
    _keep(world, center)
    window = visit(PHONE)
    page = window.page
    window.sign_in(mentor)
    page.goto(f"/c/{center.slug}/todo")
    window.follow("家访")
    page.locator("[name=text]").fill("奶奶身体好")
    expect(page.locator(".draft-state")).to_be_visible(timeout=9000)
    page.goto(f"/c/{center.slug}/todo")
    window.follow("家访")
    expect(page.locator("[name=text]")).to_have_value("奶奶身体好")
    page.locator("summary", has_text="照片").click()
    photo = {"name": "门口.png", "mimeType": "image/png", "buffer": PNG}
    page.locator("input[type=file]").first.set_input_files(photo)
    window.press("保存")
    page.wait_for_url("**/todo*")
    assert page.get_by_text("家访", exact=True).count() == 0
    with world.inside(center.scope) as ctx:
        entry = ctx.session.scalars(select(Entry)).one()
        assert (entry.kind, entry.text) == ("home_contact.visit", "奶奶身体好")
        assert ctx.session.scalars(select(Attachment.name)).all() == ["门口.png"]


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
