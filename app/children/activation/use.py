"""Using a code: who has it and knows the digits of the telephone chooses a PIN.

Three steps, because accounts are readable only without a scope and children only within one:
:func:`claim` (in the centre), :func:`accounts_to_join` (without scope), :func:`complete` (in the
centre). An unknown, used, expired or dead code and wrong digits look the same from outside.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from app.accounts.models import Account, AccountLogin, Activation
from app.accounts.opening import open_account, renew_account
from app.accounts.secrets import matches
from app.accounts.sign_in import login_index
from app.audit.services import record
from app.children.activation.codes import DIES_AFTER
from app.children.models import Child, Guardian, GuardianPhone, Guardianship
from app.db.conditions import not_over, refers
from app.db.sealed import blind
from app.host.context import Ctx
from app.kernel.errors import Refused
from app.kernel.text import T

_OPENS_ELSEWHERE = text(
    "SELECT EXISTS (SELECT 1 FROM guardian g JOIN guardianship r"
    " ON r.center_id = g.center_id AND r.guardian_id = g.id"
    " WHERE g.account_id = :account AND r.school_id <> :school AND NOT r.barred"
    " AND (r.ends_on IS NULL OR r.ends_on >= :today)"
    " AND bond_opened(r.center_id, r.guardian_id, r.school_id, r.vouched_school_id))"
)
_FIND = text("SELECT center_id, activation_id FROM activation_of(:code)")


@dataclass(frozen=True)
class Claim:
    """A code whose digits were right: the telephone, and accounts that may be the same person's.

    ``renews`` says that the code sets a new PIN for ``account_id``; else its PIN must be known.
    ``twins`` are accounts of guardians of the same name and telephone in this centre.
    """

    phone: str
    account_id: UUID | None
    renews: bool
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
    renews = _renews(ctx, row, guardian.account_id)
    return Claim(phone, guardian.account_id, renews, _twins(ctx, guardian, phone))


def accounts_to_join(session: Session, found: Claim, *, pin: str) -> UUID | None:
    """Return the account that this person has already, proven by its PIN; None for a new one.

    The session must have no scope. Raises :class:`Refused` when the guardian has an account that
    opens children of another school and this is not its PIN; and when another person with the
    same telephone (husband and wife) has this PIN: the two could not be told apart at sign-in.
    """
    if found.account_id is not None:
        if found.renews or _is_pin(session, found.account_id, pin):
            return found.account_id
        raise Refused(
            T(
                "You have a PIN already, for your child at another school: type that PIN. If you"
                " have forgotten it, ask the centre."
            ),
            "pin",
        )
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


def _is_pin(session: Session, account_id: UUID, pin: str) -> bool:
    account = session.get(Account, account_id)
    usable = account is not None and account.disabled_at is None
    return account is not None and usable and matches(account.secret_hash, pin)


def complete(
    ctx: Ctx, activation_id: UUID, found: Claim, *, pin: str, join: UUID | None
) -> UUID | None:
    """Use the code up and return the account; None when it was used in the meantime."""
    row = _usable(ctx, activation_id)
    guardian = _entitled(ctx, row) if row is not None else None
    if row is None or guardian is None or guardian.account_id != found.account_id:
        return None
    logins = [found.phone]
    if join is None:
        join = open_account(ctx, kind="guardian", secret=pin, logins=logins, must_change=False)
    elif join == guardian.account_id and found.renews:
        renew_account(ctx, join, secret=pin, logins=logins, disabled=False)
    guardian.account_id = join
    row.used_at = ctx.now()
    _vouch(ctx, row)
    ctx.session.flush()
    record(
        ctx,
        "guardian.activated",
        object_type="guardian",
        object_id=guardian.id,
        child_id=row.child_id,
        school_id=row.school_id,
    )
    return join


def _renews(ctx: Ctx, row: Activation, account_id: UUID | None) -> bool:
    """Tell whether the code may set the account's PIN: what it opens may have grown meanwhile."""
    if row.renews == "school" and account_id is not None:
        values = {"account": account_id, "school": row.school_id, "today": ctx.today()}
        return not ctx.session.execute(_OPENS_ELSEWHERE, values).scalar_one()
    return row.renews != "nothing"


def _vouch(ctx: Ctx, row: Activation) -> None:
    """Open the child of the slip, and the guardian's other children at the school that made it."""
    ctx.session.execute(
        update(Guardianship)
        .where(
            Guardianship.guardian_id == row.guardian_id,
            (Guardianship.school_id == row.school_id) | (Guardianship.child_id == row.child_id),
        )
        .values(vouched_school_id=row.school_id)
    )


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
        .join(Guardianship, refers(Guardianship.guardian_id, Guardian))
        .join(Child, refers(Guardianship.child_id, Child))
        .where(
            Guardian.id == row.guardian_id,
            Guardian.voided_at.is_(None),
            Guardian.died_on.is_(None),
            Guardianship.child_id == row.child_id,
            Guardianship.barred.is_(False),
            not_over(Guardianship, ctx.today()),
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
