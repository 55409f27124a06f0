"""Bank accounts of children: written once, encrypted, shown by their last digits."""

from __future__ import annotations

import re
from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select

from app.sdk import Child, Ctx, Refused, audit, blind
from plugins.subsidies.guards import note
from plugins.subsidies.masking import tail_of
from plugins.subsidies.models import BankAccount
from plugins.subsidies.words import T

_NUMBER = re.compile(r"\d{8,30}")
_BLANKS = re.compile(r"[\s\-]+")
_PURPOSE = "bank_account"


def accounts_of(ctx: Ctx, children: Iterable[UUID]) -> dict[UUID, BankAccount]:
    """Return the account in force of each child: one query."""
    rows = ctx.session.scalars(
        select(BankAccount).where(
            BankAccount.child_id.in_(list(children)), BankAccount.voided_at.is_(None)
        )
    )
    return {row.child_id: row for row in rows}


def set_account(
    ctx: Ctx, child: Child, *, holder: str, bank: str, number: str, guardian_id: UUID | None = None
) -> BankAccount:
    """Write down where a child's money goes; the account before stays, voided.

    Raises :class:`Refused` naming the field: also when the number belongs to another child under
    another holder's name.
    """
    digits = _BLANKS.sub("", number)
    if not _NUMBER.fullmatch(digits):
        raise Refused(T("A bank account has 8 to 30 digits and nothing else."), "number")
    if not holder.strip():
        raise Refused(T("Write in whose name the account is."), "holder")
    if not bank.strip():
        raise Refused(T("Write which bank it is."), "bank")
    index = blind(digits, _PURPOSE)
    other = ctx.session.scalars(
        select(BankAccount).where(
            BankAccount.number_index == index,
            BankAccount.voided_at.is_(None),
            BankAccount.child_id != child.id,
            BankAccount.holder != holder.strip(),
        )
    ).first()
    if other is not None:
        raise Refused(
            T("This account is written down for another child in another name. Compare both."),
            "number",
        )
    before = accounts_of(ctx, [child.id]).get(child.id)
    if before is not None:
        before.voided_at = ctx.now()
        ctx.session.flush()
    row = BankAccount(
        school_id=child.school_id,
        child_id=child.id,
        holder=holder.strip(),
        guardian_id=guardian_id,
        bank=bank.strip(),
        number=digits,
        number_index=index,
        tail=tail_of(digits),
        recorded_at=ctx.now(),
        recorded_by_id=ctx.actor.staff_id,
    )
    ctx.session.add(row)
    ctx.session.flush()
    note(ctx, "change", row)
    return row


def show_number(ctx: Ctx, row: BankAccount) -> str:
    """Return the whole number; who looked at it stands in the audit."""
    audit(
        ctx, "subsidies.account.read", object_type="subsidies_account", object_id=row.id,
        child_id=row.child_id, school_id=row.school_id,
    )  # fmt: skip
    return row.number
