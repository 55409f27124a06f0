"""What a person has to do: the duties and concerns that wait for them, by child."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import and_, select

from app.children.models import Child, Guardianship, Placement
from app.children.permits import reached
from app.db.scope import Reach
from app.duties.acts import kinds_at_school
from app.duties.concerns import OpenConcern, concerns_for_me
from app.duties.judged import Judged, judged_for
from app.duties.models import StoredRule
from app.duties.stand_in import StandIn, stand_ins
from app.duties.words import FAMILY, OF_CHILDREN
from app.host.context import Ctx
from app.host.manifest import EntryKind

URGENCIES = ("late", "today", "week", "month", "later", "family")
"""The groups of the list, the most urgent first; "family" waits for others."""


@dataclass(frozen=True)
class Owed:
    """One duty that waits; ``missed`` may still be written down until ``settles``."""

    rule: StoredRule
    policy: str
    slogan: str
    opens: date
    closes: date
    due: date
    settles: date
    state: str
    done: int
    tries: int
    stand_in: bool
    kinds: Sequence[EntryKind]

    @property
    def family(self) -> bool:
        """Tell whether the family owes it and the teacher only looks after it."""
        return self.rule.performer in FAMILY

    def urgency(self, on: date) -> str:
        """Return the group it belongs to on a day."""
        if self.family:
            return "family"
        return "late" if self.state == "missed" else urgency_of(self.deadline(on), on)

    def deadline(self, on: date) -> date:
        """Return by when it is asked for: the window's last day, in the days of grace theirs."""
        return self.closes if on <= self.closes else self.due


@dataclass
class Item:
    """Somebody or something for whom duties wait: a child, a class, a school, oneself."""

    subject: str
    subject_id: UUID
    school_id: UUID
    duties: list[Owed] = field(default_factory=list)
    concerns: list[OpenConcern] = field(default_factory=list)
    urgency: str = "later"
    due: date = date.max

    def kinds(self) -> list[EntryKind]:
        """Return the kinds by which its duties are done, each once, the most urgent first."""
        return list({kind.name: kind for owed in self.duties for kind in owed.kinds}.values())

    def settle(self, on: date) -> None:
        """Put it into the group of the most urgent that waits."""
        waiting = [(duty.urgency(on), duty.deadline(on)) for duty in self.duties]
        waiting += [(urgency_of(open_.due, on), open_.due) for open_ in self.concerns]
        self.duties.sort(
            key=lambda duty: (
                URGENCIES.index(duty.urgency(on)),
                duty.deadline(on),
                duty.policy,
                duty.rule.position,
            )
        )
        self.urgency = min((name for name, _due in waiting), key=URGENCIES.index)
        self.due = min(due for name, due in waiting if name == self.urgency)


def urgency_of(due: date, on: date) -> str:
    """Return the group of something due on a day: weeks end on Sunday."""
    if due < on:
        return "late"
    if due == on:
        return "today"
    if due <= on + timedelta(days=6 - on.weekday()):
        return "week"
    return "month" if (due.year, due.month) == (on.year, on.month) else "later"


@dataclass(frozen=True)
class Waiting:
    """What waits for somebody, the most urgent first, and what nobody holds where they lead."""

    items: Sequence[Item]
    stand_ins: Sequence[StandIn]


def todo(ctx: Ctx) -> Waiting:
    """Return all that waits for the actor in the schools of the scope.

    Brothers and sisters stand next to each other. Duties are judged once; eight queries at most,
    whatever the number of children.
    """
    items: dict[tuple[str, UUID], Item] = {}
    staff_id = ctx.actor.staff_id if _has_duties(ctx) else None
    judged = judged_for(ctx, staff_id) if staff_id else Judged()
    for row in judged.owed:
        rule, policy, slogan = judged.rules[row.rule_id]
        kinds = kinds_at_school(ctx, rule.entry, row.school_id)
        # Without its module a duty cannot be done: it waits with the module.
        if kinds:
            _item(items, row.subject, row.subject_id, row.school_id).duties.append(
                Owed(rule, policy, slogan, row.opens, row.closes, row.due, row.settles, row.state,
                     row.done, row.tries, row.stand_in, kinds)
            )  # fmt: skip
    for open_ in concerns_for_me(ctx):
        _item(items, "child", open_.child.id, open_.child.school_id).concerns.append(open_)
    found = _sorted(ctx, _visible(ctx, items.values()), ctx.today())
    return Waiting(found, stand_ins(ctx, judged))


def counts(items: Iterable[Item]) -> Mapping[str, int]:
    """Return how many children, classes and schools are in each group."""
    found = dict.fromkeys(URGENCIES, 0)
    for item in items:
        found[item.urgency] += 1
    return found


def _has_duties(ctx: Ctx) -> bool:
    """The centre's people owe nothing themselves, and counting for all its schools costs."""
    at_school = any(grant.school_id for grant in ctx.actor.grants)
    return ctx.scope.reach is Reach.SCHOOL or at_school


def _item(
    items: dict[tuple[str, UUID], Item], subject: str, subject_id: UUID, school_id: UUID
) -> Item:
    kind = "child" if subject in OF_CHILDREN else subject
    return items.setdefault((kind, subject_id), Item(kind, subject_id, school_id))


def _visible(ctx: Ctx, items: Iterable[Item]) -> list[Item]:
    found = list(items)
    ids = {item.subject_id for item in found if item.subject == "child"}
    seen = reached(ctx, "ledger.view", ids) if ids else frozenset()
    return [item for item in found if item.subject != "child" or item.subject_id in seen]


def _sorted(ctx: Ctx, items: list[Item], on: date) -> list[Item]:
    for item in items:
        item.settle(on)
    ids = [item.subject_id for item in items if item.subject == "child"]
    family = _families(ctx, ids)
    first: dict[tuple[str, UUID], date] = {}
    for item in items:
        group = (item.urgency, family.get(item.subject_id, item.subject_id))
        first[group] = min(first.get(group, date.max), item.due)

    def order(item: Item) -> tuple[int, date, str, date, str]:
        home = family.get(item.subject_id, item.subject_id)
        begins = first[item.urgency, home]
        return URGENCIES.index(item.urgency), begins, str(home), item.due, str(item.subject_id)

    return sorted(items, key=order)


def _families(ctx: Ctx, children: Sequence[UUID]) -> Mapping[UUID, UUID]:
    """Return one id for all children who share a guardian with each other."""
    if not children:
        return {}
    bonds = ctx.session.execute(
        select(Guardianship.guardian_id, Guardianship.child_id)
        .where(Guardianship.child_id.in_(children), Guardianship.ends_on.is_(None))
        .order_by(Guardianship.child_id)
    )
    shared: dict[UUID, list[UUID]] = defaultdict(list)
    for guardian, child in bonds:
        shared[guardian].append(child)
    home: dict[UUID, UUID] = {child: child for child in children}
    for together in shared.values():
        known = {home[child] for child in together}
        chosen = min(known)
        home = {child: chosen if at in known else at for child, at in home.items()}
    return home


def places_of(ctx: Ctx, children: Iterable[UUID]) -> Mapping[UUID, tuple[Child, UUID | None]]:
    """Return each child with the class it is in; one query."""
    placed = and_(
        Placement.center_id == Child.center_id,
        Placement.child_id == Child.id,
        Placement.ends_on.is_(None),
    )
    rows = ctx.session.execute(
        select(Child, Placement.homeroom_id)
        .outerjoin(Placement, placed)
        .where(Child.id.in_(list(children)))
    )
    return {child.id: (child, room) for child, room in rows}
