"""A module's own spreadsheets: sent, understood, looked at, written.

A module says in one :class:`SheetImport` which fields a sheet may hold, how a cell becomes a value,
and how rows are written; the rest is here: headings are recognised and can be changed, pupils are
found, every problem is told with its sheet and row, and a large file is written by a job. The whole
is one transaction, and a sheet is written once, however often it is asked for::

    IMPORT = SheetImport("health_checks.sheet", T("Check-ups"), RECORD, Writer)

    batch = receive_sheet(ctx(), IMPORT, target_id, name=file.filename, body=file.read())
    choose_columns(ctx(), IMPORT, batch, chosen)      # the headings taken for something else
    job = write_sheet(ctx(), IMPORT, batch)           # None: it is written already
    take_back_sheet(ctx(), IMPORT, batch)             # what somebody has gone on with stays

and in ``plugin.py``: ``job_handlers`` returns ``{IMPORT.kind: IMPORT.job}``. The pages are those of
:mod:`app.sdk.sheet_pages`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import select

from app.audit.services import record as audit
from app.children.models import ImportBatch, ImportChange
from app.children.roster.apply import read_schools
from app.children.roster.batches import school_of, stored_file
from app.host.context import Ctx
from app.jobs.models import Job
from app.jobs.progress import Silent, Steps
from app.jobs.services import enqueue
from app.kernel.errors import Forbidden, NotVisible, Refused
from app.kernel.pauses import without_collector
from app.kernel.text import T, Text
from app.sdk.sheet_pupils import KnownPupil, Pupils
from app.sdk.sheet_rows import WHO, Mapped, ReadSheet, SheetField, cells_of, read_sheets
from app.sdk.sheets import uploaded_workbook
from app.sheets.clean import text_of
from app.sheets.read import read_workbook
from app.sheets.workbook import Workbook

SMALL = 300
"""So many rows are written while somebody waits; more by a job."""
_SHOWN, _SAMPLE = 200, 5


@dataclass(slots=True)
class SheetRow:
    """A row: where it stands, whose it is, its values by key.

    ``problems`` keep it from being written, ``questions`` do not.
    """

    sheet: str
    number: int
    pupil: KnownPupil
    values: dict[str, Any]
    problems: list[Text] = field(default_factory=list)
    questions: list[Text] = field(default_factory=list)


@dataclass(frozen=True)
class SheetWritten:
    """What writing did: counts to be shown, and the acts by school, by which it is undone."""

    counts: Mapping[str, int]
    acts: Mapping[UUID, Sequence[UUID]]


@dataclass
class Undone:
    """What taking back has to do: the child of each entry to void, and who stays and why."""

    entries: dict[UUID, UUID] = field(default_factory=dict)
    kept: dict[UUID, Text] = field(default_factory=dict)

    def keep(self, entry_id: UUID, why: Text) -> None:
        """Leave an entry as it is."""
        child = self.entries.pop(entry_id, None)
        if child is not None:
            self.kept[child] = why


class SheetWriter(Protocol):
    """What a module does with the rows of one sheet; made anew each time."""

    @property
    def fields(self) -> Sequence[SheetField]:
        """Return what a sheet may hold."""

    def look_at(self, rows: Sequence[SheetRow]) -> None:
        """Add what is wrong or unusual to the rows."""

    def write(self, rows: Sequence[SheetRow], steps: Steps) -> SheetWritten:
        """Write the rows that have no problem."""

    def keep(self, undone: Undone) -> None:
        """Say which entries must stay because somebody has gone on working with them."""

    def take_back(self, undone: Undone, restored: Collection[UUID]) -> None:
        """Undo what the entries did besides; they are voided, those they corrected restored."""


@dataclass(frozen=True)
class SheetImport:
    """A module's kind of import: its name (of the job too), title, permission, and writer.

    ``writer`` gets the work and the id of what is filled in, such as a round. ``several`` rows may
    speak of one pupil, such as of each of its parents; otherwise the second is not written.
    """

    kind: str
    title: Text
    permission: str
    writer: Callable[[Ctx, UUID], SheetWriter]
    several: bool = False

    def job(self, ctx: Ctx, progress: Steps, batch_id: str) -> dict[str, Any]:
        """Write a batch; the handler of the job. A killed one has written nothing."""
        batch = batch_of(ctx, self, UUID(batch_id))
        if batch.state != "applying":
            return {}
        if not any(self.permission in grant.permissions for grant in ctx.actor.grants):
            raise Forbidden(self.permission)
        return _written(ctx, self, batch, progress)


@dataclass
class Looked:
    """What a sheet says: its rows, what is wrong, and how its headings were understood.

    ``unknown`` rows name nobody here, ``empty`` ones say nothing.
    """

    sheets: list[ReadSheet]
    rows: list[SheetRow]
    unread: list[Text]
    questions: list[Text]
    empty: int = 0
    unknown: int = 0

    @property
    def ready(self) -> list[SheetRow]:
        """Return the rows that can be written."""
        return [row for row in self.rows if not row.problems]


def receive_sheet(
    ctx: Ctx, spec: SheetImport, target_id: UUID, *, name: str, body: bytes
) -> ImportBatch:
    """Keep a sheet that was sent, and return the batch with what it says.

    Raises :class:`Refused` when it cannot be read; then nothing is kept.
    """
    book = uploaded_workbook(name, body)
    looked = look(ctx, spec, target_id, book)
    batch = ImportBatch(
        school_id=school_of(ctx),
        kind=spec.kind,
        file_name=name,
        file_hash=hashlib.sha256(body).hexdigest(),
        storage_key=ctx.files.put(ctx.scope.center_id, "imports", body),
        report=_report(target_id, looked, None),
        created_at=ctx.now(),
        created_by_id=ctx.actor.staff_id,
    )
    ctx.session.add(batch)
    ctx.session.flush()
    audit(ctx, "sheet.check", object_type="import_batch", object_id=batch.id,
          kind=spec.kind, rows=len(looked.rows))  # fmt: skip
    return batch


def batch_of(ctx: Ctx, spec: SheetImport, batch_id: UUID) -> ImportBatch:
    """Return an import of this place and kind; raises :class:`NotVisible`."""
    found = ctx.session.scalar(
        select(ImportBatch).where(ImportBatch.id == batch_id, ImportBatch.kind == spec.kind)
    )
    if found is None:
        raise NotVisible
    return found


def choose_columns(ctx: Ctx, spec: SheetImport, batch: ImportBatch, chosen: Mapped) -> None:
    """Look at a sheet again with other meanings of its columns."""
    _demand_new(batch)
    with stored_file(ctx, batch) as path:
        book = read_workbook(path)
    looked = look(ctx, spec, target_of(batch), book, chosen)
    batch.report = _report(target_of(batch), looked, chosen)
    ctx.session.flush()


def write_sheet(ctx: Ctx, spec: SheetImport, batch: ImportBatch) -> Job | None:
    """Write a sheet that was looked at: a short one at once, a long one by the job returned."""
    ctx.session.refresh(batch, with_for_update=True)
    _demand_new(batch)
    batch.state = "applying"
    if batch.report["rows"] <= SMALL:
        _written(ctx, spec, batch, Silent())
        return None
    job = enqueue(
        ctx,
        spec.kind,
        title=T("Import {file}", file=batch.file_name),
        arguments={"batch_id": str(batch.id)},
        unique_key=f"{spec.kind} {batch.id}",
        module=spec.kind.partition(".")[0],
    )
    batch.job_id = job.id
    ctx.session.flush()
    return job


def target_of(batch: ImportBatch) -> UUID:
    """Return the id of what a batch fills in."""
    return UUID(batch.report["target"])


def look(
    ctx: Ctx, spec: SheetImport, target_id: UUID, book: Workbook, chosen: Mapped | None = None
) -> Looked:
    """Understand a workbook: whose each row is, what it says, what is wrong with it."""
    return _look(ctx, spec, spec.writer(ctx, target_id), book, chosen)


def _look(
    ctx: Ctx, spec: SheetImport, writer: SheetWriter, book: Workbook, chosen: Mapped | None
) -> Looked:
    hints = read_schools(ctx).hints
    sheets = read_sheets(book, writer.fields, chosen=chosen, schools=hints)
    pupils = Pupils.load(ctx, spec.permission)
    looked = Looked(sheets, [], [], [])
    seen: dict[UUID, SheetRow] = {}
    for sheet in sheets:
        for row in _rows(sheet, pupils, writer, looked):
            first = seen.setdefault(row.pupil.id, row)
            if first is not row and not spec.several:
                row.problems.append(
                    T("{name} stands in {sheet}, row {row} already",
                      name=row.pupil.name, sheet=first.sheet, row=first.number)
                )  # fmt: skip
            looked.rows.append(row)
    writer.look_at(looked.rows)
    for row in looked.rows:
        looked.unread += [_located(row.sheet, row.number, found) for found in row.problems]
        looked.questions += [_located(row.sheet, row.number, found) for found in row.questions]
    return looked


def _rows(
    sheet: ReadSheet, pupils: Pupils, writer: SheetWriter, looked: Looked
) -> Iterator[SheetRow]:
    ours = {one.key: one for one in writer.fields}
    who = [one.key for one in WHO if one.key not in ours]
    columns = sheet.columns
    telling = [key for key in columns if key in ours and not ours[key].says_nothing]
    readers = [
        (key, columns[key], _Reader(one.read)) for key, one in ours.items() if key in columns
    ]
    needed = [one for one in ours.values() if one.needed]
    for (number, named), (_number, cells) in zip(cells_of(sheet, who), sheet.rows, strict=True):
        width = len(cells)
        if bool in map(type, cells):  # True is equal to 1, and means something else.
            cells = [text_of(cell) if isinstance(cell, bool) else cell for cell in cells]  # noqa: PLW2901
        values = {key: known[cells[at]] if at < width else None for key, at, known in readers}
        if all(values[key] is None for key in telling):
            looked.empty += 1
            continue
        pupil = pupils.find(named, sheet.school)
        if isinstance(pupil, Text):
            looked.unknown += 1
            looked.unread.append(_located(sheet.name, number, pupil))
            continue
        wrong = [
            T("{field}: {problem}", field=ours[key].title, problem=value)
            for key, value in values.items()
            if isinstance(value, Text)
        ]
        wrong += [
            T("{field} is missing", field=one.title)
            for one in needed
            if values.get(one.key) is None
        ]
        yield SheetRow(sheet.name, number, pupil, values, wrong)


class _Reader(dict[Any, Any]):
    """The values of one column by cell; what stands there often is understood once."""

    def __init__(self, parse: Callable[[Any], Any]) -> None:
        super().__init__({"": None})
        self._parse = parse

    def __missing__(self, cell: Any) -> Any:
        value = self[cell] = self._parse(cell) if text_of(cell).strip() else None
        return value


def _located(sheet: str, number: int, problem: Text) -> Text:
    return T("{sheet}, row {row}: {problem}", sheet=sheet, row=number, problem=problem)


def _written(ctx: Ctx, spec: SheetImport, batch: ImportBatch, steps: Steps) -> dict[str, Any]:
    steps.step(0, 3, T("Reading the workbook"))
    with without_collector():
        with stored_file(ctx, batch) as path:
            book = read_workbook(path)
        writer = spec.writer(ctx, target_of(batch))
        looked = _look(ctx, spec, writer, book, _chosen(batch))
        steps.step(1, 3, T("Writing the records"))
        written = writer.write(looked.ready, steps)
    counts = dict(written.counts)
    for school_id, acts in written.acts.items():
        ids = [str(act) for act in acts]
        change = ImportChange(school_id=school_id, batch_id=batch.id, added={"act": ids})
        ctx.session.add(change)
    batch.report = _report(target_of(batch), looked, _chosen(batch)) | {"written": counts}
    batch.state, batch.applied_at = "applied", ctx.now()
    ctx.session.flush()
    audit(ctx, "sheet.import", object_type="import_batch", object_id=batch.id,
          kind=spec.kind, counts=counts)  # fmt: skip
    steps.step(3, 3)
    return counts


def _demand_new(batch: ImportBatch) -> None:
    if batch.state != "checked":
        raise Refused(T("This import has already been started."))


def _chosen(batch: ImportBatch) -> Mapped | None:
    stored = batch.report.get("chosen")
    if stored is None:
        return None
    return {sheet: {int(at): key for at, key in kept.items()} for sheet, kept in stored.items()}


def _report(target_id: UUID, looked: Looked, chosen: Mapped | None) -> dict[str, Any]:
    found = {
        "target": target_id,
        "rows": len(looked.rows) + looked.unknown,
        "ready": len(looked.ready),
        "empty": looked.empty,
        "problems": len(looked.rows) - len(looked.ready) + looked.unknown,
        "told": len(looked.unread),
        "unread": [str(problem) for problem in looked.unread[:_SHOWN]],
        "questions": [str(question) for question in looked.questions[:_SHOWN]],
        "asked": len(looked.questions),
        "sheets": [
            {"name": s.name, "heads": [[h.column, h.text, h.key] for h in s.heads]}
            for s in looked.sheets
        ],
        "sample": [
            [row.pupil.name, {key: value for key, value in row.values.items() if value is not None}]
            for row in looked.ready[:_SAMPLE]
        ],
        "chosen": chosen,
    }
    return dict(json.loads(json.dumps(found, default=str)))
