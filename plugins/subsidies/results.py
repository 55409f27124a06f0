"""Reading the bank's answer: which line was paid, which came back; every mistake located."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.sdk import (
    Refused,
    Text,
    Vocabulary,
    Workbook,
    data_rows,
    find_headings,
    plain_heading,
    text_of,
)
from plugins.subsidies.money import fen
from plugins.subsidies.papers import BANK_HEADINGS, payment_number
from plugins.subsidies.pay_models import Batch, Payment
from plugins.subsidies.payments import PAID_, RETURNED
from plugins.subsidies.settling import Result
from plugins.subsidies.words import T

_KEYS = ("number", "school", "pupil", "payee", "bank", "account", "amount", "result", "reason")
_OTHER = {
    "流水号": "number", "编号": "number", "收款人": "payee", "户名": "payee", "账号": "account",
    "金额": "amount", "发放金额": "amount", "发放结果": "result", "处理结果": "result",
    "状态": "result", "失败原因": "reason", "原因": "reason", "备注": "reason", "学生": "pupil",
}  # fmt: skip
_PAID = frozenset({"成功", "已发放", "已入账", "发放成功", "入账成功", "交易成功", "paid", "ok"})
_BACK = frozenset({"失败", "退回", "已退回", "退汇", "发放失败", "交易失败", "returned", "failed"})
_MOST = 30
"""So many mistakes are named at once."""


@dataclass(frozen=True)
class Answered:
    """What a sheet says: results of lines, and lines that it left open."""

    results: Sequence[Result]
    silent: int


class Mistakes(Refused):
    """The sheet holds mistakes; nothing was written. Each line says where and what to do."""

    def __init__(self, lines: Sequence[Text]) -> None:
        super().__init__(T("The sheet holds {count} mistakes; nothing was written.",
                           count=len(lines)), "file")  # fmt: skip
        self.lines = list(lines[:_MOST])


def _vocabulary() -> Vocabulary:
    own = {plain_heading(str(h)): key for h, key in zip(BANK_HEADINGS, _KEYS, strict=True)}
    return Vocabulary(_OTHER | own)


def read_results(
    book: Workbook,
    batch: Batch,
    payments: Sequence[Payment],
    *,
    day: date,
    settled: Collection[UUID] = (),
) -> Answered:
    """Match the lines of a sheet with the payments of a batch by their number.

    Name, sum and number must agree; lines that are ``settled`` already are passed over. Raises
    :class:`Mistakes` with every line that does not, :class:`Refused` for a sheet without numbers.
    """
    by_number = {payment_number(batch, p.line): p for p in payments}
    for sheet in book.sheets:
        headings = find_headings(sheet, _vocabulary(), required="number")
        if headings is None or "result" not in headings.columns:
            continue
        seen: set[str] = set()
        found: list[Result] = []
        problems: list[Text] = []
        for row, cells in data_rows(sheet, headings):
            said = {k: text_of(cells[c]).strip() if c < len(cells) else ""
                    for k, c in headings.columns.items()}  # fmt: skip
            if not said["number"]:
                continue
            payment = by_number.get(said["number"])
            if payment is not None and payment.id in settled:
                continue
            problem = _problem(row, said, payment, seen)
            if problem is not None:
                problems.append(problem)
            elif payment is not None and said["result"]:
                outcome = PAID_ if said["result"].lower() in _PAID else RETURNED
                found.append(Result(payment, outcome, day, said.get("reason", "")))
            seen.add(said["number"])
        if problems:
            raise Mistakes(problems)
        return Answered(found, len(payments) - len(settled) - len(found))
    raise Refused(
        T("No sheet has the columns “{number}” and “{result}”. Send back the sheet you got here.",
          number=str(BANK_HEADINGS[0]), result=str(BANK_HEADINGS[7])),
        "file",
    )  # fmt: skip


def _problem(
    row: int, said: dict[str, str], payment: Payment | None, seen: set[str]
) -> Text | None:
    number = said["number"]
    if payment is None:
        return T("Row {row}: this batch has no payment {number}.", row=row, number=number)
    if number in seen:
        return T("Row {row}: payment {number} stands there twice.", row=row, number=number)
    return _wrong_line(row, said, payment) or _wrong_result(row, said)


def _wrong_line(row: int, said: dict[str, str], payment: Payment) -> Text | None:
    if said.get("payee") and said["payee"] != payment.payee:
        return T("Row {row}: the account holder is {said}, here it is {payee}.", row=row,
                 said=said["payee"], payee=payment.payee)  # fmt: skip
    if said.get("amount") and not _same(said["amount"], payment.amount_fen):
        return T("Row {row}: the sum {said} is not the sum of this payment.", row=row,
                 said=said["amount"])  # fmt: skip
    return None


def _wrong_result(row: int, said: dict[str, str]) -> Text | None:
    word = said["result"].lower()
    if word and word not in _PAID | _BACK:
        return T("Row {row}: “{said}” is no result. Write 成功 or 退回.", row=row,
                 said=said["result"])  # fmt: skip
    if word in _BACK and not said.get("reason"):
        return T("Row {row}: say why it was returned.", row=row)
    return None


def _same(typed: str, amount: int) -> bool:
    try:
        return fen(typed) == amount
    except Refused:
        return False
