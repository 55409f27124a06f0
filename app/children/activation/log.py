"""What became of the slips of a school, and closing the access that one of them opened."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Select, exists, select, update
from sqlalchemy.orm import aliased

from app.accounts.models import Activation, Staff
from app.accounts.opening import renew_account
from app.audit.services import record
from app.children.activation.codes import DIES_AFTER
from app.children.models import Child, Guardian, Guardianship
from app.db.conditions import refers
from app.edge.paging import Page, paginate
from app.host.context import Ctx
from app.kernel.errors import NotVisible


@dataclass(frozen=True)
class Slip:
    """A slip: for whom, who printed it, and whether what it opened is open still."""

    activation: Activation
    child: Child
    guardian: Guardian
    printed_by: str | None
    open: bool
    waiting: bool


def slips(ctx: Ctx, school_id: UUID, page: int) -> Page[Slip]:
    """Return the school's slips, those that a family disputes first, then the latest."""
    found = paginate(ctx.session, _slips(school_id), page, scalars=False)
    rows = [
        Slip(slip, child, guardian, name, slip.used_at is not None and is_open, _waits(ctx, slip))
        for slip, child, guardian, name, is_open in found.rows
    ]
    return Page(rows, found.page, found.size, found.total)


def close_access(ctx: Ctx, school_id: UUID, slip_id: UUID) -> None:
    """Take back what a school has vouched for: its children's pages close to the guardian at once.

    Slips that wait end, and so does the PIN, unless it opens children of another school as well.
    Raises :class:`NotVisible` when the school has no such slip.
    """
    slip = ctx.session.scalar(
        select(Activation).where(Activation.id == slip_id, Activation.school_id == school_id)
    )
    if slip is None:
        raise NotVisible
    ctx.session.execute(
        update(Guardianship)
        .where(Guardianship.guardian_id == slip.guardian_id, Guardianship.school_id == school_id)
        .values(vouched_school_id=None)
    )
    ctx.session.execute(
        update(Activation)
        .where(
            Activation.guardian_id == slip.guardian_id,
            Activation.school_id == school_id,
            Activation.used_at.is_(None),
            Activation.expires_at > ctx.now(),
        )
        .values(expires_at=ctx.now())
    )
    account = ctx.session.scalar(select(Guardian.account_id).where(Guardian.id == slip.guardian_id))
    if account is not None:
        renew_account(ctx, account, secret=secrets.token_urlsafe(24))
    record(
        ctx,
        "guardian.closed",
        object_type="guardian",
        object_id=slip.guardian_id,
        child_id=slip.child_id,
        school_id=school_id,
    )


def _waits(ctx: Ctx, slip: Activation) -> bool:
    return slip.used_at is None and slip.expires_at > ctx.now() and slip.failed_count < DIES_AFTER


def _slips(school_id: UUID) -> Select[Any]:
    bond = aliased(Guardianship)
    vouched = exists().where(
        bond.center_id == Activation.center_id,
        bond.guardian_id == Activation.guardian_id,
        bond.school_id == Activation.school_id,
        bond.vouched_school_id.is_not(None),
    )
    statement = (
        select(Activation, Child, Guardian, Staff.name, vouched)
        .join(Child, refers(Activation.child_id, Child))
        .join(Guardian, refers(Activation.guardian_id, Guardian))
        .outerjoin(Staff, refers(Activation.made_by_id, Staff))
        .where(Activation.school_id == school_id)
        .order_by(
            Activation.disputed_at.desc().nulls_last(),
            Activation.made_at.desc(),
            Activation.id.desc(),
        )
    )
    return cast("Select[Any]", statement)
