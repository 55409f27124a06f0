"""The full copy of what is held about a child or a guardian, as one file to hand over."""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.audit.services import record as audit
from app.children.models import Child, Guardian
from app.children.permits import demand
from app.host.context import Ctx
from app.host.hooks import PersonalData
from app.jobs.models import Job
from app.jobs.progress import Steps
from app.jobs.services import MadeFile, enqueue
from app.kernel.errors import NotVisible
from app.kernel.text import T
from app.privacy.gathering import File, Person, files_of, gathered, person_of, sheets_of
from app.sheets.write import Column, SheetSpec, write_workbook

COPY = "privacy.copy"
_ZIP = "application/zip"
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
_WIDEST, _NARROWEST = 48, 8


def ask_copy(
    ctx: Ctx, child: Child, *, guardian_id: UUID | None = None, restricted: bool = False
) -> Job:
    """Let a job make the copy of a child's data, or of one of its guardians'.

    ``restricted`` takes in entries that few may read.
    """
    demand(ctx, COPY, child)
    arguments = {
        "child_id": str(child.id),
        "guardian_id": str(guardian_id) if guardian_id else None,
        "restricted": restricted,
    }
    return enqueue(ctx, COPY, title=T("Copy of personal data"), arguments=arguments)


def copy_job(
    ctx: Ctx, progress: Steps, child_id: str, guardian_id: str | None, restricted: bool
) -> Mapping[str, Any]:
    """Gather, write and keep the file; the audit notes whose copy left and how many rows."""
    child = ctx.session.scalar(select(Child).where(Child.id == UUID(child_id)))
    if child is None:
        raise NotVisible
    demand(ctx, COPY, child)
    person = _guardian(child, UUID(guardian_id)) if guardian_id else person_of(ctx, child)
    progress.step(0, 2, T("Gathering what is held"))
    found = gathered(ctx, person, restricted=restricted)
    files = list(files_of(ctx, person, restricted=restricted))
    sheets = [*sheets_of(ctx, person, found), *_file_list(files)]
    audit(
        ctx, COPY, object_type=person.subject, object_id=person.ids[0], child_id=child.id,
        school_id=child.school_id, rows=sum(len(each.rows) for each in found),
        files=len(files), restricted=restricted,
    )  # fmt: skip
    progress.step(1, 2, T("Writing the file"))
    plain = {each.table.name: each.plain() for each in found}
    body = _zip(ctx, person, sheets, plain, files)
    name = str(
        T("Personal data of {name}, {day}.zip", name=person.name, day=f"{ctx.today():%Y%m%d}")
    )
    made = MadeFile(ctx.files.put(ctx.scope.center_id, "exports", body), name, _ZIP)
    return made.result(ctx.actor, (COPY,))


def _guardian(child: Child, guardian_id: UUID) -> Person:
    bonds = [bond for bond in child.guardianships if bond.guardian_id == guardian_id]
    if not bonds:
        raise NotVisible
    found: Guardian = bonds[0].guardian
    return Person("guardian", [found.id], found.name or str(T("Name not known")))


def _file_list(files: Sequence[File]) -> list[PersonalData]:
    if not files:
        return []
    shared = T("Not in the copy: others are concerned too")
    rows: list[list[str | int | float | date | None]] = [
        [file.happened_on, file.name, str(shared if file.shared else T("In the copy"))]
        for file in files
    ]
    return [PersonalData(T("Attachments"), [T("Day"), T("File"), T("State")], rows)]


def _zip(
    ctx: Ctx,
    person: Person,
    sheets: Sequence[PersonalData],
    plain: Mapping[str, Any],
    files: Sequence[File],
) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{T('Personal data')}.xlsx", _workbook(ctx, person, sheets))
        about = {"made_on": str(ctx.today()), "of": person.subject, "tables": plain}
        archive.writestr("data.json", json.dumps(about, ensure_ascii=False, indent=1))
        own = [(f"{f.happened_on}-{f.name}", f.key) for f in files if not f.shared]
        added = [(name, key) for sheet in sheets for name, key in sheet.files]
        for at, (name, key) in enumerate([*own, *added], 1):
            archive.writestr(f"files/{at:03d}-{Path(name).name}", ctx.files.get(key))
    return out.getvalue()


def _workbook(ctx: Ctx, person: Person, sheets: Sequence[PersonalData]) -> bytes:
    specs: list[SheetSpec] = []
    for at, sheet in enumerate(sheets, 1):
        name = f"{at} {sheet.title}".translate(_FORBIDDEN)
        headings = [str(heading) for heading in sheet.headings]
        columns = [
            Column(heading, _width([heading, *(row[place] for row in sheet.rows)]))
            for place, heading in enumerate(headings)
        ]
        title = f"{person.name} · {sheet.title}"
        specs.append(SheetSpec(name, columns, sheet.rows, title=title, day=str(ctx.today())))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "copy.xlsx"
        write_workbook(path, specs)
        return path.read_bytes()


def _width(values: Sequence[object]) -> float:
    longest = max(len(str(value or "")) for value in values)
    return max(_NARROWEST, min(_WIDEST, longest * 1.8))
