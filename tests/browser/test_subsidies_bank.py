"""Paid by bank: accounts from a sheet, the batch, the bank's sheet out and in, what came back."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from playwright.sync_api import expect

from app.config import Config
from plugins.subsidies import answers
from plugins.subsidies.tests.scene import Scene
from plugins.subsidies.tests.walking import scene_of_today
from tests.browser.test_import import work_off
from tests.support.browser import DESKTOP, PHONE, Visit, Window
from tests.support.world import World

pytestmark = pytest.mark.browser
NAMES = ("石小满", "柳青青", "高小远", "周念安")


def accounts_sheet(path: Path) -> Path:
    """Write the officer's own table; one number was rounded by the spreadsheet."""
    book = Workbook()
    assert book.active
    book.active.append(["学生姓名", "班级", "持卡人", "开户银行", "一卡通账号"])
    for number, name in enumerate(NAMES, start=1):
        whole = f"990100000000{number:04}" if number < 4 else 9.901000000000004e18
        book.active.append([name, "三（1）班", f"{name[0]}大山", "乡信用社", whole])
    book.save(path)
    return path


def answered(path: Path) -> Path:
    """Fill the bank's answer into the sheet that was taken."""
    book = load_workbook(path)
    sheet = book.active
    assert sheet
    rows = [row for row in sheet.iter_rows() if str(row[0].value or "").startswith("0001-")]
    for row in rows[:-1]:
        row[7].value = "成功"
    rows[-1][7].value, rows[-1][8].value = "退回", "账号户名不符"
    book.save(path)
    return path


def accounts_taken_in(visit: Window, scene: Scene, folder: Path) -> None:
    officer = visit(DESKTOP)
    officer.sign_in(scene.people["subsidy_officer"])
    page = officer.page
    page.goto(f"/c/{scene.center.slug}/s/north/m/subsidies/accounts")
    officer.check_both("subsidies-accounts-none")
    officer.follow("从表格导入")
    officer.check_both("subsidies-accounts-sheet")
    page.set_input_files("input[type=file]", accounts_sheet(folder / "账号.xlsx"))
    page.locator("main form button.btn-primary").click()
    expect(page.locator("main")).to_contain_text("四舍五入")
    officer.check_both("subsidies-accounts-read")
    page.locator("main form button.btn-primary").click()
    expect(page.locator("main")).to_contain_text("**** 0001")
    officer.check_both("subsidies-accounts")


def taken(office: Visit, path: Path) -> Path:
    with office.page.expect_download() as download:
        office.press("下载发放表")
    download.value.save_as(path)
    return path


def test_accounts_batch_bank_sheet_and_its_answer(
    visit: Window, world: World, config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "SMALL", 2)  # so that a worker reads even this answer
    scene = scene_of_today(world)
    scene.add(*NAMES)
    world.guardian(scene.center, scene.children["石小满"], name="石大山")
    scene.approved(scene.opened())
    accounts_taken_in(visit, scene, tmp_path)

    center = f"/c/{scene.center.slug}/m/subsidies"
    office = visit(DESKTOP)
    page = office.page
    office.sign_in(scene.people["center_admin"])
    page.goto(center)
    page.locator("table a", has_text="寄宿生生活补助").last.click()
    office.press("编制批次")
    expect(page.locator("main")).to_contain_text("1 人没有登记银行账号")
    office.check_both("subsidies-bank-prepared")
    batch = page.url
    second = visit(PHONE)
    second.sign_in(scene.people["center_admin2"])
    second.page.goto(batch)
    second.press("复核通过")
    page.goto(batch)
    office.check_both("subsidies-bank-released")
    sheet = taken(office, tmp_path / "发放表.xlsx")
    page.set_input_files("input[type=file]", answered(sheet))
    office.press("读取回执")
    expect(page.locator(".job")).to_be_visible()
    office.check_both("subsidies-bank-reading")
    work_off(world, config)
    page.goto(batch)
    expect(page.locator("main")).to_contain_text("成功 2 笔，退回 1 笔")
    office.check_both("subsidies-bank-answered")
    page.goto(f"{batch}?result=returned")
    expect(page.locator("tbody tr")).to_have_count(1)
    office.check("subsidies-bank-returned")
