"""Writing a centre's folder from plain objects; reading it again gives the same objects."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

from app.tenancy.declaration import (
    CENTER,
    SCHOOL_COLUMNS,
    SCHOOLS,
    STAFF,
    STAFF_COLUMNS,
    WORDING,
    Declaration,
    Fields,
    Value,
)

_DAYS = ("starts_on", "ends_on", "day", "from")


def write_folder(declaration: Declaration, folder: Path) -> None:
    """Write the four files into ``folder``, which is made when it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        CENTER: _center(declaration),
        WORDING: _table({name: f["value"] for name, f in declaration.of("wording").items()}),
        SCHOOLS: _csv(SCHOOL_COLUMNS, _schools(declaration)),
        STAFF: _csv(STAFF_COLUMNS, _staff(declaration)),
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")


def _center(declaration: Declaration) -> str:
    parts = [_table({"slug": declaration.slug, **declaration.objects["center"]})]
    settings = {name: f["value"] for name, f in declaration.of("setting").items()}
    if settings:
        parts.append(f"[settings]\n{_table(settings)}")
    for code, fields in declaration.of("term").items():
        parts.append("[[terms]]\n" + _table({"code": code, **fields}))
    for day, fields in declaration.of("day").items():
        parts.append("[[days]]\n" + _table({"day": day, **fields}))
    for place, fields in declaration.of("policy").items():
        pack, _, school = place.partition("/")
        of = {"school": school or None}
        parts.append("[[policies]]\n" + _table({"pack": pack, **of, **fields}))
    return "\n".join(parts)


def _table(fields: Fields) -> str:
    return "".join(f"{k} = {_toml(k, v)}\n" for k, v in fields.items() if v is not None)


def _toml(name: str, value: Value) -> str:
    if name in _DAYS:
        return str(value)
    # Texts, numbers, true/false and lists of texts are spelled as in JSON.
    return json.dumps(value, ensure_ascii=False)


def _schools(declaration: Declaration) -> list[list[str]]:
    return [
        [code, *(_cell(fields[name]) for name in SCHOOL_COLUMNS[1:])]
        for code, fields in declaration.of("school").items()
    ]


def _staff(declaration: Declaration) -> list[list[str]]:
    people = declaration.of("staff")
    rows = []
    for place, fields in declaration.of("membership").items():
        number, _, school = place.partition("/")
        person = people[number]
        known = [number, *(_cell(person[name]) for name in ("name", "sex", "kind"))]
        rows.append([*known, _cell(fields["roles"]), school, _cell(fields["post"])])
    return rows


def _cell(value: Value) -> str:
    if isinstance(value, list):
        return " ".join(value)
    return "" if value is None else str(value)


def _csv(columns: tuple[str, ...], rows: list[list[str]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return out.getvalue()
