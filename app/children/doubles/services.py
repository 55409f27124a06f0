"""Joining adults who are one person, or saying for good that they are not.

Nothing is deleted: the double is voided, and what hung on it hangs on the one that stands.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, text, update

from app.audit.services import record as audit
from app.children.doubles.queries import adults_of, doubles
from app.children.models import (
    Child,
    Guardian,
    GuardianApart,
    GuardianPhone,
    Guardianship,
    ParentStatus,
)
from app.db.base import Base
from app.db.conditions import refers
from app.host.context import Ctx
from app.kernel.errors import Refused
from app.kernel.text import T

# What hangs on an adult and moves with them; whoever has rows of another table stands.
_MOVED = {"guardian_phone", "parent_status", "guardianship", "guardian_apart"}
_FIELDS = ("birth_date", "education", "identity_number", "identity_index", "died_on")
_ELSEWHERE = text("SELECT guardian_id FROM guardians_elsewhere(:ids)")
_DAY = timedelta(days=1)
MOST = 500  # joined with one click


@dataclass
class _Moves:
    """What joining changes, to be written at once."""

    rows: dict[type[Any], list[dict[str, Any]]] = field(default_factory=dict)
    children: set[UUID] = field(default_factory=set)

    def change(self, model: type[Any], row_id: UUID, **values: Any) -> None:
        """Note new values of a row."""
        self.rows.setdefault(model, []).append({"id": row_id, **values})


def join_all(ctx: Ctx) -> tuple[int, int]:
    """Join every proposal of this place, up to :data:`MOST`; return joined and left.

    Those of whom more than one signs in, has records or belongs to another school, too, are left.
    """
    keys = [(row.name, row.number_index) for row in ctx.session.execute(doubles(ctx).limit(MOST))]
    groups = list(adults_of(ctx, keys).values()) if keys else []
    joined = _join(ctx, groups)
    return joined, len(groups) - joined


def join(ctx: Ctx, ids: Sequence[UUID]) -> None:
    """Make one adult of several with one name and number; raises :class:`Refused`."""
    _demand_proposed(ctx, ids)
    if not _join(ctx, [sorted(set(ids))]):
        raise Refused(
            T(
                "Nothing was joined: more than one of them signs in, has records or belongs to "
                "another school, too. Ask the centre"
            )
        )


def keep_apart(ctx: Ctx, ids: Sequence[UUID]) -> None:
    """Say that adults of one name and number are different people: never proposed again."""
    _demand_proposed(ctx, ids)
    ordered = sorted(set(ids))
    for at, one in enumerate(ordered):
        for other in ordered[at + 1 :]:
            ctx.session.add(
                GuardianApart(
                    guardian_id=one,
                    other_id=other,
                    decided_at=ctx.now(),
                    decided_by_id=ctx.actor.staff_id,
                )
            )
    audit(ctx, "guardian.apart", object_type="guardian", object_id=ordered[0], adults=len(ordered))
    ctx.session.flush()


def _demand_proposed(ctx: Ctx, ids: Sequence[UUID]) -> None:
    """What a form sends must be adults we see, of one name and number."""
    keys = ctx.session.execute(
        select(Guardian.name, GuardianPhone.number_index)
        .join(GuardianPhone, refers(GuardianPhone.guardian_id, Guardian))
        .where(Guardian.id.in_(ids), Guardian.name.is_not(None), GuardianPhone.voided_at.is_(None))
        .distinct()
    )
    wanted = [(row.name, row.number_index) for row in keys]
    found = adults_of(ctx, wanted).values() if wanted else ()
    if len(set(ids)) < 2 or not any(set(ids) <= set(group) for group in found):
        raise Refused(T("These adults have been changed meanwhile: look at the list again."))


def _join(ctx: Ctx, groups: Sequence[Sequence[UUID]]) -> int:
    """Join the groups that can be joined and return how many; queries do not grow with them."""
    anchored = _anchored(ctx, [guardian_id for group in groups for guardian_id in group])
    stands: dict[UUID, UUID] = {}
    for group in groups:
        firm = [guardian_id for guardian_id in group if guardian_id in anchored]
        if len(firm) < 2:
            kept = firm[0] if firm else group[0]
            stands |= {double: kept for double in group if double != kept}
    if stands:
        _move(ctx, stands)
    for kept, count in Counter(stands.values()).items():
        audit(ctx, "guardian.join", object_type="guardian", object_id=kept, doubles=count)
    ctx.session.flush()
    return len(set(stands.values()))


def _anchored(ctx: Ctx, ids: Collection[UUID]) -> set[UUID]:
    """Return who must stand: signs in, has records, or is at a school we do not see, too."""
    found = set(
        ctx.session.scalars(
            select(Guardian.id).where(Guardian.id.in_(ids), Guardian.account_id.is_not(None))
        )
    )
    found |= set(ctx.session.scalars(_ELSEWHERE, {"ids": list(ids)}))
    for table in Base.metadata.sorted_tables:
        for column in table.c:
            if column.info.get("ref") == "guardian" and table.name not in _MOVED:
                found |= set(ctx.session.scalars(select(column).where(column.in_(ids)).distinct()))
    return found


def _move(ctx: Ctx, stands: Mapping[UUID, UUID]) -> None:
    ids = {*stands, *stands.values()}
    people = {g.id: g for g in ctx.session.scalars(select(Guardian).where(Guardian.id.in_(ids)))}
    moves = _Moves()
    for double, kept in stands.items():
        _fill(people[kept], people[double])
        people[double].voided_at = ctx.now()
    for person in people.values():
        person.version += 1
    ctx.session.flush()
    _move_phones(ctx, stands, ids, moves)
    for row_id, guardian_id in ctx.session.execute(
        select(ParentStatus.id, ParentStatus.guardian_id).where(
            ParentStatus.guardian_id.in_(stands)
        )
    ):
        moves.change(ParentStatus, row_id, guardian_id=stands[guardian_id])
    _move_bonds(ctx, stands, ids, moves)
    _write(ctx, moves)


def _fill(kept: Guardian, double: Guardian) -> None:
    for name in _FIELDS:
        if getattr(kept, name) is None:
            setattr(kept, name, getattr(double, name))
    if kept.sex == "unknown":
        kept.sex = double.sex


def _move_phones(ctx: Ctx, stands: Mapping[UUID, UUID], ids: Iterable[UUID], moves: _Moves) -> None:
    """The one that stands gets the numbers it has not; a number it has is voided."""
    phones = ctx.session.execute(
        select(GuardianPhone.id, GuardianPhone.guardian_id, GuardianPhone.number_index)
        .where(GuardianPhone.guardian_id.in_(ids), GuardianPhone.voided_at.is_(None))
        .order_by(GuardianPhone.position)
    ).all()
    has: dict[UUID, set[bytes]] = {}
    for row in phones:
        if row.guardian_id not in stands:
            has.setdefault(row.guardian_id, set()).add(bytes(row.number_index))
    for row in phones:
        kept = stands.get(row.guardian_id)
        if kept is None:
            continue
        numbers = has.setdefault(kept, set())
        if bytes(row.number_index) in numbers:
            moves.change(GuardianPhone, row.id, voided_at=ctx.now())
        else:
            moves.change(GuardianPhone, row.id, guardian_id=kept, position=len(numbers))
            numbers.add(bytes(row.number_index))


def _move_bonds(ctx: Ctx, stands: Mapping[UUID, UUID], ids: Iterable[UUID], moves: _Moves) -> None:
    """Bonds move; a child who has both keeps the one, which takes over what the other said."""
    bonds = ctx.session.scalars(
        select(Guardianship).where(Guardianship.guardian_id.in_(ids)).order_by(Guardianship.id)
    ).all()
    there = {(b.child_id, b.guardian_id): b for b in bonds if b.ends_on is None}
    for bond in bonds:
        kept = stands.get(bond.guardian_id)
        if kept is None:
            continue
        moves.children.add(bond.child_id)
        first = there.setdefault((bond.child_id, kept), bond) if bond.ends_on is None else bond
        if first is bond:
            moves.change(Guardianship, bond.id, guardian_id=kept)
            continue
        for name in ("legal", "cares_daily", "entrusted", "barred"):
            setattr(first, name, getattr(first, name) or getattr(bond, name))
        first.barred_reason = first.barred_reason or bond.barred_reason
        bond.ends_on = bond.starts_on - _DAY


def _write(ctx: Ctx, moves: _Moves) -> None:
    ctx.session.flush()
    # Bonds last: through them a school sees the adult at all.
    for model in (GuardianPhone, ParentStatus, Guardianship):
        alike: dict[tuple[str, ...], list[dict[str, Any]]] = {}
        for row in moves.rows.get(model, []):
            whole = {"center_id": ctx.scope.center_id, **row}
            alike.setdefault(tuple(whole), []).append(whole)
        for rows in alike.values():
            ctx.session.execute(update(model), rows)
    ctx.session.execute(
        update(Child)
        .where(Child.id.in_(moves.children))
        .values(version=Child.version + 1, updated_at=ctx.now())
    )
    ctx.session.expire_all()
