"""Making activation codes: for whom, and why not for somebody.

A code is shown once, on paper, and stored only as a blind index.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.accounts.models import Activation
from app.accounts.opening import AccountState, account_states, renew_account
from app.accounts.secrets import activation_code
from app.audit.services import record
from app.children.family import PARENTS
from app.children.models import Child, Guardian, Guardianship
from app.db.conditions import not_over
from app.db.scope import Reach
from app.db.sealed import blind
from app.host.context import Ctx
from app.kernel.errors import Refused
from app.kernel.text import T, Text

VALID_FOR = timedelta(days=30)
DIES_AFTER = 5
# Two slips are a sheet of paper: 120 are 60 sheets.
MOST_AT_ONCE = 120


@dataclass(frozen=True)
class Candidate:
    """A guardian of a child, what keeps them from a code if anything, and what they have.

    ``opened`` says that the child's page is open to them; an account may be for other children.
    """

    child: Child
    guardianship: Guardianship
    phone: str | None
    obstacle: Text | None
    state: AccountState | None
    open_until: datetime | None
    opened: bool

    @property
    def guardian(self) -> Guardian:
        """Return the person."""
        return self.guardianship.guardian


@dataclass(frozen=True)
class FreshCode:
    """A code, known only now."""

    candidate: Candidate
    code: str
    expires_at: datetime


def code_index(typed: str) -> bytes:
    """Return the blind index of a code; blanks, strokes and small letters do not matter."""
    plain = "".join(char for char in typed.upper() if char.isalnum())
    index = blind(plain or "-", "activation")
    assert index is not None  # noqa: S101 (a non-empty text always has an index)
    return index


def candidates(ctx: Ctx, children: Sequence[Child]) -> list[Candidate]:
    """Return every present guardian of the children: six queries for any number."""
    by_id = {child.id: child for child in children}
    found = ctx.session.scalars(
        select(Guardianship)
        .where(
            Guardianship.child_id.in_(by_id),
            Guardianship.starts_on <= ctx.today(),
            not_over(Guardianship, ctx.today()),
        )
        .options(selectinload(Guardianship.guardian).selectinload(Guardian.phones))
        .order_by(Guardianship.child_id, Guardianship.position, Guardianship.id)
    ).all()
    people = [row.guardian for row in found]
    states = account_states(ctx, [p.account_id for p in people if p.account_id is not None])
    waiting = _open_codes(ctx, {person.id for person in people})
    vouched = _vouched(ctx, {person.id for person in people})
    order = {child.id: at for at, child in enumerate(children)}
    rows = [_candidate(by_id[row.child_id], row, states, waiting, vouched) for row in found]
    return sorted(rows, key=lambda row: order[row.child.id])


def carers(rows: Iterable[Candidate]) -> list[Candidate]:
    """Return one guardian for each child whose page nobody can open yet.

    The daily carer, else a guardian who is no parent, else the first.
    """
    best: dict[UUID, Candidate] = {}
    served = set()
    for row in rows:
        if row.opened and row.obstacle is None:
            served.add(row.child.id)
        if row.obstacle is not None or row.opened:
            continue
        known = best.get(row.child.id)
        if known is None or _distance(row) < _distance(known):
            best[row.child.id] = row
    return [row for child_id, row in best.items() if child_id not in served]


def _distance(row: Candidate) -> int:
    bond = row.guardianship
    near = 1 if bond.legal and bond.relation not in PARENTS else 2
    return 0 if bond.cares_daily or bond.entrusted else near


def make_codes(ctx: Ctx, chosen: Sequence[Candidate]) -> list[FreshCode]:
    """Make a code for each guardian; their earlier codes of this school end.

    One code serves a guardian for all their children at the school. A PIN that opens children of
    this school alone ends at once; with one that opens others too the code is used. Raises
    :class:`Refused` for nobody, for too many, and for a guardian who must not or cannot have one.
    """
    if not chosen:
        raise Refused(T("Tick at least one guardian."))
    if len(chosen) > MOST_AT_ONCE:
        raise Refused(T("At most {n} slips at once.", n=MOST_AT_ONCE))
    for row in chosen:
        if row.obstacle is not None:
            raise Refused(row.obstacle)
    once = {row.guardian.id: row for row in reversed(chosen)}
    _end_open_codes(ctx, set(once))
    fresh = [_make(ctx, row) for row in reversed(once.values())]
    ctx.session.flush()
    return fresh


def _make(ctx: Ctx, row: Candidate) -> FreshCode:
    code, expires_at = activation_code(), ctx.now() + VALID_FOR
    account = row.guardian.account_id
    renews = account is None or renew_account(ctx, account, secret=secrets.token_urlsafe(24))
    ctx.session.add(
        Activation(
            school_id=row.child.school_id,
            guardian_id=row.guardian.id,
            child_id=row.child.id,
            code_index=code_index(code),
            made_by_id=ctx.actor.staff_id,
            made_at=ctx.now(),
            renews=_renews(ctx) if renews else "nothing",
            expires_at=expires_at,
        )
    )
    record(
        ctx,
        "guardian.code_made",
        object_type="guardian",
        object_id=row.guardian.id,
        child_id=row.child.id,
        school_id=row.child.school_id,
        reset=account is not None and renews,
    )
    return FreshCode(row, code, expires_at)


def _renews(ctx: Ctx) -> str:
    return "center" if ctx.scope.reach is Reach.CENTER else "school"


def _end_open_codes(ctx: Ctx, guardians: set[UUID]) -> None:
    still_open = select(Activation).where(
        Activation.guardian_id.in_(guardians),
        Activation.used_at.is_(None),
        Activation.expires_at > ctx.now(),
    )
    for row in ctx.session.scalars(still_open):
        row.expires_at = ctx.now()


def _open_codes(ctx: Ctx, guardians: set[UUID]) -> Mapping[UUID, datetime]:
    rows = ctx.session.execute(
        select(Activation.guardian_id, Activation.expires_at).where(
            Activation.guardian_id.in_(guardians),
            Activation.used_at.is_(None),
            Activation.expires_at > ctx.now(),
            Activation.failed_count < DIES_AFTER,
        )
    )
    return {row.guardian_id: row.expires_at for row in rows}


def _vouched(ctx: Ctx, guardians: set[UUID]) -> set[tuple[UUID, UUID]]:
    """Return (guardian, school) where the school has vouched for the guardian."""
    rows = ctx.session.execute(
        select(Guardianship.guardian_id, Guardianship.school_id)
        .where(
            Guardianship.guardian_id.in_(guardians),
            Guardianship.vouched_school_id == Guardianship.school_id,
        )
        .distinct()
    )
    return {(row.guardian_id, row.school_id) for row in rows}


def _candidate(
    child: Child,
    row: Guardianship,
    states: Mapping[UUID, AccountState],
    waiting: Mapping[UUID, datetime],
    vouched: Collection[tuple[UUID, UUID]],
) -> Candidate:
    person = row.guardian
    phone = next((p.number for p in person.phones if not p.voided_at and not p.dead_on), None)
    obstacle = None
    if row.barred:
        obstacle = T("Kept away from the child: never gets a code.")
    elif person.voided_at is not None or person.died_on is not None:
        obstacle = T("Not to be reached any more.")
    elif phone is None:
        obstacle = T("No telephone number: write it into the child's file first.")
    state = states.get(person.account_id) if person.account_id else None
    opened = person.account_id is not None and (
        row.vouched_school_id is not None or (person.id, row.school_id) in vouched
    )
    return Candidate(child, row, phone, obstacle, state, waiting.get(person.id), opened)
