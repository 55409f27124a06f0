"""Bank accounts from a spreadsheet: looked at first, encrypted when written, shown by their end.

The sheet names pupils as every sheet does. A number is never told: what is kept for the page to
show, and every word about a row, holds its last four digits at most.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.sdk import (
    Ctx,
    Refused,
    SheetField,
    SheetImport,
    SheetRow,
    SheetWritten,
    Steps,
    Text,
    Undone,
    families,
    text_of,
)
from plugins.subsidies.accounts import AccountTold, accounts_of, digits_of, in_other_names, set_many
from plugins.subsidies.manifest import ACCOUNTS
from plugins.subsidies.masking import mask_account, tail_of
from plugins.subsidies.models import BankAccount
from plugins.subsidies.words import T

_MASKED = re.compile(r"^\*+\s*\d{0,4}$")
_ROUNDED = re.compile(r"\d(\.\d+)?[eE]\+?\d+")
_EXACT = 10**15
"""Beyond this a spreadsheet keeps no exact number."""


@dataclass(frozen=True)
class Number:
    """An account number of a sheet, written masked wherever it is written; empty is "as it was"."""

    digits: str

    def __str__(self) -> str:
        return mask_account(tail_of(self.digits)) if self.digits else str(T("as it was"))


def _number_of(cell: Any) -> Number | Text:
    """Return a cell's account number, or why it is none."""
    text = text_of(cell).strip()
    if _MASKED.match(text):
        return Number("")
    rounded = isinstance(cell, int | float) and abs(cell) >= _EXACT
    if rounded or _ROUNDED.search(text):
        return T("the spreadsheet has rounded it; set the column to text, then type it again")
    digits = digits_of(text)
    return Number(digits) if digits else T("a bank account has 8 to 30 digits and nothing else")


class AccountWriter:
    """Writes the accounts of a sheet; a row that says what is known already changes nothing."""

    fields = (
        SheetField("holder", T("Account holder"),
                   ("户名", "开户名", "账户名", "账户姓名", "持卡人", "开户人", "收款人"),
                   needed=True),
        SheetField("bank", T("Bank and branch"),
                   ("开户行", "开户银行", "银行", "银行名称", "开户网点", "开户行名称"),
                   needed=True),
        SheetField("number", T("Account number"),
                   ("账号", "银行账号", "卡号", "银行卡号", "一卡通账号", "社保卡号", "存折账号",
                    "惠农一卡通账号"), read=_number_of, needed=True),
    )  # fmt: skip

    def __init__(self, ctx: Ctx, _place: UUID) -> None:
        """Work for the pupils whom the reader's right reaches."""
        self._ctx = ctx

    def look_at(self, rows: Sequence[SheetRow]) -> None:
        """Find what is missing, whose number it is besides, and what changes."""
        known = accounts_of(self._ctx, [row.pupil.id for row in rows])
        numbers = {row.values["number"].digits for row in rows if _number(row)}
        others = in_other_names(self._ctx, numbers)
        adults = families(self._ctx, [row.pupil.id for row in rows])
        first: dict[str, SheetRow] = {}
        for row in rows:
            number = _number(row)
            if not number:
                continue
            holder = str(row.values.get("holder") or "")
            twin = first.setdefault(number, row)
            if twin.values.get("holder") != holder or _strange(others, number, row, holder):
                row.problems.append(T("this account stands with another child in another name"))
            before = known.get(row.pupil.id)
            if before is not None and before.number != number:
                row.questions.append(
                    T("{name}: the account {before} becomes {after}", name=row.pupil.name,
                      before=mask_account(before.tail), after=str(Number(number)))
                )  # fmt: skip
            if any(a.bond.barred and a.guardian.name == holder for a in adults[row.pupil.id]):
                row.questions.append(
                    T("{name}: the account holder is kept away from the child", name=row.pupil.name)
                )

    def write(self, rows: Sequence[SheetRow], steps: Steps) -> SheetWritten:
        """Write the rows; the account before stays, voided. The ledger is not touched."""
        known = accounts_of(self._ctx, [row.pupil.id for row in rows])
        told = [_told(row) for row in rows if _number(row) and not _same(row, known)]
        adults = families(self._ctx, [one.child_id for one in told])
        owners = {
            (child, adult.guardian.name): adult.guardian.id
            for child, found in adults.items()
            for adult in found
        }
        steps.step(0, len(told))
        set_many(self._ctx, told, known, owners)
        changed = sum(one.child_id in known for one in told)
        counts = {
            "recorded": len(told) - changed, "corrected": changed, "same": len(rows) - len(told),
        }  # fmt: skip
        return SheetWritten(counts, {})

    def keep(self, undone: Undone) -> None:
        """Say nothing: an account is corrected by the next, never taken back."""

    def take_back(self, undone: Undone, restored: Collection[UUID]) -> None:  # noqa: ARG002
        """Refuse: see :meth:`keep`."""
        raise Refused(T("An account is put right by writing the right one; the former is kept."))


def _number(row: SheetRow) -> str:
    value = row.values.get("number")
    return value.digits if isinstance(value, Number) else ""


def _told(row: SheetRow) -> AccountTold:
    said = row.values
    return AccountTold(
        row.pupil.id, row.pupil.school_id, said["holder"], said["bank"], _number(row)
    )


def _same(row: SheetRow, known: Mapping[UUID, BankAccount]) -> bool:
    before = known.get(row.pupil.id)
    said = row.values
    return before is not None and (before.holder, before.bank, before.number) == (
        said["holder"], said["bank"], _number(row),
    )  # fmt: skip


def _strange(
    others: Mapping[str, set[tuple[UUID, str]]], number: str, row: SheetRow, holder: str
) -> bool:
    return any(
        child != row.pupil.id and name != holder for child, name in others.get(number, set())
    )


IMPORT = SheetImport("subsidies.accounts", T("Bank accounts from a spreadsheet"), ACCOUNTS,
                     AccountWriter)  # fmt: skip
