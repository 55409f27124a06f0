"""Lists on paper and as sheets: the public list, the signature sheet, the ledger, the accounts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal
from uuid import UUID

from app.sdk import (
    Cell,
    Child,
    Column,
    Register,
    RegisterColumn,
    School,
    SheetSpec,
    Text,
    register,
    sheet_bytes,
)
from plugins.subsidies.awards import STANDINGS, AwardLine
from plugins.subsidies.kinds import BOARDING
from plugins.subsidies.masking import mask_account, mask_name
from plugins.subsidies.models import Application, PublicList
from plugins.subsidies.money import yuan
from plugins.subsidies.pay_models import Batch, Payment
from plugins.subsidies.words import T

Rows = list[list[str]]


def public_rows(
    rows: Sequence[tuple[Application, Child]], rooms: Mapping[UUID, str], *, amounts: bool = True
) -> Rows:
    """Return a public list: number, class, masked name, what for and how much."""
    return [
        [str(number), rooms.get(row.homeroom_id, "") if row.homeroom_id else "",
         mask_name(child.name), str(BOARDING.get(row.boarding or "", "")),
         yuan(row.amount_fen) if amounts else ""]
        for number, (row, child) in enumerate(rows, start=1)
    ]  # fmt: skip


_PUBLIC = (T("No."), T("Class"), T("Name"), T("Boarding or day"), T("Sum (yuan)"))


def public_pdf(found: PublicList, rows: Rows, school: str, *, phone: str, on: date) -> bytes:
    """Return the public list as a PDF; below it where objections are taken."""
    title = T("Publicity: {round}", round=found.round.title)
    until = T("From {first} to {last}", first=found.published_on, last=found.until_on)
    tell = T("Objections: {phone}", phone=phone or "　　　　　　")
    return register(
        Register(
            title=str(title),
            unit=school,
            day=on,
            columns=[RegisterColumn(str(name), align=_side(name)) for name in _PUBLIC],
            rows=[*rows, _sum_row(len(_PUBLIC), len(rows), found.amount_fen)],
            signatures=(str(until), str(tell), T("Seal of the school")),
            landscape=False,
        )
    )


def _side(name: Text) -> Literal["right", "center"]:
    return "right" if name.msgid in ("Sum (yuan)", "Each (yuan)") else "center"


def _sum_row(columns: int, heads: int, amount: int) -> list[str]:
    line = [""] * columns
    line[1] = str(T("In total"))
    line[2] = str(T("{heads} children", heads=heads))
    line[-1] = yuan(amount)
    return line


def public_sheet(found: PublicList, rows: Rows, school: str) -> bytes:
    """Return the public list as a workbook."""
    title = str(T("Publicity: {round}", round=found.round.title))
    return _sheet(title, school, found.published_on, _PUBLIC, rows)


_SIGN = (
    T("No."), T("Class"), T("Name"), T("Sum (yuan)"), T("Account or goods"), T("Signature"),
    T("Relation to the child"), T("Day signed"),
)  # fmt: skip


def signature_pdf(batch: Batch, rows: Sequence[Payment], school: str, *, on: date) -> bytes:
    """Return the sheet that families sign, with the total as the last line."""
    lines = [
        [str(p.line), p.award.class_name, p.award.name, yuan(p.amount_fen),
         p.award.goods or mask_account(p.tail), "", "", ""]
        for p in rows
    ]  # fmt: skip
    lines.append(
        ["", str(T("In total")), str(T("{heads} children", heads=len(rows))),
         yuan(sum(p.amount_fen for p in rows)), "", "", "", ""]
    )  # fmt: skip
    widths = (3, 6, 6, 7, 9, 12, 6, 8)
    return register(
        Register(
            title=str(T("Signed for: {round}", round=batch.round.title)),
            unit=school,
            day=on,
            columns=[
                RegisterColumn(str(name), width, "right" if name.msgid == "Sum (yuan)" else "left")
                for name, width in zip(_SIGN, widths, strict=True)
            ],
            rows=lines,
            signatures=(
                T("Handed out by"),
                T("Checked by"),
                T("Head of the school"),
                T("Day signed"),
            ),
        )
    )


def signature_sheet(batch: Batch, rows: Sequence[Payment], school: str) -> bytes:
    """Return the signature sheet as a workbook."""
    title = str(T("Signed for: {round}", round=batch.round.title))
    cells: list[list[Cell | None]] = [
        [p.line, p.award.class_name, p.award.name, yuan(p.amount_fen),
         p.award.goods or mask_account(p.tail), None, None, None]
        for p in rows
    ]  # fmt: skip
    return _sheet(title, school, batch.prepared_at.date(), _SIGN, cells)


BANK_HEADINGS = (
    T("Payment number"), T("School"), T("Pupil"), T("Account holder"), T("Bank and branch"),
    T("Account number"), T("Sum (yuan)"), T("Result of payment"), T("Reason of return"),
)  # fmt: skip


def payment_number(batch: Batch, line: int) -> str:
    """Return the number by which the bank's answer is matched: batch and line."""
    return f"{batch.number:04}-{line:05}"


def bank_sheet(batch: Batch, rows: Sequence[Payment], schools: Mapping[UUID, School]) -> bytes:
    """Return the sheet for the bank, with whole account numbers and empty columns to answer in."""
    cells: list[list[Cell | None]] = [
        [payment_number(batch, p.line), schools[p.school_id].short_name, p.award.name, p.payee,
         p.bank, p.account, yuan(p.amount_fen).replace(",", ""), None, None]
        for p in rows
    ]  # fmt: skip
    cells.append(
        [None, str(T("In total")), None, None, None, None, yuan(batch.amount_fen).replace(",", ""),
         None, None]
    )  # fmt: skip
    title = str(T("Payment sheet {number}: {round}", number=f"{batch.number:04}",
                  round=batch.round.title))  # fmt: skip
    columns = [
        Column(str(name), width, text=name.msgid in ("Account number", "Payment number"))
        for name, width in zip(BANK_HEADINGS, (14, 16, 10, 10, 20, 24, 12, 10, 20), strict=True)
    ]
    return sheet_bytes([SheetSpec(str(T("Payment sheet")), columns, cells, title=title)])


_LEDGER = (
    T("No."), T("School"), T("Class"), T("Name"), T("Round of aid"), T("Sum (yuan)"),
    T("Where it is"), T("Paid on"), T("Signed for by"),
)  # fmt: skip


def ledger_pdf(rows: Sequence[AwardLine], unit: str, *, on: date) -> bytes:
    """Return the ledger as a PDF; below it what stands and what of it has arrived."""
    standing = [x for x in rows if x.award.ended_at is None]
    paid = sum(x.award.amount_fen for x in standing if x.paid_on)
    lines = [
        [str(number), x.school_name, x.award.class_name, x.award.name, x.round.title,
         yuan(x.award.amount_fen), str(STANDINGS[x.standing]),
         x.paid_on.isoformat() if x.paid_on else "", x.receipt.signed_by if x.receipt else ""]
        for number, x in enumerate(rows, start=1)
    ]  # fmt: skip
    heads = str(T("{heads} children", heads=len(standing)))
    arrived = str(T("Of it paid: {amount} yuan", amount=yuan(paid)))
    whole = yuan(sum(x.award.amount_fen for x in standing))
    lines.append(["", str(T("In total")), "", heads, arrived, whole, "", "", ""])
    return register(
        Register(
            title=str(T("Ledger of subsidies")),
            unit=unit,
            day=on,
            columns=[
                RegisterColumn(str(name), align="right" if name.msgid == "Sum (yuan)" else "left")
                for name in _LEDGER
            ],
            rows=lines,
        )
    )


def spec_of(
    name: str,
    title: str,
    unit: str,
    day: date,
    headings: Sequence[Text],
    rows: Sequence[Sequence[Cell | None]],
) -> SheetSpec:
    """Return a sheet of the module's own: title, who reports, the day, headings and rows."""
    columns = [Column(str(heading), 14) for heading in headings]
    return SheetSpec(name, columns, rows, title=title, unit=unit, day=day.isoformat())


def _sheet(
    title: str,
    school: str,
    day: date,
    headings: Sequence[Text],
    rows: Sequence[Sequence[Cell | None]],
) -> bytes:
    return sheet_bytes([spec_of(str(T("List of pupils")), title, school, day, headings, rows)])
