"""Using a code: who has it and knows the digits of the telephone chooses a PIN.

Three steps, because accounts are readable only without a scope and children only within one:
:func:`claim` (in the centre), :func:`accounts_to_join` (without scope), :func:`complete` (in the
centre). An unknown, used, expired or dead code and wrong digits look the same from outside.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.accounts.models import Account, AccountLogin, Activation
from app.accounts.opening import open_account, renew_account
from app.accounts.secrets import matches
from app.accounts.sign_in import login_index
from app.audit.services import record
from app.children.activation.codes import DIES_AFTER
from app.children.models import Child, Guardian, GuardianPhone, Guardianship
from app.db.sealed import blind
from app.host.context import Ctx
from app.kernel.errors import Refused
from app.kernel.text import T

_FIND = text("SELECT center_id, activation_id FROM activation_of(:code)")


@dataclass(frozen=True)
class Claim:
    """A code whose digits were right: the telephone, and accounts that may be the same person's.

    ``twins`` are accounts of guardians of the same name and telephone in this centre.
    """

    phone: str
    account_id: UUID | None
    twins: tuple[UUID, ...]


def find_code(session: Session, index: bytes) -> tuple[UUID, UUID] | None:
    """Return the centre and the id of a code by blind index. The session must have no scope."""
    row = session.execute(_FIND, {"code": index}).first()
    return (row[0], row[1]) if row else None


def claim(ctx: Ctx, activation_id: UUID, *, digits: str) -> Claim | None:
    """Check code and digits; None when they do not fit, which counts against the code."""
    row = _usable(ctx, activation_id)
    if row is None:
        return None
    guardian = _entitled(ctx, row)
    numbers = _numbers(ctx, row.guardian_id)
    phone = next((n for n in numbers if n.replace("-", "")[-4:] == digits), None)
    if guardian is None or phone is None:
        row.failed_count += 1
        ctx.session.flush()
        return None
    return Claim(phone, guardian.account_id, _twins(ctx, guardian, phone))


def accounts_to_join(session: Session, found: Claim, *, pin: str) -> UUID | None:
    """Return the account that this person has already, proven by its PIN; None for a new one.

    The session must have no scope. Raises :class:`Refused` when another person with the same
    telephone (husband and wife) has this PIN: the two could not be told apart at sign-in.
    """
    if found.account_id is not None:
        return found.account_id
    others = session.scalars(
        select(Account)
        .join(AccountLogin, AccountLogin.account_id == Account.id)
        .where(AccountLogin.login_index == login_index(found.phone), Account.kind == "guardian")
    ).all()
    for account in others:
        if matches(account.secret_hash, pin):
            if account.id in found.twins and account.disabled_at is None:
                return account.id
            raise Refused(
                T("Somebody with this phone number has this PIN. Please choose another."), "pin"
            )
    return None


def complete(
    ctx: Ctx, activation_id: UUID, found: Claim, *, pin: str, join: UUID | None
) -> UUID | None:
    """Use the code up and return the account; None when it was used in the meantime."""
    row = _usable(ctx, activation_id)
    guardian = _entitled(ctx, row) if row is not None else None
    if row is None or guardian is None:
        return None
    logins = [found.phone]
    if join is None:
        join = open_account(ctx, kind="guardian", secret=pin, logins=logins, must_change=False)
    elif join == guardian.account_id:
        renew_account(ctx, join, secret=pin, logins=logins, disabled=False)
    guardian.account_id = join
    row.used_at = ctx.now()
    ctx.session.flush()
    record(
        ctx,
        "guardian.activated",
        object_type="guardian",
        object_id=guardian.id,
        child_id=row.child_id,
        school_id=ctx.session.scalar(select(Child.school_id).where(Child.id == row.child_id)),
    )
    return join


def count_failure(ctx: Ctx, activation_id: UUID) -> None:
    """Count a try that must not be repeated without end."""
    row = _usable(ctx, activation_id)
    if row is not None:
        row.failed_count += 1
        ctx.session.flush()


def _usable(ctx: Ctx, activation_id: UUID) -> Activation | None:
    return ctx.session.scalar(
        select(Activation)
        .where(
            Activation.id == activation_id,
            Activation.used_at.is_(None),
            Activation.expires_at > ctx.now(),
            Activation.failed_count < DIES_AFTER,
        )
        .with_for_update()
    )


def _entitled(ctx: Ctx, row: Activation) -> Guardian | None:
    """Return the guardian, if the child is still theirs to see today."""
    return ctx.session.scalar(
        select(Guardian)
        .join(
            Guardianship,
            (Guardianship.guardian_id == Guardian.id)
            & (Guardianship.center_id == Guardian.center_id),
        )
        .join(
            Child, (Child.id == Guardianship.child_id) & (Child.center_id == Guardianship.center_id)
        )
        .where(
            Guardian.id == row.guardian_id,
            Guardian.voided_at.is_(None),
            Guardian.died_on.is_(None),
            Guardianship.child_id == row.child_id,
            Guardianship.barred.is_(False),
            Guardianship.ends_on.is_(None) | (Guardianship.ends_on >= ctx.today()),
            Child.voided_at.is_(None),
        )
        .limit(1)
    )


def _numbers(ctx: Ctx, guardian_id: UUID) -> Sequence[str]:
    statement = select(GuardianPhone.number).where(
        GuardianPhone.guardian_id == guardian_id, GuardianPhone.voided_at.is_(None)
    )
    return ctx.session.scalars(statement.order_by(GuardianPhone.position)).all()


def _twins(ctx: Ctx, guardian: Guardian, phone: str) -> tuple[UUID, ...]:
    if not guardian.name:
        return ()
    statement = (
        select(Guardian.account_id)
        .join(Guardian.phones)
        .where(
            Guardian.name == guardian.name,
            Guardian.id != guardian.id,
            Guardian.account_id.is_not(None),
            Guardian.voided_at.is_(None),
            GuardianPhone.number_index == blind(phone, "phone"),
            GuardianPhone.voided_at.is_(None),
        )
        .distinct()
    )
    return tuple(found for found in ctx.session.scalars(statement) if found is not None)
