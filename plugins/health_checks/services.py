"""Writing rounds and check-ups; every check-up is an entry of the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from app.sdk import (
    Child,
    Ctx,
    Entry,
    EntryFor,
    Filled,
    Refused,
    Saved,
    Text,
    conflicts,
    correct,
    is_active,
    last_before,
    module_settings,
    record,
    school_year,
    years_of,
)
from plugins.health_checks import judging
from plugins.health_checks.exam_day import EXAM_DAY, far_day, wrong_day
from plugins.health_checks.items import ITEMS, KEPT, USUAL, Value, contradictions, questions
from plugins.health_checks.manifest import KIND, MODULE, SINGLE_SOURCE_PRESSURE
from plugins.health_checks.models import CheckUp, Round
from plugins.health_checks.queries import Current, in_round, names_of
from plugins.health_checks.referrals import Written, follow
from plugins.health_checks.words import T

_MOST_OWN = 12


def open_round(
    ctx: Ctx,
    *,
    school_id: UUID,
    title: str,
    held_on: date,
    provider: str | None = None,
    items: Sequence[str] = USUAL,
    own_items: Sequence[str] = (),
) -> Round:
    """Open a round of check-ups of ``items`` and the school's own ones.

    Raises :class:`Refused` for a day in the future, a round that is open already, and no item.
    """
    if held_on > ctx.today():
        raise Refused(T("The day lies in the future: open the round when it has begun."), "held_on")
    if not items and not own_items:
        raise Refused(T("Choose what is examined."), "items")
    if len(own_items) > _MOST_OWN:
        raise Refused(T("At most {most} own items.", most=_MOST_OWN), "own_items")
    same = select(Round.id).where(
        Round.school_id == school_id, Round.title == title, Round.held_on == held_on
    )
    if ctx.session.scalar(same.limit(1)):
        raise Refused(T("There is a round of this name and day already: open that one."), "title")
    row = Round(
        school_id=school_id,
        title=title,
        school_year=school_year(held_on),
        held_on=held_on,
        provider=provider or None,
        items=list(items),
        own_items=list(own_items),
    )
    ctx.session.add(row)
    ctx.session.flush()
    return row


def campaign_at(
    ctx: Ctx,
    school_ids: Sequence[UUID],
    *,
    title: str,
    held_on: date,
    provider: str | None,
    items: Sequence[str],
    own_items: Sequence[str],
) -> Round:
    """Return a round of this title and day at one of the schools, opened where there is none.

    Raises :class:`Refused` when the module is on at none of them, and as :func:`open_round` does.
    """
    there = [school for school in school_ids if is_active(ctx, MODULE.name, school)]
    if not there:
        raise Refused(T("No school has this module switched on."))
    found = ctx.session.scalars(
        select(Round).where(
            Round.title == title, Round.held_on == held_on, Round.school_id.in_(there)
        )
    ).first()
    return found or open_round(
        ctx, school_id=there[0], title=title, held_on=held_on, provider=provider, items=items,
        own_items=own_items,
    )  # fmt: skip


def save(
    ctx: Ctx, round_: Round, rows: Sequence[Filled], days: Mapping[UUID, date] | None = None
) -> Saved:
    """Write the rows of a round: new ones are recorded, changed ones corrected, all or none.

    Each is screened, and what is abnormal is referred. ``days`` say by child when it was examined,
    where that is not the day of the round.
    """
    days = days or {}
    # Two people may send the same class at the same moment: the second one waits and compares.
    ctx.session.execute(select(Round.id).where(Round.id == round_.id).with_for_update())
    current = in_round(ctx, round_.id, [row.child.id for row in rows])
    changed = [
        row for row in rows if _differs(row, current.get(row.child.id), days.get(row.child.id))
    ]
    saved = _look_at(ctx, round_, changed, current, days)
    if saved.problems:
        return saved
    grades = years_of(ctx, [row.child.id for row in changed], round_.held_on)
    written = _Writer(ctx, round_, grades, days).write(changed, current)
    saved.recorded = sum(row.child.id not in current for row in changed)
    saved.corrected = len(changed) - saved.recorded
    saved.referred = follow(ctx, round_.id, written)
    return saved


def _differs(row: Filled, present: Current | None, day: date | None) -> bool:
    if present is None:
        return not row.empty
    check_up, entry = present
    return dict(row.values) != check_up.values(row.values) or day not in (None, entry.happened_on)


def _look_at(
    ctx: Ctx,
    round_: Round,
    rows: Sequence[Filled],
    current: Mapping[UUID, Current],
    days: Mapping[UUID, date],
) -> Saved:
    before = last_before(ctx, CheckUp, [row.child.id for row in rows], round_.held_on)
    standing = {child: entry.id for child, (_check_up, entry) in current.items()}
    saved = Saved(problems=conflicts(rows, standing))
    for row in rows:
        day = days.get(row.child.id, round_.held_on)
        impossible = contradictions(row.values) | _about_day(ctx, round_, row.child, day)
        wrong = saved.problems.get(row.child.id) or impossible
        if not wrong and not row.sure:
            last = before.get(row.child.id)
            wrong = questions(
                row.values,
                height_before=last[0].height_cm if last else None,
                days_since=(day - last[1]).days if last else 0,
            )
            if odd := far_day(day, round_.held_on):
                wrong[EXAM_DAY] = odd
            if wrong:
                saved.asked.add(row.child.id)
        if wrong:
            saved.problems[row.child.id] = wrong
    return saved


def _about_day(ctx: Ctx, round_: Round, child: Child, day: date) -> dict[str, Text]:
    held_on = round_.held_on
    wrong = wrong_day(day, held_on=held_on, today=ctx.today(), born=child.birth_date)
    return {EXAM_DAY: wrong} if wrong and day != held_on else {}


class _Writer:
    """Writes check-ups of one round."""

    def __init__(
        self, ctx: Ctx, round_: Round, grades: Mapping[UUID, int], days: Mapping[UUID, date]
    ) -> None:
        self._ctx, self._round, self._grades, self._days = ctx, round_, grades, days
        settings = module_settings(ctx, round_.school_id, MODULE.name)
        self._pressure = bool(settings[SINGLE_SOURCE_PRESSURE])

    def write(self, rows: Sequence[Filled], current: Mapping[UUID, Current]) -> list[Written]:
        """Record who has nothing yet, correct the others."""
        new = [row for row in rows if row.child.id not in current]
        found = [self._correct(r, *current[r.child.id]) for r in rows if r.child.id in current]
        by_day: dict[date, list[Filled]] = {}
        for row in new:
            by_day.setdefault(self._days.get(row.child.id, self._round.held_on), []).append(row)
        for day, examined in by_day.items():
            found += self._record(day, examined)
        return found

    def _record(self, day: date, rows: Sequence[Filled]) -> list[Written]:
        act = record(
            self._ctx,
            kind=KIND,
            happened_on=day,
            title=self._round.title,
            place=self._round.provider,
            entries=[EntryFor(row.child) for row in rows],
        )
        pairs = zip(rows, act.entries, strict=True)
        return [self._add(row.child, row.values, entry) for row, entry in pairs]

    def _correct(self, row: Filled, present: CheckUp, entry: Entry) -> Written:
        reason, day = str(T("Corrected in the class table")), self._days.get(row.child.id)
        fresh = correct(self._ctx, entry, reason=reason, happened_on=day)
        # What another item set had examined stays.
        values = present.values(names_of(present)) | dict(row.values)
        return self._add(row.child, values, fresh)

    def _add(self, child: Child, values: Mapping[str, Value], entry: Entry) -> Written:
        of = judging.Child(child.sex, child.birth_date, self._grades.get(child.id))
        columns = judging.screened(of, entry.happened_on, values, pressure=self._pressure)
        row = CheckUp(
            id=entry.id,
            school_id=entry.school_id,
            child_id=child.id,
            round_id=self._round.id,
            **kept(values),
            **columns,
        )
        self._ctx.session.add(row)
        return Written(child, row, entry, columns)


_NOT_MORE = KEPT | {EXAM_DAY}
_COLUMNS = [(name, ITEMS[name].whole) for name in sorted(KEPT)]


def kept(values: Mapping[str, Value]) -> dict[str, object]:
    """Return values as the columns of a check-up."""
    found: dict[str, object] = {}
    for name, whole in _COLUMNS:
        value = values.get(name)
        found[name] = int(value) if whole and isinstance(value, Decimal) else value
    found["more"] = {n: str(v) for n, v in values.items() if v is not None and n not in _NOT_MORE}
    return found
