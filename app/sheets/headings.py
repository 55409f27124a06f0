"""Find the heading row of a sheet and say which column holds what."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from app.sheets.clean import text_of
from app.sheets.workbook import Cell, Sheet

LOOK = 15  # rows above which a heading must begin
REACH = 6  # columns a person's heading speaks for: 父亲姓名, 年龄, 务工地, 联系电话 …
_NOTHING = re.compile(r"[\s\u200b-\u200f\ufeff*＊:：、,，.。/／\-_“”\"'\\]+")
_BRACKETS = re.compile(r"[（(【\[][^（()）】\]]*[)）】\]]")
_GROUP_TAIL = re.compile(r"(?:的?(?:基本)?(?:情况|信息|资料|概况))+$")
_FOOTERS = re.compile(
    r"(?:合计|总计|小计|共计|填表人|填报人|制表|审核|复核|负责人|单位负责人|校长签|班主任签|签字|签名"
    r"|填表日期|填报日期|日期[:：]|备注[:：]|注[:：]|说明[:：]|填表说明|示例|样例|例[:：]"
    r"|[本全各](?:页|表|班|年级|学?校|村|组)(?:合计|总计|小计|共计|累计)|累计(?:[:：\d]|$))"
)
# After NFKC; a numbered line is a note only when it is longer than a name.
_NOTE = re.compile(
    r".*:.*|\d{1,2}[.、)].{5,}|第.{1,5}页.*|.*(?:签名|签字|说明|备注|制表).*|.*\(盖?公?章\).*"
    r"|(?:[本全](?:页|表|班|校))?共计?\d+[人名].*|\d{4}[年./-]\d{1,2}(?:[月./-](?:\d{1,2}日?)?)?"
)


@dataclass(frozen=True)
class Vocabulary:
    """The headings a caller knows.

    ``fields`` heading -> key. ``people`` heading of a person -> how its attributes are prefixed:
    after 父亲姓名 a bare 联系电话 is 父亲联系电话. ``neutral`` group headings that add nothing.
    ``own_first`` keys a bare heading fills before it can speak of a person named to its left.
    """

    fields: Mapping[str, str]
    people: Mapping[str, str] = field(default_factory=dict)
    neutral: frozenset[str] = frozenset()
    own_first: frozenset[str] = frozenset()


@dataclass(slots=True)
class Headings:
    """Where the headings stand (rows count from 1), key -> column, heading -> key or None.

    ``names`` has the (group, heading) of each column that has one. ``repeated`` has the headings
    that say what another column has said: their own column and the one that is read.
    """

    first_row: int
    last_row: int
    columns: dict[str, int]
    mapping: dict[str, str | None]
    names: dict[int, tuple[str, str]]
    repeated: dict[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def unknown(self) -> list[str]:
        """Headings nobody knows, in their order."""
        return [
            heading
            for heading, key in self.mapping.items()
            if key is None and heading not in self.repeated
        ]


def normalise(cell: Cell) -> str:
    """Return a heading without spaces, marks and what stands in brackets."""
    text = unicodedata.normalize("NFKC", text_of(cell))
    bare = _NOTHING.sub("", _BRACKETS.sub("", text))
    return bare or re.sub(r"[()\[\]【】]", "", _NOTHING.sub("", text))


def find_headings(sheet: Sheet, known: Vocabulary, *, required: str) -> Headings | None:
    """Return the best heading row, or pair of rows where groups stand over columns."""
    best: Headings | None = None
    rows = [[normalise(cell) for cell in row] for row in sheet.rows[: LOOK + 1]]
    for at, row in enumerate(rows[:LOOK]):
        if sum(1 for cell in sheet.rows[at] if cell != "") < 2:
            continue
        below = rows[at + 1] if at + 1 < len(rows) else []
        for last, names in ((at, [("", name) for name in row]), (at + 1, _pair(row, below))):
            found = _map(names, known, at + 1, last + 1)
            if required in found.columns and (
                best is None or len(found.columns) > len(best.columns)
            ):
                best = found
    return best


def data_rows(sheet: Sheet, headings: Headings) -> Iterator[tuple[int, list[Cell]]]:
    """Yield (row number from 1, cells) below the headings that speak of somebody.

    Blank rows, totals, notes, signatures and headings printed again do not. Cells merged
    downwards (one school or class beside many rows) hold their value in each row.
    """
    fill = _fill(sheet, headings.last_row)
    for number, cells in enumerate(sheet.rows[headings.last_row :], headings.last_row + 1):
        row = _filled(cells, fill[number]) if number in fill else cells
        if not any(cell != "" for cell in row) or is_footer(row) or _is_numbering(row):
            continue
        if not _is_note(row) and not _is_heading(row, headings):
            yield number, row


def is_footer(row: list[Cell]) -> bool:
    """Say whether a row is a total or a signature line rather than a person."""
    for cell in row:
        if cell == "":
            continue
        if not isinstance(cell, str):
            return False
        return bool(_FOOTERS.match("".join(cell.split())))
    return False


def _is_note(row: list[Cell]) -> bool:
    """Say whether a row holds nothing but remarks: 班主任（签名）：, 第1页 共1页, 1.请如实填写."""
    return all(
        isinstance(cell, str)
        and _NOTE.fullmatch("".join(unicodedata.normalize("NFKC", cell).split())) is not None
        for cell in row
        if cell != ""
    )


def _is_heading(row: list[Cell], headings: Headings) -> bool:
    """Say whether a row is the headings, or their groups, once more: printed on each page."""
    return all(
        isinstance(cell, str) and normalise(cell) in headings.names.get(column, ())
        for column, cell in enumerate(row)
        if cell != ""
    )


def _is_numbering(row: list[Cell]) -> bool:
    """Say whether a row only counts the columns (1, 2, 3)."""
    if len(row) < 3 or text_of(row[0]) != "1" or text_of(row[1]) != "2":
        return False
    return all(text_of(cell) in ("", str(at)) for at, cell in enumerate(row, 1))


def _pair(row: list[str], below: list[str]) -> list[tuple[str, str]]:
    names: list[tuple[str, str]] = []
    group = ""
    for column in range(max(len(row), len(below))):
        upper = row[column] if column < len(row) else ""
        lower = below[column] if column < len(below) else ""
        group = upper or group
        names.append((group, lower) if lower else ("", upper))
    return names


def _map(names: list[tuple[str, str]], known: Vocabulary, first: int, last: int) -> Headings:
    found = Headings(first, last, {}, {}, {})
    full = {known.fields.get(group + name) for group, name in names}
    person, since = "", 0
    for column, (group, name) in enumerate(names):
        if not name:
            continue
        found.names[column] = (group, name)
        prefix = person if not group and column - since <= REACH else ""
        key = _key_beside(prefix, name, known, full, found) or _key(group, name, known)
        heading = group + name
        if heading in known.people:
            person, since = known.people[heading], column
        if heading in found.mapping:
            heading = f"{heading}#{column + 1}"
        if key in found.columns:
            found.repeated[heading] = (column, found.columns[key])
            key = None
        found.mapping[heading] = key
        if key is not None:
            found.columns[key] = column
    return found


def _key_beside(
    person: str, name: str, known: Vocabulary, full: set[str | None], found: Headings
) -> str | None:
    """Return the key of a bare heading right of a person's, None when it is not the person's."""
    theirs = known.fields.get(person + name) if person else None
    if theirs is None:
        return None
    own = known.fields.get(name)
    if own is None or own in found.columns:
        return theirs
    # What stands in full elsewhere (监护人电话) is not said a second time by a bare heading.
    if theirs in full or theirs in found.columns or own in known.own_first:
        return None
    return theirs


def _key(group: str, name: str, known: Vocabulary) -> str | None:
    if not group:
        return known.fields.get(name)
    short = _GROUP_TAIL.sub("", group)
    for joined in (group + name, short + name):
        if joined in known.fields:
            return known.fields[joined]
    return known.fields.get(name) if short in known.neutral or group in known.neutral else None


def _fill(sheet: Sheet, last_heading: int) -> dict[int, list[tuple[int, Cell]]]:
    fill: dict[int, list[tuple[int, Cell]]] = {}
    for merged in sheet.merged:
        if merged.top < last_heading or merged.bottom == merged.top:
            continue
        row = sheet.rows[merged.top] if merged.top < len(sheet.rows) else []
        value = row[merged.left] if merged.left < len(row) else ""
        for number in range(merged.top + 2, min(merged.bottom + 1, len(sheet.rows)) + 1):
            fill.setdefault(number, []).append((merged.left, value))
    return fill


def _filled(row: list[Cell], values: list[tuple[int, Cell]]) -> list[Cell]:
    row = list(row)
    for column, value in values:
        if column < len(row) and row[column] == "":
            row[column] = value
    return row
