"""Bank accounts from a sheet: understood, looked at with masked numbers, encrypted when written."""

from __future__ import annotations

import io
import json
from typing import Any
from uuid import UUID

import pytest
from openpyxl import Workbook
from sqlalchemy import select, text

from app.sdk import ImportBatch, sheet_import
from app.sdk.testing.core import AuditEvent
from plugins.subsidies.models import BankAccount
from plugins.subsidies.tests.walking import Walk

HEADS = ["学生姓名", "班级", "持卡人", "开户银行", "一卡通账号"]
FIRST, SECOND = "9901000000001111", "9901000000002222"


def sent(walk: Walk, rows: list[list[Any]], place: str = "", who: str = "subsidy_officer") -> str:
    """Send a sheet; return the address of the page that says what it holds."""
    book = Workbook()
    assert book.active
    for row in (HEADS, *rows):
        book.active.append(row)
    body = io.BytesIO()
    book.save(body)
    body.seek(0)
    form = (place or walk.school) + "/accounts/sheet"
    answer = walk.as_(who).submit(form, {"file": (body, "账号.xlsx")})
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def known(walk: Walk) -> dict[UUID, tuple[str, str, str]]:
    with walk.scene.world.inside(walk.scene.center.scope) as ctx:
        rows = ctx.session.scalars(select(BankAccount).where(BankAccount.voided_at.is_(None)))
        return {row.child_id: (row.holder, row.bank, row.number) for row in rows}


def test_accounts_are_looked_at_first_then_written_and_never_shown_whole(walk: Walk) -> None:
    walk.scene.add("石小满", "柳青青")
    children = walk.scene.children
    officer = walk.as_("subsidy_officer")
    page = sent(walk, [["石小满", "", "石大山", "乡信用社", FIRST],
                       ["柳青青", "", "柳长根", "乡信用社", SECOND]])  # fmt: skip
    shown = officer.get(page).text
    assert "**** 1111" in shown
    assert FIRST not in shown
    assert known(walk) == {}
    with walk.scene.world.inside(walk.scene.center.scope) as ctx:
        assert FIRST not in json.dumps(ctx.session.scalars(select(ImportBatch)).one().report)
    assert officer.submit(page + "/write", {}, page=page).status_code == 303
    assert known(walk) == {
        children["石小满"]: ("石大山", "乡信用社", FIRST),
        children["柳青青"]: ("柳长根", "乡信用社", SECOND),
    }
    with walk.scene.world.inside(walk.scene.center.scope) as ctx:
        stored = ctx.session.execute(text("SELECT number FROM subsidies_account")).scalars().all()
        assert not {FIRST, SECOND} & {str(one) for one in stored}, "sealed in the database"
        assert "sheet.import" in set(ctx.session.scalars(select(AuditEvent.action)))
    listed = officer.get(walk.school + "/accounts").text
    assert "**** 2222" in listed
    assert SECOND not in listed
    assert FIRST not in str(officer.get(walk.school + "/accounts.xlsx").data)
    assert officer.get(walk.child("石小满")).text.count(FIRST) == 0
    whole = officer.submit(walk.child("石小满") + "/account/show", {}, page=walk.child("石小满"))
    assert FIRST in whole.text
    with walk.scene.world.inside(walk.scene.center.scope) as ctx:
        assert "subsidies.account.read" in set(ctx.session.scalars(select(AuditEvent.action)))


@pytest.mark.parametrize(
    ("row", "word"),
    [
        (["石小满", "", "石大山", "乡信用社", 9.901000000001111e18], "四舍五入"),
        (["石小满", "", "石大山", "乡信用社", "9.901E+15"], "四舍五入"),
        (["石小满", "", "石大山", "乡信用社", "12 34"], "8 至 30 位"),
        (["石小满", "", "", "乡信用社", FIRST], "缺少“户名”"),
        (["石小满", "", "石大山", "", FIRST], "缺少“开户"),
        (["石小满", "", "张三", "乡信用社", SECOND], "另一个孩子"),
        (["没有人", "", "石大山", "乡信用社", FIRST], "没有人"),
    ],
)
def test_what_is_wrong_is_told_by_its_row_and_left_out(
    walk: Walk, row: list[Any], word: str
) -> None:
    walk.scene.add("石小满", "柳青青")
    walk.account("柳青青", SECOND)
    shown = walk.as_("subsidy_officer").get(sent(walk, [row])).text
    assert word in shown
    assert "第 2 行" in shown
    assert SECOND not in shown


def test_a_changed_number_is_asked_about_and_the_own_sheet_sent_back_changes_nothing(
    walk: Walk,
) -> None:
    walk.scene.add("石小满")
    walk.account("石小满", FIRST)
    officer = walk.as_("subsidy_officer")
    page = sent(walk, [["石小满", "", "石大山", "乡信用社", "**** 1111"]])
    officer.submit(page + "/write", {}, page=page)
    assert [number for _holder, _bank, number in known(walk).values()] == [FIRST]
    page = sent(walk, [["石小满", "", "石大山", "乡信用社", "6222 0000 0000 2222"]])
    assert "由 **** 1111 改为 **** 2222" in officer.get(page).text
    officer.submit(page + "/write", {}, page=page)
    assert [number for _holder, _bank, number in known(walk).values()] == ["6222000000002222"]
    with walk.scene.world.inside(walk.scene.center.scope) as ctx:
        assert len(ctx.session.scalars(select(BankAccount)).all()) == 2, "the former one is kept"


def test_the_centre_imports_for_all_schools_a_large_sheet_by_a_job(
    walk: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheet_import, "SMALL", 1)
    walk.scene.add("石小满")
    south = walk.scene.world.homeroom(walk.scene.center, "south")
    walk.scene.add("南小雨", school="south", homeroom=south)
    page = sent(walk, [["石小满", "", "石大山", "乡信用社", FIRST],
                       ["南小雨", "", "南大山", "乡信用社", SECOND]],
                walk.center, "center_admin")  # fmt: skip
    walk.as_("center_admin").submit(page + "/write", {}, page=page)
    assert known(walk) == {}
    assert walk.worked() == ["done"]
    assert len(known(walk)) == 2
    walk.scene.add("柳青青")
    assert walk.as_("school_admin").get(walk.school + "/accounts/sheet").status_code == 403
