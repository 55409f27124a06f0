"""The roster (花名册) of a class, a school or any list: as a sheet and on paper.

Columns follow the usual forms of schools and the register of 2016; the order is theirs.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from app.children.classification import VALUES
from app.children.family import Adult, carer_of, families, parent
from app.children.listing import ListRow
from app.children.models import IdentityDocument
from app.children.numbers import mask_identity
from app.children.permits import reached
from app.children.words import BOARDING, SEXES
from app.documents.register import Column as PaperColumn
from app.documents.register import Register, register
from app.host.context import Ctx
from app.kernel.phones import mask
from app.kernel.text import T
from app.sheets.write import Column, SheetSpec, write_workbook


@dataclass(frozen=True)
class Heading:
    """What stands over a roster: title, who reports, and the day it shows."""

    title: str
    unit: str
    day: date


@dataclass(frozen=True)
class _Line:
    number: int
    row: ListRow
    identity: str
    adults: Sequence[Adult]
    contact: bool
    whole: bool

    def phone(self, adult: Adult | None) -> str:
        if adult is None or not adult.number:
            return ""
        return adult.number if self.contact else mask(adult.number)

    def kind(self) -> str:
        return str(VALUES[self.row.findings["education"].value])


def _lines(ctx: Ctx, rows: Sequence[ListRow]) -> list[_Line]:
    ids = [row.child.id for row in rows]
    whole = reached(ctx, "children.identity", ids)
    numbers = _identities(ctx, ids, whole)
    adults = families(ctx, ids)
    contact = reached(ctx, "children.contact", ids)
    return [
        _Line(
            number,
            row,
            numbers.get(child, ""),
            adults.get(child, []),
            child in contact,
            child in whole,
        )
        for number, (child, row) in enumerate(zip(ids, rows, strict=True), start=1)
    ]


def _identities(ctx: Ctx, children: Sequence[UUID], whole: frozenset[UUID]) -> dict[UUID, str]:
    wanted = (
        select(IdentityDocument.child_id, IdentityDocument.number)
        .where(IdentityDocument.child_id.in_(children), IdentityDocument.voided_at.is_(None))
        .order_by(IdentityDocument.id)
    )
    rows = ctx.session.execute(wanted)
    return {child: number if child in whole else mask_identity(number) for child, number in rows}


def as_sheet(ctx: Ctx, rows: Sequence[ListRow], heading: Heading) -> bytes:
    """Return the roster as .xlsx, set up for printing; identity numbers are text."""
    spec = SheetSpec(
        name=heading.title,
        columns=_columns(),
        rows=[_cells(line) for line in _lines(ctx, rows)],
        title=heading.title,
        unit=str(T("Reporting unit: ")) + heading.unit,
        day=heading.day.isoformat(),
        signature=str(T("Responsible: ____________   Filled in by: ____________")),
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "roster.xlsx"
        write_workbook(path, [spec])
        return path.read_bytes()


def _columns() -> list[Column]:
    father, mother = str(T("Father")), str(T("Mother"))
    guardian = str(T("Guardian"))
    name, place, phone = str(T("Name")), str(T("Place of work")), str(T("Telephone"))
    return [
        Column(str(T("No.")), 5), Column(name, 9), Column(str(T("Sex")), 5),
        Column(str(T("Date of birth")), 11), Column(str(T("Identity number")), 20, text=True),
        Column(str(T("Pupil number")), 21, text=True), Column(str(T("Class")), 10),
        Column(str(T("Boards")), 7), Column(str(T("Home address")), 18),
        Column(name, 9, father), Column(place, 12, father), Column(phone, 13, father, text=True),
        Column(name, 9, mother), Column(place, 12, mother), Column(phone, 13, mother, text=True),
        Column(name, 9, guardian), Column(str(T("Relation")), 9, guardian),
        Column(phone, 13, guardian, text=True), Column(str(T("Left behind")), 10),
        Column(str(T("Remarks")), 10),
    ]  # fmt: skip


def _cells(line: _Line) -> list[str | int | date | None]:
    child = line.row.child
    carer = carer_of(line.adults)
    cells: list[str | int | date | None] = [
        line.number, child.name, str(SEXES[child.sex]), child.birth_date, line.identity,
        child.pupil_number if line.whole else None,
        line.row.class_name, _boards(line), child.address if line.contact else None,
    ]  # fmt: skip
    for relation in ("father", "mother"):
        adult = parent(line.adults, relation)
        cells += [adult.guardian.name, adult.place, line.phone(adult)] if adult else [None] * 3
    cells += [carer.guardian.name, carer.relation, line.phone(carer)] if carer else [None] * 3
    return [*cells, line.kind(), None]


def _boards(line: _Line) -> str:
    words = BOARDING.get(line.row.child.boarding or "")
    return str(words) if words else ""


def on_paper(ctx: Ctx, rows: Sequence[ListRow], heading: Heading) -> bytes:
    """Return the roster as a PDF to print and sign: what fits on A4 landscape."""
    columns = [
        T("No."), T("Name"), T("Sex"), T("Identity number"), T("Class"), T("Boards"),
        T("Father works at"), T("Mother works at"), T("Guardian"), T("Relation"), T("Telephone"),
        T("Left behind"),
    ]  # fmt: skip
    return register(
        Register(
            heading.title,
            heading.unit,
            heading.day,
            [PaperColumn(str(title)) for title in columns],
            [_printed(line) for line in _lines(ctx, rows)],
        )
    )


def _printed(line: _Line) -> list[str]:
    child = line.row.child
    kept = (adult for adult in line.adults if not adult.bond.barred)
    carer = carer_of(line.adults) or next(kept, None)
    father, mother = parent(line.adults, "father"), parent(line.adults, "mother")
    return [
        str(line.number), child.name, str(SEXES[child.sex]), line.identity, line.row.class_name,
        _boards(line), father.place if father else "", mother.place if mother else "",
        (carer.guardian.name or "") if carer else "", carer.relation if carer else "",
        line.phone(carer), line.kind(),
    ]  # fmt: skip
