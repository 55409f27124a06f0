"""Bank accounts of children: written once, encrypted, shown by their last digits."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
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
    digits = digits_of(number)
    if digits is None:
        raise Refused(T("A bank account has 8 to 30 digits and nothing else."), "number")
    if not holder.strip():
        raise Refused(T("Write in whose name the account is."), "holder")
    if not bank.strip():
        raise Refused(T("Write which bank it is."), "bank")
    others = in_other_names(ctx, [digits]).get(digits, set())
    if any(whose != child.id and name != holder.strip() for whose, name in others):
        raise Refused(
            T("This account is written down for another child in another name. Compare both."),
            "number",
        )
    told = AccountTold(child.id, child.school_id, holder.strip(), bank.strip(), digits)
    whose: tuple[UUID, str | None] = (child.id, told.holder)
    owners = {whose: guardian_id} if guardian_id else {}
    [row] = set_many(ctx, [told], accounts_of(ctx, [child.id]), owners)
    note(ctx, "change", row)
    return row


@dataclass(frozen=True)
class AccountTold:
    """An account as somebody tells it: checked, the number without blanks."""

    child_id: UUID
    school_id: UUID
    holder: str
    bank: str
    digits: str


def digits_of(typed: str) -> str | None:
    """Return the digits of an account number, None when it is none."""
    digits = _BLANKS.sub("", typed)
    return digits if _NUMBER.fullmatch(digits) else None


def in_other_names(ctx: Ctx, numbers: Collection[str]) -> dict[str, set[tuple[UUID, str]]]:
    """Return by number which children have it now, and in whose name: one query."""
    by_index = {blind(digits, _PURPOSE): digits for digits in numbers}
    rows = ctx.session.execute(
        select(BankAccount.number_index, BankAccount.child_id, BankAccount.holder).where(
            BankAccount.number_index.in_(list(by_index)), BankAccount.voided_at.is_(None)
        )
    )
    found: dict[str, set[tuple[UUID, str]]] = defaultdict(set)
    for index, child, holder in rows:
        found[by_index[index]].add((child, holder))
    return found


def set_many(
    ctx: Ctx,
    told: Sequence[AccountTold],
    known: Mapping[UUID, BankAccount],
    owners: Mapping[tuple[UUID, str | None], UUID],
) -> list[BankAccount]:
    """Write accounts down in the place of those that are ``known``, which stay, voided.

    ``owners`` are guardians by child and name: whose account it is, where the family has them.
    """
    for one in told:
        if one.child_id in known:
            known[one.child_id].voided_at = ctx.now()
    ctx.session.flush()
    rows = [
        BankAccount(
            school_id=one.school_id,
            child_id=one.child_id,
            holder=one.holder,
            guardian_id=owners.get((one.child_id, one.holder)),
            bank=one.bank,
            number=one.digits,
            number_index=blind(one.digits, _PURPOSE),
            tail=tail_of(one.digits),
            recorded_at=ctx.now(),
            recorded_by_id=ctx.actor.staff_id,
        )
        for one in told
    ]
    ctx.session.add_all(rows)
    ctx.session.flush()
    return rows


def show_number(ctx: Ctx, row: BankAccount) -> str:
    """Return the whole number; who looked at it stands in the audit."""
    audit(
        ctx, "subsidies.account.read", object_type="subsidies_account", object_id=row.id,
        child_id=row.child_id, school_id=row.school_id,
    )  # fmt: skip
    return row.number
