"""Writing rounds and check-ups; every check-up is an entry of the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select

from app.sdk import (
    Ctx,
    Entry,
    EntryFor,
    Filled,
    Refused,
    Saved,
    conflicts,
    correct,
    last_before,
    record,
)
from plugins.health_checks.manifest import KIND
from plugins.health_checks.measures import NUMBERS, TEXTS, Value, contradictions, questions
from plugins.health_checks.models import CheckUp, Round
from plugins.health_checks.queries import in_round
from plugins.health_checks.words import T


def open_round(
    ctx: Ctx, *, school_id: UUID, title: str, held_on: date, provider: str | None = None
) -> Round:
    """Open a round of check-ups.

    Raises :class:`Refused` for a day in the future, and for a round that is open already.
    """
    if held_on > ctx.today():
        raise Refused(T("The day lies in the future: open the round when it has begun."), "held_on")
    same = select(Round.id).where(
        Round.school_id == school_id, Round.title == title, Round.held_on == held_on
    )
    if ctx.session.scalar(same.limit(1)):
        raise Refused(T("There is a round of this name and day already: open that one."), "title")
    row = Round(school_id=school_id, title=title, held_on=held_on, provider=provider or None)
    ctx.session.add(row)
    ctx.session.flush()
    return row


def save(ctx: Ctx, round_: Round, rows: Sequence[Filled]) -> Saved:
    """Write the rows of a round: new ones are recorded, changed ones corrected, all or none."""
    # Two people may send the same class at the same moment: the second one waits and compares.
    ctx.session.execute(select(Round.id).where(Round.id == round_.id).with_for_update())
    current = in_round(ctx, round_.id, [row.child.id for row in rows])
    changed = [row for row in rows if _differs(row, current.get(row.child.id))]
    saved = _look_at(ctx, round_, changed, current)
    if saved.problems:
        return saved
    new = [row for row in changed if row.child.id not in current]
    if new:
        _record(ctx, round_, new)
    for row in changed:
        if row.child.id in current:
            _correct(ctx, row, *current[row.child.id])
    saved.recorded, saved.corrected = len(new), len(changed) - len(new)
    return saved


def _differs(row: Filled, present: tuple[CheckUp, Entry] | None) -> bool:
    return not row.empty if present is None else dict(row.values) != present[0].values()


def _look_at(
    ctx: Ctx,
    round_: Round,
    rows: Sequence[Filled],
    current: Mapping[UUID, tuple[CheckUp, Entry]],
) -> Saved:
    before = last_before(ctx, CheckUp, [row.child.id for row in rows], round_.held_on)
    standing = {child: entry.id for child, (_check_up, entry) in current.items()}
    saved = Saved(problems=conflicts(rows, standing))
    for row in rows:
        wrong = saved.problems.get(row.child.id) or contradictions(row.values)
        if not wrong and not row.sure:
            last = before.get(row.child.id)
            wrong = questions(
                row.values,
                height_before=last[0].height_cm if last else None,
                days_since=(round_.held_on - last[1]).days if last else 0,
            )
            if wrong:
                saved.asked.add(row.child.id)
        if wrong:
            saved.problems[row.child.id] = wrong
    return saved


def _record(ctx: Ctx, round_: Round, rows: Sequence[Filled]) -> None:
    act = record(
        ctx,
        kind=KIND,
        happened_on=round_.held_on,
        title=round_.title,
        place=round_.provider,
        entries=[EntryFor(row.child, text=in_words(row.values)) for row in rows],
    )
    for row, entry in zip(rows, act.entries, strict=True):
        _add(ctx, round_.id, row, entry)
    ctx.session.flush()


def _correct(ctx: Ctx, row: Filled, present: CheckUp, entry: Entry) -> None:
    reason = str(T("Corrected in the class table"))
    fresh = correct(ctx, entry, reason=reason, text=in_words(row.values))
    _add(ctx, present.round_id, row, fresh)
    ctx.session.flush()


def _add(ctx: Ctx, round_id: UUID, row: Filled, entry: Entry) -> None:
    ctx.session.add(
        CheckUp(
            id=entry.id,
            school_id=entry.school_id,
            child_id=row.child.id,
            round_id=round_id,
            **row.values,
        )
    )


def in_words(values: Mapping[str, Value]) -> str:
    """Return the measures as one line for the ledger, in the reader's language."""
    parts = [
        f"{item.title} {values[item.name]} {item.unit}".strip()
        for item in NUMBERS
        if values.get(item.name) is not None
    ]
    parts += [
        f"{title}：{values[name]}"
        for name, (title, _words) in TEXTS.items()
        if name != "note" and values.get(name)
    ]
    return "，".join(parts)
