"""A school brings its own workbook: it sees first what would happen, and may take it back."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect
from rq import SimpleWorker
from rq.serializers import JSONSerializer

from app.children.roster.invented import Numbers, invent_children
from app.children.roster.layouts import Layout, write_layout
from app.children.roster.rows import SchoolHint
from app.config import Config
from app.jobs.worker import ScopedJob, patient_connection, queue_on
from app.kernel.clock import Clock
from tests.support.browser import PHONE, Visit, Window
from tests.support.world import World

pytestmark = pytest.mark.browser
TODAY = Clock().today()


def work_off(world: World, config: Config) -> None:
    """Let a worker do what the page has asked for."""
    connection = patient_connection(config.redis_url)
    with world.app.app_context():
        SimpleWorker(
            [queue_on(connection)], connection=connection, job_class=ScopedJob,
            serializer=JSONSerializer,
        ).work(burst=True, logging_level="ERROR")  # fmt: skip


def workbook(path: Path) -> Path:
    """Write a class list whose first child has a number that Excel destroyed."""
    rows = invent_children(
        9, SchoolHint("north", "north小学"), Numbers(both=3, one=3, none=4), today=TODAY
    )
    broken, named = rows[0].child, rows[1].child
    assert broken
    assert named
    broken.id_number = "9.9010120170504E+17"
    named.name = "石小满"
    rows[2].guardians[0].phones = ("12345",)
    write_layout(path, {"名单": rows}, Layout.CLASS_LIST, today=TODAY)
    return path


def send(window: Visit, world: World, path: Path) -> None:
    center = world.center()
    window.sign_in(world.person(center, "school_admin", "north"))
    window.page.goto(f"/c/{center.slug}/s/north/imports")
    window.page.set_input_files("input[type=file]", workbook(path))
    window.press("检查名单")


def test_preview_import_and_taking_back(
    visit: Window, world: World, config: Config, tmp_path: Path
) -> None:
    window = visit()
    page = window.page
    send(window, world, tmp_path / "花名册.xlsx")
    problems = page.locator("#problems")
    expect(problems).to_contain_text("12345")
    expect(problems).to_contain_text("Excel")
    window.check_both("import-preview")

    window.press("确认导入")
    expect(page.locator("[hx-get] progress")).to_be_visible()
    window.check_both("import-waiting")
    work_off(world, config)
    # The page notices by itself that the work has ended.
    expect(page.locator("main")).to_contain_text("导入完成")
    window.check_both("import-done")

    page.goto(page.url.split("/imports")[0] + "/children")
    expect(page.get_by_role("link", name="石小满")).to_be_visible()
    window.check_both("children-imported")
    page.go_back()
    page.get_by_text("撤销导入").first.click()
    window.check("import-undo-question")
    window.press("撤销导入")
    expect(page.locator("main")).to_contain_text("已撤销 9 名学生的导入。")
    window.check_both("import-undone")
    page.goto(page.url.split("/imports")[0] + "/children")
    expect(page.locator("main")).to_contain_text("还没有学生")


def test_without_scripts_progress_is_asked_for_by_a_link(
    visit: Window, world: World, config: Config, tmp_path: Path
) -> None:
    window = visit(PHONE, scripts=False)
    send(window, world, tmp_path / "花名册.xlsx")
    window.press("确认导入")
    window.follow("查看当前进度")
    expect(window.page.locator("progress")).to_be_visible()
    work_off(world, config)
    window.follow("查看当前进度")
    expect(window.page.locator("main")).to_contain_text("导入完成")
