"""The board: children in the order of how long nobody of their family has been reached."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import exists

from app.sdk import (
    Child,
    Ctx,
    Entry,
    GuardianPhone,
    Guardianship,
    Page,
    Staff,
    class_options,
    left_behind,
    present_pupils,
)
from plugins.home_contact.kinds import Kind, kind_of
from plugins.home_contact.manifest import VIEW
from plugins.home_contact.numbers import Reachable, adults_of, reachable
from plugins.home_contact.queries import id_of, last_reached

PAGE = 50


@dataclass(frozen=True)
class Filter:
    """What the board shows: ``days`` 0 for everybody, else not reached for longer than that.

    ``homeroom`` is an id; ``ask`` leaves only families with a number to ask for anew.
    """

    homeroom: str = ""
    left_behind: bool = False
    days: int = 0
    ask: bool = False


@dataclass(frozen=True)
class Row:
    """A child on the board; ``days`` is None when its family was never reached."""

    child: Child
    room: str
    left_behind: bool
    last: Entry | None
    days: int | None
    numbers: Reachable

    @property
    def kind(self) -> Kind | None:
        """Return the kind of the last contact."""
        return kind_of(self.last.kind) if self.last else None

    @property
    def by(self) -> str:
        """Return who wrote the last contact down."""
        person: Staff | None = self.last.recorded_by if self.last else None
        return person.name if person else ""


@dataclass(frozen=True)
class Board:
    """A page of the board with the counts over all children that the reader reaches."""

    page: Page[Row]
    children: int
    long: int
    ask: int
    classes: Sequence[tuple[str, str]]


def board(
    ctx: Ctx, wanted: Filter, *, long_days: int, tries: int, page: int = 1, size: int = PAGE
) -> Board:
    """Return a page of the board; a fixed number of queries.

    ``long_days`` and ``tries`` are the school's settings. ``size`` 0 puts everybody on one page.
    """
    classes = [(str(option.id), option.name) for option in class_options(ctx, VIEW)]
    seen = _look(ctx, id_of(wanted.homeroom) if wanted.homeroom else None, tries)
    shown = [pair for pair in seen.found if _fits(pair[0].id, wanted, seen)]
    shown.sort(key=lambda pair: _order(seen.days[pair[0].id], pair[0]))
    size = size or max(1, len(shown))
    page = min(max(1, page), max(1, -(-len(shown) // size)))
    rows = _rows(ctx, shown[(page - 1) * size : page * size], seen, dict(classes), tries)
    long = sum(is_long(value, long_days) for value in seen.days.values())
    found = Page(rows, page, size, len(shown))
    return Board(found, len(seen.found), long, len(seen.asking), classes)


@dataclass(frozen=True)
class _Seen:
    """What the board looks at of everybody whom the reader reaches."""

    found: Sequence[tuple[Child, UUID | None]]
    reached: Mapping[UUID, Entry]
    days: Mapping[UUID, int | None]
    away: frozenset[UUID]
    asking: frozenset[UUID]


def _look(ctx: Ctx, room: UUID | None, tries: int) -> _Seen:
    found = [
        (child, at)
        for child, at in ctx.session.execute(present_pupils(ctx, VIEW, homeroom_id=room))
    ]
    ids = [child.id for child, _at in found]
    reached = last_reached(ctx, ids)
    days = {number: _days(ctx.today(), reached.get(number)) for number in ids}
    return _Seen(found, reached, days, left_behind(ctx, ids), _asking(ctx, room, tries))


def _fits(number: UUID, wanted: Filter, seen: _Seen) -> bool:
    return (
        (not wanted.left_behind or number in seen.away)
        and (not wanted.days or is_long(seen.days[number], wanted.days))
        and (not wanted.ask or number in seen.asking)
    )


def _rows(
    ctx: Ctx,
    here: Sequence[tuple[Child, UUID | None]],
    seen: _Seen,
    names: Mapping[str, str],
    tries: int,
) -> list[Row]:
    adults = adults_of(ctx, [child.id for child, _at in here])
    return [
        Row(
            child,
            names.get(str(at), ""),
            child.id in seen.away,
            seen.reached.get(child.id),
            seen.days[child.id],
            reachable(adults.get(child.id, []), tries),
        )
        for child, at in here
    ]


def is_long(days: int | None, limit: int) -> bool:
    """Tell whether a family has not been reached for longer than ``limit`` days, or never."""
    return days is None or days > limit


def _days(today: date, last: Entry | None) -> int | None:
    return (today - last.happened_on).days if last else None


def _order(days: int | None, child: Child) -> tuple[bool, int, str]:
    return days is not None, -(days or 0), child.name_pinyin


def _asking(ctx: Ctx, room: UUID | None, tries: int) -> frozenset[UUID]:
    """Return the children with a number in the family that was called in vain so often."""
    bound = exists().where(
        Guardianship.center_id == Child.center_id,
        Guardianship.child_id == Child.id,
        Guardianship.ends_on.is_(None),
        Guardianship.barred.is_(False),
        GuardianPhone.center_id == Guardianship.center_id,
        GuardianPhone.guardian_id == Guardianship.guardian_id,
        GuardianPhone.failed_tries >= tries,
        GuardianPhone.dead_on.is_(None),
        GuardianPhone.voided_at.is_(None),
    )
    wanted = present_pupils(ctx, VIEW, homeroom_id=room).where(bound).with_only_columns(Child.id)
    return frozenset(ctx.session.scalars(wanted))
