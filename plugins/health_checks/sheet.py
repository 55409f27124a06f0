"""Check-ups as a spreadsheet: out for everybody, and back in from the same headings."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.sdk import (
    Cell,
    Column,
    GridRow,
    Refused,
    Sheet,
    SheetSpec,
    Text,
    Vocabulary,
    Workbook,
    data_rows,
    find_headings,
    plain_heading,
    sheet_bytes,
    text_of,
)
from plugins.health_checks.items import Item, items_of, parse
from plugins.health_checks.models import Round
from plugins.health_checks.screening.measures import bmi
from plugins.health_checks.words import T

MOST_ROWS = 500
_WHO = {
    "name": ("姓名", "学生姓名"),
    "class": ("班级", "班"),
    "pupil_number": ("学籍号", "全国学籍号"),
}
_TITLES = {"name": T("Name"), "class": T("Class"), "pupil_number": T("Pupil number")}


@dataclass
class Read:
    """What a sheet held: rows with the sheet's texts put in, and located problems."""

    rows: list[GridRow] = field(default_factory=list)
    problems: list[Text] = field(default_factory=list)


def write(round_: Round, school: str, rows: Sequence[GridRow]) -> bytes:
    """Return a workbook of all pupils of ``rows``; who is not checked yet has empty cells."""
    items = items_of(round_.items, round_.own_items)
    columns = [Column(str(_TITLES["class"]), 12), Column(str(_TITLES["name"]), 10)]
    columns += [
        Column(
            f"{item.title}（{item.unit}）" if item.unit else str(item.title),
            9 if item.is_number else 12,
        )
        for item in items
    ] + [Column("BMI", 7)]
    spec = SheetSpec(
        str(T("Check-ups")),
        columns,
        [_cells(items, row) for row in rows],
        title=round_.title,
        unit=school,
        day=round_.held_on.isoformat(),
    )
    return sheet_bytes([spec])


def _cells(items: Sequence[Item], row: GridRow) -> list[Cell | None]:
    found: list[Cell | None] = [
        _number(item.name, row.texts[item.name]) if item.is_number else row.texts[item.name] or None
        for item in items
    ]
    values = {n: parse(n, row.texts.get(n, "")) for n in ("height_cm", "weight_kg")}
    index = bmi(values["height_cm"], values["weight_kg"])  # type: ignore[arg-type]
    return [row.room, row.child.name, *found, float(index) if index else None]


def _number(name: str, text: str) -> Cell | None:
    value = parse(name, text)
    return None if value is None or isinstance(value, Text) else float(value)


def read(book: Workbook, items: Sequence[Item], rows: Sequence[GridRow]) -> Read:
    """Put a workbook's cells into the rows of the pupils it names.

    A pupil is found by the pupil number, else by name and class, else by a name that only one
    pupil has. An empty cell changes nothing. Raises :class:`Refused` when no sheet has a heading
    for names, or when there are more rows than one page can show.
    """
    known = _vocabulary(items)
    names = [item.name for item in items]
    found = Read()
    seen: dict[object, int] = {}
    headed = False
    for sheet in book.sheets:
        headings = find_headings(sheet, known, required="name")
        if headings is None:
            continue
        headed = True
        for number, cells in data_rows(sheet, headings):
            texts = _texts(headings.columns, cells)
            if not any(texts.get(name) for name in names):
                continue
            row = _match(sheet, number, texts, rows, found)
            if row is not None and row.child.id in seen:
                found.problems.append(
                    T("{sheet}, row {row}: {name} stands in row {first} already; left out",
                      sheet=sheet.name, row=number, name=row.child.name,
                      first=seen[row.child.id])
                )  # fmt: skip
            elif row is not None:
                seen[row.child.id] = number
                row.texts |= {n: texts[n] for n in names if texts.get(n)}
                found.rows.append(row)
    if not headed:
        raise Refused(T("No sheet has a column “姓名”: begin from our own export."), "file")
    if len(found.rows) > MOST_ROWS:
        raise Refused(
            T("More than {most} pupils: send one file for each grade.", most=MOST_ROWS), "file"
        )
    return found


def _vocabulary(items: Sequence[Item]) -> Vocabulary:
    fields = {word: key for key, words in _WHO.items() for word in words}
    fields |= {plain_heading(str(title)): key for key, title in _TITLES.items()}
    for item in items:
        fields |= dict.fromkeys((*item.words, plain_heading(str(item.title))), item.name)
    return Vocabulary(fields)


def _texts(columns: Mapping[str, int], cells: Sequence[Cell]) -> dict[str, str]:
    return {key: text_of(cells[at]).strip() for key, at in columns.items() if at < len(cells)}


def _match(
    sheet: Sheet, number: int, texts: Mapping[str, str], rows: Sequence[GridRow], found: Read
) -> GridRow | None:
    name, room = texts.get("name", ""), texts.get("class", "")
    fitting = [r for r in rows if r.child.name == name and (not room or _same(r.room, room))]
    pupil_number = texts.get("pupil_number")
    if pupil_number:
        fitting = [r for r in rows if r.child.pupil_number == pupil_number] or fitting
    if len(fitting) == 1:
        return fitting[0]
    message = _several if fitting else _nobody
    found.problems.append(message(sheet.name, number, name, room))
    return None


def _several(sheet: str, row: int, name: str, room: str) -> Text:  # noqa: ARG001 (same shape)
    return T(
        "{sheet}, row {row}: several pupils are called {name}; write the class as on our export",
        sheet=sheet, row=row, name=name,
    )  # fmt: skip


def _nobody(sheet: str, row: int, name: str, room: str) -> Text:
    return T(
        "{sheet}, row {row}: no pupil {name} {room} here; check the name and the class",
        sheet=sheet, row=row, name=name, room=room,
    )  # fmt: skip


def _same(ours: str, theirs: str) -> bool:
    return _bare(ours) == _bare(theirs)


def _bare(room: str) -> str:
    text = unicodedata.normalize("NFKC", room)
    return "".join(c for c in text if c not in "() \u3000").removesuffix("班")
