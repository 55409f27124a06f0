"""Reading pairings: the board of a school, of one mentor, of one child."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select

from app.sdk import (
    Child,
    Ctx,
    Entry,
    MentorHere,
    Pairing,
    Staff,
    class_options,
    mentors_of_school,
    module_settings,
    pairings,
    parents_away,
    present_pupils,
    records,
    visible,
)
from plugins.mentoring.contacts import last_contacts
from plugins.mentoring.manifest import (
    IDLE_DAYS,
    LAYERED,
    NAME,
    PER_MENTOR,
    PRIORITY_FIRST,
    SAME_SEX,
    VIEW,
)
from plugins.mentoring.models import Helper, PairingChange
from plugins.mentoring.proposal import Free, Rules, propose
from plugins.mentoring.services import from_outside

_RANK = {"both": 0, "one": 1}


@dataclass(frozen=True)
class Pupil:
    """A child of a list with its class and whether parents are away (both, one or nothing)."""

    child: Child
    room_id: UUID | None
    room: str
    away: str


@dataclass(frozen=True)
class Pair:
    """A pairing of today; ``days`` since the last contact or, without one, since it began."""

    pupil: Pupil
    pairing: Pairing
    last: date | None
    days: int
    idle: bool


@dataclass(frozen=True)
class Load:
    """A mentor with the number of children; ``idle`` of them in name only."""

    mentor: MentorHere
    children: int
    idle: int


@dataclass(frozen=True)
class Board:
    """The pairings of a school as far as the reader reaches.

    With ``layered`` mentors from outside come second: ``unpaired`` have no teacher.
    """

    here: Sequence[Pupil]
    unpaired: Sequence[Pupil]
    pairs: Sequence[Pair]
    loads: Sequence[Load]
    per_mentor: int
    idle_days: int
    layered: bool

    @property
    def waiting(self) -> int:
        """Return how many children without a mentor are left behind."""
        return sum(bool(pupil.away) for pupil in self.unpaired)

    @property
    def offered(self) -> list[Load]:
        """Return the mentors whom a proposal may name."""
        return [x for x in self.loads if not (self.layered and from_outside(x.mentor.staff))]

    def without(self, mentor: Staff) -> list[Pupil]:
        """Return the pupils who have nobody of a mentor's layer."""
        if not self.layered or not from_outside(mentor):
            return list(self.unpaired)
        taken = {p.pupil.child.id for p in self.pairs if from_outside(p.pairing.staff)}
        return [pupil for pupil in self.here if pupil.child.id not in taken]

    @property
    def idle(self) -> int:
        """Return how many pairings exist in name only."""
        return sum(pair.idle for pair in self.pairs)


def pupils(
    ctx: Ctx, school_id: UUID, permission: str, child_ids: Iterable[UUID] | None = None
) -> list[Pupil]:
    """Return the school's present pupils that ``permission`` reaches; of these only, if given."""
    wanted = present_pupils(ctx, permission).where(Child.school_id == school_id)
    if child_ids is not None:
        wanted = wanted.where(Child.id.in_(list(child_ids)))
    wanted = wanted.order_by(Child.name_pinyin, Child.id)
    found = [(child, room) for child, room in ctx.session.execute(wanted)]
    names = {option.id: option.name for option in class_options(ctx, permission)}
    away = parents_away(ctx, [child.id for child, _room in found])
    return [
        Pupil(child, room, names.get(room, "") if room else "", away.get(child.id, ""))
        for child, room in found
    ]


def board(ctx: Ctx, school_id: UUID) -> Board:
    """Return who has no mentor, who has one, and how many each has; a fixed number of queries."""
    set_ = module_settings(ctx, school_id, NAME)
    per_mentor, idle_days = int(set_[PER_MENTOR]), int(set_[IDLE_DAYS])
    here = pupils(ctx, school_id, VIEW)
    today = ctx.today()
    held = pairings(ctx, since=today, until=today, school_id=school_id)
    pairs = _pairs(ctx, here, held, idle_days)
    layered = bool(set_[LAYERED])
    taken = {p.child_id for p in held if not (layered and from_outside(p.staff))}
    order = {pupil.room_id: n for n, pupil in enumerate(sorted(here, key=lambda p: p.room))}
    unpaired = [pupil for pupil in here if pupil.child.id not in taken]
    unpaired.sort(key=lambda p: (_RANK.get(p.away, 2), order[p.room_id]))
    loads = _loads(mentors_of_school(ctx, school_id), held, pairs)
    return Board(here, unpaired, pairs, loads, per_mentor, idle_days, layered)


def _pairs(ctx: Ctx, here: Iterable[Pupil], held: Iterable[Pairing], idle_days: int) -> list[Pair]:
    pupil_of = {pupil.child.id: pupil for pupil in here}
    seen = [pairing for pairing in held if pairing.child_id in pupil_of]
    last = last_contacts(ctx, seen)
    pairs = []
    for pairing in seen:
        day = last.get(pairing.id)
        days = (ctx.today() - (day or pairing.starts_on)).days
        pairs.append(Pair(pupil_of[pairing.child_id], pairing, day, days, days > idle_days))
    # The longest silence first: these want looking after.
    pairs.sort(key=lambda p: (-p.days if p.idle else 0, p.pairing.staff.name_pinyin,
                              p.pupil.child.name_pinyin))  # fmt: skip
    return pairs


def _loads(
    mentors: Iterable[MentorHere], held: Sequence[Pairing], pairs: Sequence[Pair]
) -> list[Load]:
    return [
        Load(
            mentor,
            sum(pairing.grant_id == mentor.grant_id for pairing in held),
            sum(pair.idle for pair in pairs if pair.pairing.grant_id == mentor.grant_id),
        )
        for mentor in mentors
    ]


def proposed(ctx: Ctx, school_id: UUID, found: Board) -> Mapping[UUID, UUID]:
    """Return a grant for each unpaired child whom the school's rules find a mentor for."""
    set_ = module_settings(ctx, school_id, NAME)
    waiting = list(found.unpaired)
    if not set_[PRIORITY_FIRST]:
        waiting.sort(key=lambda pupil: (pupil.room, pupil.child.name_pinyin))
    free = [
        Free(load.mentor.grant_id, load.mentor.staff.sex, load.children) for load in found.offered
    ]
    rules = Rules(int(set_[PER_MENTOR]), bool(set_[SAME_SEX]))
    return propose([(pupil.child.id, pupil.child.sex) for pupil in waiting], free, rules)


@dataclass(frozen=True)
class Past:
    """A pairing with what was written when it began and when it ended."""

    pairing: Pairing
    child: Child | None
    ended_because: str
    over: bool


def history(
    ctx: Ctx, *, child_id: UUID | None = None, staff_id: UUID | None = None,
    school_id: UUID | None = None,
) -> list[Past]:  # fmt: skip
    """Return all pairings of a child or of a mentor at a school, the newest first.

    A child whom the reader does not reach is not named.
    """
    found = pairings(
        ctx,
        since=date.min,
        until=ctx.today(),
        school_id=school_id,
        staff_id=staff_id,
        child_ids=None if child_id is None else [child_id],
    )
    ends = records(PairingChange).where(
        PairingChange.pairing_id.in_([pairing.id for pairing in found]), PairingChange.ended
    )
    reasons: dict[UUID, Entry] = {row.pairing_id: e for row, e in ctx.session.execute(ends).all()}
    names: Any = select(Child).where(Child.id.in_({pairing.child_id for pairing in found}))
    children = {child.id: child for child in ctx.session.scalars(visible(ctx, VIEW, names))}
    return [
        Past(
            pairing,
            children.get(pairing.child_id),
            (reasons[pairing.id].text or "") if pairing.id in reasons else "",
            pairing.over(ctx.today()),
        )
        for pairing in found
    ]


@dataclass(frozen=True)
class Help:
    """A pupil who helps another; ``other`` is the one that is not on the page."""

    row: Helper
    other: Child
    helps: bool


def helpers(ctx: Ctx, child_id: UUID) -> list[Help]:
    """Return who helps a child and whom it helps, as far as the reader reaches both."""
    wanted: Any = (
        select(Helper, Child)
        .join(
            Child,
            and_(
                Child.center_id == Helper.center_id,
                ((Helper.child_id == child_id) & (Child.id == Helper.helper_id))
                | ((Helper.helper_id == child_id) & (Child.id == Helper.child_id)),
            ),
        )
        .order_by(Helper.ends_on.desc().nulls_first(), Helper.starts_on.desc(), Helper.id)
    )
    rows = ctx.session.execute(visible(ctx, VIEW, wanted))
    return [Help(row, other, row.helper_id == child_id) for row, other in rows]
