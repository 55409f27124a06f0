"""Large batches: page by page, the bank's answer read by a job, the rest of them paid at once."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from app.sdk.testing.papers import text as pdf_text
from app.sdk.testing.schools import counted
from plugins.subsidies import answers
from plugins.subsidies.models import Scheme, SubsidyRound
from plugins.subsidies.pay_models import Batch, Settlement
from plugins.subsidies.tests.walking import TODAY, Walk

NAMES = tuple(f"石小{n}" for n in "一二三四")


def released(walk: Walk, way: str = "bank") -> tuple[str, list[list[Any]]]:
    """Bring four children to a released batch; return its page and the bank's sheet."""
    walk.scene.add(*NAMES)
    at = walk.opened()
    walk.approved(at)
    if way == "hand":
        return walk.released(at, way), []
    for number, name in enumerate(NAMES, start=1):
        walk.account(name, f"9901000000000{number:03}")
    batch = walk.released(at)
    rows = [list(row) for row in walk.sheet(batch).iter_rows(values_only=True)]
    start = next(i for i, row in enumerate(rows) if "发放编号" in row)
    return batch, rows[start : start + 5]


def outcomes(walk: Walk) -> list[str]:
    with walk.scene.world.inside(walk.scene.center.scope) as ctx:
        return sorted(ctx.session.scalars(select(Settlement.outcome)))


def test_a_large_answer_is_read_by_a_job_and_says_how_it_ended(
    walk: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "SMALL", 3)
    batch, rows = released(walk)
    for row in rows[1:4]:
        row[7] = "成功"
    rows[4][7:9] = ["退回", "账号户名不符"]
    assert walk.answer(batch, rows).status_code == 302
    page = walk.as_("center_admin").get(batch).text
    assert outcomes(walk) == []
    assert "开始排队" in page or "等待" in page or "排队" in page
    assert "bank-sheet" not in page, "nothing is sent twice while the work waits"
    assert walk.worked() == ["done"]
    assert outcomes(walk) == ["paid", "paid", "paid", "returned"]
    page = walk.as_("center_admin").get(batch).text
    assert "成功 3 笔，退回 1 笔" in page
    assert walk.one(Batch).state == "closed"


def test_mistakes_of_a_large_answer_are_shown_and_nothing_is_written(
    walk: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "SMALL", 3)
    batch, rows = released(walk)
    for row in rows[1:]:
        row[7] = "成功"
    rows[2][6] = "1.00"
    walk.answer(batch, rows)
    assert walk.worked() == ["done"]
    page = walk.as_("center_admin").get(batch).text
    assert "第 3 行" in page
    assert outcomes(walk) == []
    assert walk.one(Batch).state == "released"
    assert 'name="file"' in page, "the sheet can be sent again"


@pytest.mark.parametrize("small", [300, 3])
def test_everything_that_is_open_is_paid_at_once(
    walk: Walk, monkeypatch: pytest.MonkeyPatch, small: int
) -> None:
    monkeypatch.setattr(answers, "SMALL", small)
    batch, _rows = released(walk, "hand")
    fields = {"day": TODAY.isoformat(), "school": ""}
    sent = walk.as_("center_admin").submit(batch + "/rest-paid", fields, page=batch)
    assert sent.status_code == 302
    assert walk.worked() == ([] if small == 300 else ["done"])
    assert outcomes(walk) == ["paid"] * 4
    again = walk.as_("center_admin").submit(batch + "/rest-paid", fields, page=batch)
    assert again.status_code == 422


def test_the_rest_of_one_school_is_paid_and_a_strange_school_is_none(walk: Walk) -> None:
    batch, _rows = released(walk, "hand")
    admin = walk.as_("center_admin")
    wrong = {"day": TODAY.isoformat(), "school": "south"}
    assert admin.submit(batch + "/rest-paid", wrong, page=batch).status_code == 404
    school = str(walk.scene.center.schools["south"])
    nobody = {"day": TODAY.isoformat(), "school": school}
    assert admin.submit(batch + "/rest-paid", nobody, page=batch).status_code == 422
    assert outcomes(walk) == []


def test_lines_are_narrowed_sorted_and_sent_as_a_sheet_with_masked_accounts(walk: Walk) -> None:
    batch, rows = released(walk)
    rows[1][7] = "成功"
    walk.answer(batch, rows[:2])
    admin = walk.as_("center_admin")
    page = admin.get(batch + "?result=paid").text
    assert page.count('data-label="户名"') == 1
    page = admin.get(batch + "?result=open&sort=-name").text
    assert page.count('data-label="户名"') == 3
    assert "9901000000000001" not in page
    sheet = admin.get(batch + "/lines.xlsx?result=open")
    assert sheet.status_code == 200


def test_the_reconciliation_is_printed_and_adds_up_with_the_budget(walk: Walk) -> None:
    batch, rows = released(walk)
    for row in rows[1:4]:
        row[7] = "成功"
    walk.answer(batch, rows[:4])
    admin = walk.as_("center_admin")
    scheme = walk.one(Scheme)
    page = f"{walk.center}/schemes/{scheme.id}"
    year = walk.one(SubsidyRound).school_year
    fields = {"year": str(year), "amount": "5000", "source": "县财政", "day": TODAY.isoformat()}
    assert admin.submit(page + "/budget", fields, page=page).status_code == 302
    paper = admin.get(f"{walk.center}/rounds/{walk.one(SubsidyRound).id}.pdf")
    assert paper.status_code == 200
    told = pdf_text(paper.data)
    assert "其中小学寄宿生：4人×625.00" in told
    for amount in ("2,500.00", "1,875.00", "625.00", "5,000.00"):
        assert amount in told


def test_a_prepared_batch_of_the_bank_names_who_is_left_out_with_few_queries(walk: Walk) -> None:
    walk.scene.add(*NAMES)
    at = walk.opened()
    walk.approved(at)
    walk.account(NAMES[0], "9901000000000001")
    page = f"{walk.center}/rounds/{at.rpartition('/')[2]}"
    admin = walk.as_("center_admin")
    sent = admin.submit(page + "/batches", {"way": "bank"}, page=page)
    batch = str(sent.location)
    admin.get(batch)
    with counted(walk.scene.world.app) as seen:
        shown = admin.get(batch).text
    assert "3 人没有登记银行账号" in shown
    assert NAMES[1] in shown
    assert len(seen) <= 12
