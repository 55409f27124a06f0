"""The adults of children: who they are, how to reach them, where they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import joinedload

from app.children.models import Guardian, GuardianPhone, Guardianship, ParentStatus
from app.children.words import relation_words
from app.db.conditions import not_over
from app.db.reading import read_once
from app.host.context import Ctx

PARENTS = ("father", "mother")


@dataclass(frozen=True)
class Adult:
    """An adult of one child; ``status`` is the latest confirmed fact, if there is one."""

    bond: Guardianship
    guardian: Guardian
    phones: Sequence[GuardianPhone]
    status: ParentStatus | None

    @property
    def relation(self) -> str:
        """Return in words what the adult is to the child."""
        return relation_words(self.bond.relation, self.bond.relation_note)

    @property
    def is_parent(self) -> bool:
        """Tell whether this is the father or the mother."""
        return self.bond.relation in PARENTS

    @property
    def number(self) -> str:
        """Return the first number that is not known to be dead, or nothing."""
        return next((phone.number for phone in self.phones if phone.dead_on is None), "")

    @property
    def place(self) -> str:
        """Return where the adult works away from home, or nothing."""
        away = self.status is not None and self.status.away == "yes"
        return (self.status.place or "") if away and self.status else ""


def families(
    ctx: Ctx, children: Iterable[UUID], day: date | None = None
) -> dict[UUID, list[Adult]]:
    """Return the adults in force of each child, parents first: three queries for all.

    What a page has asked once is not asked again.
    """
    on = day or ctx.today()
    found = read_once(
        ctx.session, f"families {on}", children, lambda missing: _families(ctx, missing, on)
    )
    return defaultdict(list, found)


def _families(ctx: Ctx, children: Sequence[UUID], on: date) -> dict[UUID, list[Adult]]:
    bonds = ctx.session.scalars(
        select(Guardianship)
        .where(
            Guardianship.child_id.in_(children),
            Guardianship.starts_on <= on,
            not_over(Guardianship, on),
        )
        .options(joinedload(Guardianship.guardian))
    ).all()
    ids = {bond.guardian_id for bond in bonds}
    phones, statuses = _phones(ctx, ids), latest_statuses(ctx, ids, on)
    found: dict[UUID, list[Adult]] = defaultdict(list)
    for bond in sorted(bonds, key=_order):
        if bond.guardian.voided_at is None:
            adult = Adult(
                bond, bond.guardian, phones[bond.guardian_id], statuses.get(bond.guardian_id)
            )
            found[bond.child_id].append(adult)
    return found


def _order(bond: Guardianship) -> tuple[int, int, str]:
    parent = PARENTS.index(bond.relation) if bond.relation in PARENTS else len(PARENTS)
    return parent, bond.position, str(bond.id)


def _phones(ctx: Ctx, guardians: Iterable[UUID]) -> dict[UUID, list[GuardianPhone]]:
    found: dict[UUID, list[GuardianPhone]] = defaultdict(list)
    wanted = (
        select(GuardianPhone)
        .where(GuardianPhone.guardian_id.in_(list(guardians)), GuardianPhone.voided_at.is_(None))
        .order_by(GuardianPhone.position, GuardianPhone.id)
    )
    for phone in ctx.session.scalars(wanted):
        found[phone.guardian_id].append(phone)
    return found


def latest_statuses(ctx: Ctx, guardians: Iterable[UUID], day: date) -> dict[UUID, ParentStatus]:
    """Return the latest fact confirmed by ``day`` of each adult: one query."""
    wanted = (
        select(ParentStatus)
        .where(
            ParentStatus.guardian_id.in_(list(guardians)),
            ParentStatus.confirmed_on <= day,
            ParentStatus.voided_at.is_(None),
        )
        .ext(distinct_on(ParentStatus.guardian_id))
        .order_by(
            ParentStatus.guardian_id, ParentStatus.confirmed_on.desc(), ParentStatus.id.desc()
        )
    )
    return {status.guardian_id: status for status in ctx.session.scalars(wanted)}


def carer_of(adults: Sequence[Adult]) -> Adult | None:
    """Return who looks after the child day by day, else a guardian who is no parent."""
    kept = [adult for adult in adults if not adult.bond.barred]
    daily = [adult for adult in kept if adult.bond.cares_daily or adult.bond.entrusted]
    others = [adult for adult in kept if not adult.is_parent]
    return next(iter([*daily, *others]), None)


def parent(adults: Sequence[Adult], relation: str) -> Adult | None:
    """Return the child's father or mother, if known."""
    return next((adult for adult in adults if adult.bond.relation == relation), None)
