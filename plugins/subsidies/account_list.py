"""The list of bank accounts: who has one, masked, and who waits for money without one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import url_for
from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import defer

from app.sdk import (
    Child,
    ChildSearch,
    Choice,
    Ctx,
    ListColumn,
    RecordList,
    School,
    class_names,
    of_class,
    present,
    refers,
    visible,
)
from plugins.subsidies.manifest import MONEY
from plugins.subsidies.masking import mask_account
from plugins.subsidies.models import Application, BankAccount
from plugins.subsidies.words import T


@dataclass(frozen=True)
class AccountLine:
    """A pupil with the account in force, if there is one."""

    child: Child
    school: School
    account: BankAccount | None
    room: str


def _concerned() -> ColumnElement[bool]:
    """Return the condition that a pupil is in a round now."""
    return exists().where(
        Application.center_id == Child.center_id,
        Application.child_id == Child.id,
        Application.closed_at.is_(None),
    )


def _rows(ctx: Ctx) -> Select[Any]:
    wanted: Any = (
        select(Child, School, BankAccount)
        .join(School, refers(Child.school_id, School))
        .outerjoin(
            BankAccount,
            and_(
                BankAccount.center_id == Child.center_id,
                BankAccount.child_id == Child.id,
                BankAccount.voided_at.is_(None),
            ),
        )
        .options(defer(Child.address), defer(Child.registered_residence))
        .where(present(), or_(BankAccount.id.is_not(None), _concerned()))
    )
    return visible(ctx, MONEY, wanted)


def _lines(ctx: Ctx, rows: Sequence[Any]) -> list[AccountLine]:
    rooms = class_names(ctx, [child.id for child, _school, _account in rows])
    return [AccountLine(child, school, account, rooms.get(child.id, ""))
            for child, school, account in rows]  # fmt: skip


def _schools(ctx: Ctx) -> list[tuple[str, str]]:
    found = ctx.session.execute(select(School.id, School.short_name).order_by(School.position))
    return [(str(key), name) for key, name in found]


_HOLDER = ListColumn[AccountLine](
    "holder", T("Account holder"), lambda x: x.account.holder if x.account else None, width=12,
)  # fmt: skip

ACCOUNTS_LIST: RecordList[AccountLine] = RecordList(
    name="subsidies.account",
    title=T("Bank accounts"),
    rows=_rows,
    lines=_lines,
    columns=(
        ListColumn("name", T("Name"), lambda x: x.child.name, sort=Child.name_pinyin,
                   url=lambda x: url_for("subsidies_child.page", child_id=x.child.id), width=10),
        ListColumn("school", T("School"), lambda x: x.school.short_name, only="sheet", width=16),
        ListColumn("room", T("Class"), lambda x: x.room),
        _HOLDER,
        ListColumn("bank", T("Bank and branch"), lambda x: x.account.bank if x.account else None,
                   width=24),
        ListColumn("number", T("Account number"),
                   lambda x: mask_account(x.account.tail) if x.account else None, digits=True,
                   width=24),
    ),
    order=(BankAccount.id.is_not(None), Child.name_pinyin, Child.id),
    filters=(
        ChildSearch(),
        of_class(MONEY, Child.id),
        Choice("account", T("Account"), (
            ("without", T("Without an account")), ("with", T("With an account")),
        ), lambda v: BankAccount.id.is_(None) if v == "without" else BankAccount.id.is_not(None)),
    ),
)  # fmt: skip

CENTER_ACCOUNTS_LIST: RecordList[AccountLine] = RecordList(
    name=ACCOUNTS_LIST.name,
    title=ACCOUNTS_LIST.title,
    rows=_rows,
    lines=_lines,
    columns=(
        ACCOUNTS_LIST.columns[0],
        ListColumn("school", T("School"), lambda x: x.school.short_name, sort=School.position,
                   width=16),
        *ACCOUNTS_LIST.columns[2:],
    ),
    order=ACCOUNTS_LIST.order,
    filters=(
        ACCOUNTS_LIST.filters[0],
        Choice("school", T("School"), _schools, lambda v: Child.school_id == UUID(v)),
        ACCOUNTS_LIST.filters[2],
    ),
)  # fmt: skip
