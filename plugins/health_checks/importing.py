"""Check-ups from a spreadsheet: of a class, a school, or all schools of a centre at once.

The rounds of one campaign at several schools have the same title and day. Rows of pupils who have
no check-up in the round are written in bulk; what is there already is corrected one by one, and
only where the sheet says something else. An empty cell changes nothing. A row may name its own
day; otherwise it is that of the round.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on

from app.sdk import (
    Bulk,
    Cell,
    Child,
    Ctx,
    Entry,
    Found,
    KnownPupil,
    SheetField,
    SheetImport,
    SheetRow,
    SheetWritten,
    Steps,
    Text,
    Undone,
    correct,
    is_active,
    module_settings,
    raise_many,
    records,
    tell_families,
    text_of,
    uuid7,
)
from plugins.health_checks import judging
from plugins.health_checks.exam_day import (
    COLUMN,
    EXAM_DAY,
    far_day,
    without_day,
    wrong_day,
)
from plugins.health_checks.items import KEPT, Value, contradictions, items_of, parse, questions
from plugins.health_checks.manifest import (
    DAYS,
    IMPORT_ALL,
    KIND,
    MODULE,
    RAISE_CONCERN,
    RECORD,
    SINGLE_SOURCE_PRESSURE,
)
from plugins.health_checks.models import CheckUp, Referral, Round
from plugins.health_checks.queries import Current, names_of, round_of
from plugins.health_checks.referrals import CALL_FOR_VISIT, CONCERN, Written, follow
from plugins.health_checks.services import kept, open_round
from plugins.health_checks.undoing import keep_answered, withdraw_found
from plugins.health_checks.words import T

_COLUMNS = sorted(KEPT)
_JUDGED = (
    "age_band", "bmi", "weight", "stunting", "vision", "vital_capacity_score", "caries",
    "blood_pressure", "spine", "grade", "standards",
)  # fmt: skip
_STEP = 1000


class CheckUpWriter:
    """Writes the rows of a sheet into a round and the rounds of the same campaign elsewhere."""

    def __init__(self, ctx: Ctx, round_id: UUID) -> None:
        """Fill in the round; raises :class:`NotVisible`."""
        self._ctx = ctx
        self._round = round_of(ctx, round_id)
        items = items_of(self._round.items, self._round.own_items)
        self._rounds: dict[UUID, Round] = {}
        self._settings: dict[UUID, Mapping[str, Any]] = {}
        self._acts: dict[UUID, list[UUID]] = {}
        self.fields = [
            *(
                SheetField(item.name, item.title, item.words, partial(_read, item.name))
                for item in items
            ),
            COLUMN,
        ]

    def look_at(self, rows: Sequence[SheetRow]) -> None:
        """Find what contradicts itself, what is unusual, and where the module is off."""
        before = self._heights()
        for row in rows:
            wrong = contradictions(row.values)
            row.problems += wrong.values()
            if self._off(row.pupil.school_id):
                row.problems.append(T("the module is not switched on at the pupil's school"))
            asked = [*self._about_day(row), *self._unusual(row, before.get(row.pupil.id))]
            row.questions += [
                T("{name}: {problem}", name=row.pupil.name, problem=text) for text in asked
            ]

    def _day(self, row: SheetRow) -> date:
        day = row.values.get(EXAM_DAY)
        return day if isinstance(day, date) else self._round.held_on

    def _about_day(self, row: SheetRow) -> Iterator[Text]:
        """Add to the problems what the row's own day cannot be, and yield what is odd about it."""
        day, held_on = row.values.get(EXAM_DAY), self._round.held_on
        if not isinstance(day, date) or day == held_on:
            return
        born, today = row.pupil.birth_date, self._ctx.today()
        wrong = wrong_day(day, held_on=held_on, today=today, born=born)
        if wrong is not None:
            row.problems.append(wrong)
        elif (odd := far_day(day, held_on)) is not None:
            yield odd

    def _unusual(self, row: SheetRow, last: tuple[Decimal, date] | None) -> Iterable[Text]:
        return questions(
            row.values,
            height_before=last[0] if last else None,
            days_since=(self._day(row) - last[1]).days if last else 0,
        ).values()

    def write(self, rows: Sequence[SheetRow], steps: Steps) -> SheetWritten:
        """Write the rows, screen them, and refer what is abnormal."""
        self._open_rounds(rows)
        current = self._present()
        new = [row for row in rows if row.pupil.id not in current]
        changed = [
            (row, current[row.pupil.id])
            for row in rows
            if row.pupil.id in current and _differs(row, *current[row.pupil.id])
        ]
        referred = self._write_new(new, steps) + self._correct(changed)
        counts = {
            "recorded": len(new),
            "corrected": len(changed),
            "same": len(rows) - len(new) - len(changed),
            "referred": referred,
        }
        return SheetWritten(counts, self._acts)

    def keep(self, undone: Undone) -> None:
        """Leave the check-ups whose findings somebody has gone on with."""
        keep_answered(self._ctx, undone)

    def take_back(self, undone: Undone, restored: Collection[UUID]) -> None:
        """Withdraw what the check-ups had opened, and follow up those that stand again."""
        withdraw_found(self._ctx, undone, restored)

    def _off(self, school_id: UUID) -> bool:
        if school_id not in self._settings:
            on = is_active(self._ctx, MODULE.name, school_id)
            settings = module_settings(self._ctx, school_id, MODULE.name) if on else {}
            self._settings[school_id] = settings
        return not self._settings[school_id]

    def _heights(self) -> dict[UUID, tuple[Decimal, date]]:
        """Return everybody's newest height before the round; one query."""
        wanted = (
            records(CheckUp)
            .with_only_columns(CheckUp.child_id, CheckUp.height_cm, Entry.happened_on)
            .where(Entry.happened_on < self._round.held_on, CheckUp.height_cm.is_not(None))
            .ext(distinct_on(CheckUp.child_id))
            .order_by(CheckUp.child_id, Entry.happened_on.desc(), Entry.recorded_at.desc())
        )
        return {child: (cm, day) for child, cm, day in self._ctx.session.execute(wanted) if cm}

    def _open_rounds(self, rows: Sequence[SheetRow]) -> None:
        """Find the campaign's round at each school concerned, and open what is missing."""
        first = self._round
        same = select(Round).where(Round.title == first.title, Round.held_on == first.held_on)
        self._rounds = {row.school_id: row for row in self._ctx.session.scalars(same)}
        for school_id in {row.pupil.school_id for row in rows} - self._rounds.keys():
            self._rounds[school_id] = open_round(
                self._ctx,
                school_id=school_id,
                title=first.title,
                held_on=first.held_on,
                provider=first.provider,
                items=first.items,
                own_items=first.own_items,
            )

    def _present(self) -> dict[UUID, Current]:
        ids = [row.id for row in self._rounds.values()]
        # Somebody may be typing a class in at this moment: they wait, and then compare.
        locked = select(Round.id).where(Round.id.in_(ids)).order_by(Round.id).with_for_update()
        self._ctx.session.execute(locked)
        rows = self._ctx.session.execute(records(CheckUp).where(CheckUp.round_id.in_(ids)))
        return {check_up.child_id: (check_up, entry) for check_up, entry in rows}

    def _write_new(self, rows: Sequence[SheetRow], steps: Steps) -> int:
        if not rows:
            return 0
        first = self._round
        bulk = Bulk(self._ctx, KIND, title=first.title, place=first.provider)
        check_up = bulk.table(
            CheckUp, "school_id", "child_id", "round_id", *_COLUMNS, "more", *_JUDGED
        )
        refer = bulk.table(
            Referral, "school_id", "child_id", "round_id", "findings", "severe", "opened_on",
            "due_on", "source_id",
        )  # fmt: skip
        severe: list[Found] = []
        referred: list[KnownPupil] = []
        for done, row in enumerate(rows):
            if done % _STEP == 0:
                steps.step(done, len(rows))
            pupil, round_ = row.pupil, self._rounds[row.pupil.school_id]
            day = self._day(row)
            entry = bulk.entry(pupil.id, pupil.school_id, day)
            columns = self._screened(pupil, row.values, day)
            values = kept(row.values)
            check_up(
                entry, pupil.school_id, pupil.id, round_.id,
                *[values[name] for name in _COLUMNS], values["more"],
                *[columns[name] for name in _JUDGED],
            )  # fmt: skip
            settings = self._settings[pupil.school_id]
            found = judging.findings(columns, settings)
            if not found:
                continue
            referred.append(pupil)
            bad = not judging.SEVERE.isdisjoint(found)
            due = day + timedelta(days=settings[DAYS])
            refer(uuid7(), pupil.school_id, pupil.id, round_.id, found, bad, day, due, entry)
            if bad and settings[RAISE_CONCERN]:
                severe.append(Found(pupil.id, pupil.school_id, entry))
        bulk.write()
        self._acts = bulk.acts
        if severe:
            note = str(CALL_FOR_VISIT)
            raise_many(self._ctx, severe, CONCERN, note=note, source=MODULE.name)
        if referred:
            tell_families(self._ctx, KIND, referred)
        return len(referred)

    def _screened(
        self, pupil: KnownPupil, values: Mapping[str, Value], day: date
    ) -> dict[str, Any]:
        of = judging.Child(pupil.sex, pupil.birth_date, pupil.year_on(day))
        pressure = bool(self._settings[pupil.school_id][SINGLE_SOURCE_PRESSURE])
        return judging.screened(of, day, values, pressure=pressure)

    def _correct(self, rows: Sequence[tuple[SheetRow, Current]]) -> int:
        if not rows:
            return 0
        ids = [row.pupil.id for row, _present in rows]
        children = {
            child.id: child
            for child in self._ctx.session.scalars(select(Child).where(Child.id.in_(ids)))
        }
        by_round: dict[UUID, list[Written]] = {}
        for row, (present, entry) in rows:
            reason = str(T("Corrected by a spreadsheet"))
            fresh = correct(self._ctx, entry, reason=reason, happened_on=row.values.get(EXAM_DAY))
            self._acts.setdefault(fresh.school_id, []).append(fresh.act_id)
            values = present.values(names_of(present)) | _said(row)
            columns = self._screened(row.pupil, values, fresh.happened_on)
            check_up = CheckUp(
                id=fresh.id, school_id=fresh.school_id, child_id=row.pupil.id,
                round_id=present.round_id, **kept(values), **columns,
            )  # fmt: skip
            self._ctx.session.add(check_up)
            written = Written(children[row.pupil.id], check_up, fresh, columns)
            by_round.setdefault(present.round_id, []).append(written)
        return sum(follow(self._ctx, round_id, found) for round_id, found in by_round.items())


def _read(name: str, cell: Cell) -> Value | Text:
    return parse(name, text_of(cell))


def _said(row: SheetRow) -> dict[str, Value]:
    return {name: v for name, v in without_day(row.values).items() if v is not None}


def _differs(row: SheetRow, present: CheckUp, entry: Entry) -> bool:
    said, day = _said(row), row.values.get(EXAM_DAY)
    return said != present.values(said) or day not in (None, entry.happened_on)


IMPORT = SheetImport(
    "health_checks.sheet", T("Check-ups from a spreadsheet"), RECORD, CheckUpWriter
)
CENTER_IMPORT = SheetImport("health_checks.center_sheet", IMPORT.title, IMPORT_ALL, CheckUpWriter)
"""The same for all schools of a centre at once."""
