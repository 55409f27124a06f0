"""A centre declared as a folder: center.toml, wording.toml, schools.csv, staff.csv.

The folder is read into plain objects by key (``school/JN01``) with plain fields; the database is
read into the same, so that comparing, applying and writing the folder back need nothing else.
"""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from app.kernel.errors import Refused
from app.kernel.grades import Stage, System
from app.kernel.text import T, Text

Value = str | int | bool | list[str] | None
Fields = dict[str, Value]
Objects = dict[str, Fields]

CENTER, WORDING, SCHOOLS, STAFF = "center.toml", "wording.toml", "schools.csv", "staff.csv"
SCHOOL_COLUMNS = (
    *("code", "name", "short_name", "stages", "system", "parent"),
    *("phone", "address", "closed_on"),
)
STAFF_COLUMNS = ("number", "name", "sex", "kind", "role", "school", "post")
STAFF_KINDS = ("teacher", "retired", "volunteer", "partner")
SEXES = ("male", "female", "unknown")
DAY_KINDS = ("holiday", "workday", "ordinary")

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]*")
_TERM = re.compile(r"(20\d\d)-(20\d\d)-([12])")
_NAMED_BY = {
    "school": "code",
    "membership": "school",
    "term": "terms",
    "day": "days",
    "policy": "policies",
}
_SHOWN = 30


@dataclass(frozen=True)
class Problem:
    """What is wrong and where; ``row`` counts as a spreadsheet does, 0 is the whole file."""

    file: str
    row: int
    field: str
    reason: Text

    def __str__(self) -> str:
        if self.row:
            where = T("{file}, row {row}, {field}", file=self.file, row=self.row, field=self.field)
        else:
            where = T("{file}, {field}", file=self.file, field=self.field)
        return f"{where}: {self.reason}"


@dataclass
class Declaration:
    """A centre as its folder says it; ``places`` tells where each object stands."""

    slug: str
    objects: Objects = field(default_factory=dict)
    places: dict[str, tuple[str, int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def of(self, kind: str) -> Objects:
        """Return the objects of a kind by the rest of their key, in the folder's order."""
        mark = f"{kind}/"
        return {k.removeprefix(mark): v for k, v in self.objects.items() if k.startswith(mark)}

    def complain(self, key: str, name: str, reason: Text) -> None:
        """Note that a field of an object is wrong."""
        file, row = self.places.get(key, (CENTER, 0))
        self.problems.append(Problem(file, row, name, reason))

    def demand_sound(self) -> None:
        """Raise :class:`Refused` naming every problem, each with its place."""
        if self.problems:
            lines = "\n".join(str(problem) for problem in self.problems[:_SHOWN])
            raise Refused(
                T("The folder has {n} problems:\n{lines}", n=len(self.problems), lines=lines)
            )

    def put(self, key: str, fields: Fields, file: str, row: int = 0) -> None:
        """Add an object; a key that was there before is a problem."""
        if key in self.places:
            kind, _, name = key.partition("/")
            reason = T("“{value}” is there twice", value=name.rstrip("/"))
            self.problems.append(Problem(file, row, _NAMED_BY.get(kind, kind), reason))
            return
        self.places[key] = (file, row)
        self.objects[key] = fields


def read_folder(folder: Path) -> Declaration:
    """Read a folder; ``slug`` of center.toml names the centre, or else the folder's own name.

    Problems are collected, not raised. Raises :class:`Refused` when there is no such folder, a
    file cannot be read at all or no slug is found.
    """
    if not folder.is_dir():
        raise Refused(T("{folder} is no folder of a centre.", folder=str(folder)))
    center = _toml(folder / CENTER)
    slug = str(center.get("slug", folder.resolve().name))
    if not _SLUG.fullmatch(slug):
        raise Refused(
            T(
                "“{slug}” cannot stand in the address of a centre: write slug in {file} with small "
                "letters, digits and dashes, like jinnan.",
                slug=slug,
                file=CENTER,
            )
        )
    declaration = Declaration(slug)
    _read_center(declaration, center)
    for name, value in _toml(folder / WORDING).items():
        _put_value(declaration, "wording", name, value, WORDING)
    for row, cells in _rows(folder / SCHOOLS, SCHOOL_COLUMNS):
        _read_school(declaration, row, cells)
    _check_parents(declaration)
    for row, cells in _rows(folder / STAFF, STAFF_COLUMNS):
        _read_staff(declaration, row, cells)
    return declaration


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(_text(path))
    except tomllib.TOMLDecodeError as error:
        raise Refused(
            T("{file} is not understood: {why}", file=path.name, why=str(error))
        ) from error
    except RecursionError as error:
        raise Refused(T("{file} is not understood: {why}", file=path.name, why="[[[…")) from error


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise Refused(T("{file} is missing.", file=path.name)) from error
    except UnicodeDecodeError as error:
        raise Refused(T("{file} is not UTF-8: save it as CSV UTF-8.", file=path.name)) from error


def _rows(path: Path, columns: tuple[str, ...]) -> list[tuple[int, dict[str, str]]]:
    lines = list(csv.reader(_text(path).splitlines()))
    head = [cell.strip() for cell in lines[0]] if lines else []
    if sorted(head) != sorted(columns):
        raise Refused(
            T(
                "{file}: the first row must hold the columns {columns}.",
                file=path.name,
                columns=", ".join(columns),
            )
        )
    return [
        (number, dict(zip(head, (*(c.strip() for c in line), *[""] * len(head)), strict=False)))
        for number, line in enumerate(lines[1:], 2)
        if any(cell.strip() for cell in line)
    ]


def _read_center(declaration: Declaration, found: Mapping[str, Any]) -> None:
    for name in found.keys() - {"slug", "name", "region", "settings", "terms", "days", "policies"}:
        declaration.problems.append(Problem(CENTER, 0, name, T("this name is not known")))
    declaration.put("center", {"name": found.get("name"), "region": found.get("region")}, CENTER)
    _demand_text(declaration, "center", "name")
    for name, value in found.get("settings", {}).items():
        _put_value(declaration, "setting", name, value, CENTER)
    for term in found.get("terms", ()):
        _read_term(declaration, term)
    for day in found.get("days", ()):
        _read_day(declaration, day)
    for policy in found.get("policies", ()):
        _read_policy(declaration, policy)


def _put_value(declaration: Declaration, kind: str, name: str, value: Any, file: str) -> None:
    texts = isinstance(value, list) and all(isinstance(v, str) for v in value)
    if not _NAME.fullmatch(name):
        reason = T("a name has small letters, digits and _")
    elif not texts and not isinstance(value, str | int | bool):
        reason = T("write a text, a whole number, true, false or a list of texts")
    else:
        declaration.put(f"{kind}/{name}", {"value": value}, file)
        return
    declaration.problems.append(Problem(file, 0, name, reason))


def _read_term(declaration: Declaration, term: Mapping[str, Any]) -> None:
    code = str(term.get("code", ""))
    match = _TERM.fullmatch(code)
    starts, ends = term.get("starts_on"), term.get("ends_on")
    if not match or int(match[2]) != int(match[1]) + 1:
        reason = T("“{value}” is no term: write it like 2026-2027-1", value=code)
    elif not isinstance(starts, date) or not isinstance(ends, date) or starts >= ends:
        reason = T("the term {value} must begin on a day before it ends", value=code)
    else:
        fields: Fields = {"starts_on": starts.isoformat(), "ends_on": ends.isoformat()}
        declaration.put(f"term/{code}", fields, CENTER)
        return
    declaration.problems.append(Problem(CENTER, 0, "terms", reason))


def _read_day(declaration: Declaration, day: Mapping[str, Any]) -> None:
    on, kind = day.get("day"), day.get("kind")
    if not isinstance(on, date) or kind not in DAY_KINDS:
        reason = T("a day needs a date and one of: {words}", words=", ".join(DAY_KINDS))
        declaration.problems.append(Problem(CENTER, 0, "days", reason))
        return
    declaration.put(f"day/{on.isoformat()}", {"kind": kind, "title": day.get("title")}, CENTER)


def _read_policy(declaration: Declaration, policy: Mapping[str, Any]) -> None:
    pack, begins = policy.get("pack"), policy.get("from")
    if not isinstance(pack, str) or not isinstance(begins, date):
        reason = T("a policy needs the name of a pack and the day it is kept from")
        declaration.problems.append(Problem(CENTER, 0, "policies", reason))
        return
    school = f"/{policy['school']}" if "school" in policy else ""
    declaration.put(f"policy/{pack}{school}", {"from": begins.isoformat()}, CENTER)


def _read_school(declaration: Declaration, row: int, cells: dict[str, str]) -> None:
    key = f"school/{cells['code']}"
    fields: Fields = {name: cells[name] or None for name in SCHOOL_COLUMNS[1:]}
    fields["stages"] = cells["stages"].split()
    fields["position"] = sum(k.startswith("school/") for k in declaration.objects) + 1
    declaration.put(key, fields, SCHOOLS, row)
    if not _CODE.fullmatch(cells["code"]):
        declaration.complain(key, "code", T("use letters, digits and dashes"))
    for name in ("name", "short_name"):
        _demand_text(declaration, key, name)
    words = [stage.value for stage in Stage]
    if not fields["stages"] or not set(cells["stages"].split()) <= set(words):
        declaration.complain(key, "stages", _one_of(words))
    _demand_word(declaration, key, "system", [system.value for system in System])
    if cells["closed_on"] and not _is_day(cells["closed_on"]):
        declaration.complain(key, "closed_on", T("write the day like 2026-08-31"))


def _check_parents(declaration: Declaration) -> None:
    schools = declaration.of("school")
    for code, fields in schools.items():
        parent = fields["parent"]
        if parent is not None and (parent not in schools or schools[str(parent)]["parent"]):
            reason = T("“{value}” is no school that can have teaching points", value=parent)
            declaration.complain(f"school/{code}", "parent", reason)


def _read_staff(declaration: Declaration, row: int, cells: dict[str, str]) -> None:
    """A person may stand in several rows, one for each school."""
    key = f"staff/{cells['number']}"
    fields: Fields = {name: cells[name] or None for name in ("name", "sex", "kind")}
    before = declaration.objects.get(key)
    if before is not None and before != fields:
        reason = T("this number has another name, sex or kind in an earlier row")
        declaration.problems.append(Problem(STAFF, row, "number", reason))
    elif before is None:
        declaration.put(key, fields, STAFF, row)
        if not cells["number"]:
            declaration.complain(key, "number", T("this must be filled in"))
        _demand_text(declaration, key, "name")
        _demand_word(declaration, key, "sex", SEXES)
        _demand_word(declaration, key, "kind", STAFF_KINDS)
    place = f"membership/{cells['number']}/{cells['school']}"
    roles: Value = sorted(cells["role"].split())
    declaration.put(place, {"roles": roles, "post": cells["post"] or None}, STAFF, row)
    if cells["school"] and cells["school"] not in declaration.of("school"):
        reason = T("“{value}” is no school of schools.csv", value=cells["school"])
        declaration.complain(place, "school", reason)


def _demand_text(declaration: Declaration, key: str, name: str) -> None:
    if not declaration.objects[key][name]:
        declaration.complain(key, name, T("this must be filled in"))


def _demand_word(
    declaration: Declaration, key: str, name: str, words: tuple[str, ...] | list[str]
) -> None:
    if declaration.objects[key][name] not in words:
        declaration.complain(key, name, _one_of(words))


def _one_of(words: tuple[str, ...] | list[str]) -> Text:
    return T("write one of: {words}", words=", ".join(words))


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
