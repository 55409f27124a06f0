"""Rows of two records of one child brought together: what moves, and what cannot stand beside."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.accounts.models import GrantChild
from app.children.family import PARENTS
from app.children.models import (
    Child,
    Declaration,
    Enrolment,
    Guardian,
    GuardianPhone,
    Guardianship,
    IdentityDocument,
    ParentStatus,
    Placement,
)
from app.children.services.declarations import keep_saying
from app.children.words import SCHEMES, relation_words
from app.host.context import Ctx
from app.kernel.text import T, Text

_DAY = timedelta(days=1)


@dataclass
class Joined:
    """What was brought together.

    ``moved`` and ``kept`` hold the ids of rows by table: now the standing record's, or left with
    the hidden one. ``filled`` names the fields that were empty, ``differing`` those where
    the standing record's value counts; ``said`` tells what could not stand beside its own rows.
    ``mistaken`` are the days of a start at school that was none.
    """

    moved: dict[str, list[UUID]] = field(default_factory=lambda: defaultdict(list))
    kept: dict[str, list[UUID]] = field(default_factory=lambda: defaultdict(list))
    filled: list[str] = field(default_factory=list)
    differing: list[str] = field(default_factory=list)
    said: list[Text] = field(default_factory=list)
    mistaken: set[date] = field(default_factory=set)

    def move(self, row: Any, stands: Child) -> None:
        """Give a row to the record that stands."""
        row.child_id = stands.id
        self.moved[row.__tablename__].append(row.id)

    def keep(self, row: Any, why: Text | None = None) -> None:
        """Leave a row with the hidden record."""
        self.kept[row.__tablename__].append(row.id)
        if why is not None:
            self.said.append(why)


def _both(ctx: Ctx, model: Any, hidden: Child, stands: Child, *order: Any) -> tuple[Any, Any]:
    """Return the rows of the hidden and of the standing record."""
    rows = ctx.session.scalars(
        select(model).where(model.child_id.in_([hidden.id, stands.id])).order_by(*order, model.id)
    ).all()
    return (
        [row for row in rows if row.child_id == hidden.id],
        [row for row in rows if row.child_id == stands.id],
    )


def join_numbers(ctx: Ctx, hidden: Child, stands: Child, joined: Joined) -> None:
    """Move identity numbers; the same one twice is voided, a second one is to be verified."""
    theirs, ours = _both(ctx, IdentityDocument, hidden, stands)
    valid = [row for row in ours if row.voided_at is None]
    for row in theirs:
        if any(row.number_index == other.number_index for other in valid):
            row.voided_at, row.reason = row.voided_at or ctx.now(), "double"
            joined.keep(row)
            continue
        if row.voided_at is None and any(other.state == "verified" for other in valid):
            row.state, row.reason = "to_verify", "double"
            joined.said.append(
                T("The identity numbers differ: both stay, the one that moves is to be verified.")
            )
        joined.move(row, stands)


def join_declarations(ctx: Ctx, hidden: Child, stands: Child, joined: Joined) -> None:
    """Move what forms said; of two answers of one day the standing record's counts."""
    theirs, ours = _both(ctx, Declaration, hidden, stands)
    counts = {
        (row.as_of, scheme): value
        for row in ours
        if row.voided_at is None
        for scheme, value in row.said().items()
    }
    for row in theirs:
        said = row.said()
        both = [scheme for scheme in said if (row.as_of, scheme) in counts]
        if row.voided_at is not None or not both:
            joined.move(row, stands)
            continue
        row.voided_at = ctx.now()
        joined.keep(row)
        joined.said += [
            T(
                "Forms of {day} differ about “{what}”: the answer of the record kept counts.",
                day=row.as_of,
                what=SCHEMES[scheme],
            )
            for scheme in both
            if counts[row.as_of, scheme] != said[scheme]
        ]
        rest = {scheme: value for scheme, value in said.items() if scheme not in both}
        keep_saying(ctx, row, rest, stands.id)


def join_stays(ctx: Ctx, hidden: Child, stands: Child, joined: Joined) -> None:
    """Move times at school that fall beside the standing record's; others are ended."""
    theirs, ours = _both(ctx, Enrolment, hidden, stands, Enrolment.starts_on)
    seats, _ours = _both(ctx, Placement, hidden, stands)
    for stay in theirs:
        places = [seat for seat in seats if seat.enrolment_id == stay.id]
        if any(_overlap(stay, other) for other in ours):
            _end(stay, places, ctx.today())
            why = T(
                "Both stand at school from {day}: class and dates of the record kept count.",
                day=stay.starts_on,
            )
            joined.keep(stay, why)
            joined.mistaken |= {stay.starts_on} - {other.starts_on for other in ours}
            for seat in places:
                joined.keep(seat)
            continue
        for row in (stay, *places):
            joined.move(row, stands)
        if stay.ends_on is None:
            stands.left_on = None


def _overlap(one: Enrolment, other: Enrolment) -> bool:
    return one.starts_on <= (other.ends_on or date.max) and other.starts_on <= (
        one.ends_on or date.max
    )


def _end(stay: Enrolment, places: Sequence[Placement], today: date) -> None:
    for place in places:
        if place.ends_on is None:
            place.ends_on = max(place.starts_on, today)
    if stay.ends_on is None:
        stay.ends_on, stay.reason_out = max(stay.starts_on, today), "double"


def join_adults(ctx: Ctx, hidden: Child, stands: Child, joined: Joined) -> None:
    """Move adults; who is there already, or a second father or mother, stays with the hidden one.

    A parent of the same name is taken for the same person: telephone numbers and whereabouts that
    the standing record lacks come along. That somebody must be kept away always comes along.
    """
    theirs, ours = _both(ctx, Guardianship, hidden, stands, Guardianship.position)
    now = [bond for bond in ours if bond.ends_on is None or bond.ends_on >= ctx.today()]
    for bond in theirs:
        gone = bond.ends_on is not None and bond.ends_on < ctx.today()
        same = None if gone else _same(bond, now)
        if same is None:
            bond.position += len(ours)
            joined.move(bond, stands)
            continue
        _keep_away(bond, same)
        bond.ends_on = ctx.today() - _DAY
        joined.keep(bond, _take_over(ctx, bond, same, joined))


def _same(bond: Guardianship, now: Sequence[Guardianship]) -> Guardianship | None:
    for other in now:
        if other.guardian_id == bond.guardian_id:
            return other
    return next((o for o in now if o.relation == bond.relation and bond.relation in PARENTS), None)


def _keep_away(bond: Guardianship, same: Guardianship) -> None:
    if bond.barred and not same.barred:
        same.barred, same.barred_reason = True, bond.barred_reason


def _take_over(ctx: Ctx, bond: Guardianship, same: Guardianship, joined: Joined) -> Text | None:
    other, kept = bond.guardian, same.guardian
    if other.id == kept.id:
        return None
    names = {"kept": kept.name or "—", "other": other.name or "—"}
    relation = relation_words(bond.relation)
    if not kept.name or kept.name != other.name:
        return T(
            "Both have a {relation}: {kept} counts, {other} stays with the hidden record.",
            relation=relation,
            **names,
        )
    _copy_phones(ctx, other, kept, joined)
    _copy_facts(ctx, other, kept, joined)
    return None


def _copy_phones(ctx: Ctx, other: Guardian, kept: Guardian, joined: Joined) -> None:
    known = {phone.number_index for phone in kept.phones if phone.voided_at is None}
    for phone in [p for p in other.phones if p.voided_at is None and p.number_index not in known]:
        row = GuardianPhone(
            guardian_id=kept.id, number=phone.number, number_index=phone.number_index,
            tail_index=phone.tail_index, position=len(kept.phones),
            last_reached_on=phone.last_reached_on, dead_on=phone.dead_on,
        )  # fmt: skip
        ctx.session.add(row)
        ctx.session.flush()
        joined.moved["guardian_phone"].append(row.id)


_FACTS = (
    "away", "away_since", "place", "work", "can_care", "condition", "confirmed_on",
    "confirmed_by_id", "source",
)  # fmt: skip


def _copy_facts(ctx: Ctx, other: Guardian, kept: Guardian, joined: Joined) -> None:
    known = {fact.confirmed_on for fact in kept.statuses if fact.voided_at is None}
    for fact in [f for f in other.statuses if f.voided_at is None]:
        if fact.confirmed_on not in known:
            values = {name: getattr(fact, name) for name in _FACTS}
            row = ParentStatus(guardian_id=kept.id, **values)
            ctx.session.add(row)
            ctx.session.flush()
            joined.moved["parent_status"].append(row.id)


def join_mentors(ctx: Ctx, hidden: Child, stands: Child, joined: Joined) -> None:
    """Move pairings; where both records are paired now, the hidden one's ends."""
    theirs, ours = _both(ctx, GrantChild, hidden, stands)
    open_ones = [r for r in ours if r.ends_on is None or r.ends_on >= ctx.today()]
    for row in theirs:
        if open_ones and (row.ends_on is None or row.ends_on >= ctx.today()):
            row.ends_on = ctx.today() - _DAY
            other = all(row.grant_id != found.grant_id for found in open_ones)
            why = T("Both have a mentor: the one of the record kept stays.")
            joined.keep(row, why if other else None)
        else:
            joined.move(row, stands)
