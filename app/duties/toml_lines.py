"""On which line of a TOML text each key stands; the reader of the standard library does not say."""

from __future__ import annotations

import tomllib

# The number of the [[duty]] a key stands in, None above the first; the key, "" for the heading.
Place = tuple[int | None, str]

# Only a line with one of these ends a statement of several lines: the others need no trying.
_ENDS = ("]", '"""', "'''")


def key_lines(content: str, tables: str) -> dict[Place, int]:
    """Return the first line of every key of a sound TOML text, counted from 1.

    ``tables`` is the name of its array of tables. A statement is what can be read alone, so
    strings and lists over many lines are followed exactly.
    """
    lines: dict[Place, int] = {}
    table: int | None = None
    begin, statement = 1, ""
    for number, line in enumerate(content.replace("\r\n", "\n").split("\n"), 1):
        begin = begin if statement else number
        statement = f"{statement}{line}\n"
        if number > begin and not any(end in line for end in _ENDS):
            continue
        found = _read(statement)
        if found is None:
            continue
        heading = statement.lstrip().startswith("[")
        if heading and isinstance(found.get(tables), list):
            table = 0 if table is None else table + 1
            lines[table, ""] = begin
        for key in _keys(found, tables) if heading else found:
            # [extra] belongs to no [[duty]], whatever stands above it.
            lines.setdefault((None if heading and tables not in found else table, key), begin)
        statement = ""
    return lines


def _read(statement: str) -> dict[str, object] | None:
    try:
        return tomllib.loads(statement)
    except (tomllib.TOMLDecodeError, RecursionError):
        return None


def _keys(heading: dict[str, object], tables: str) -> list[str]:
    """Return what a heading adds: nothing new for [[duty]], ``x`` for [duty.x] and for [x]."""
    inner = heading.get(tables) or heading
    return list(inner) if isinstance(inner, dict) else []
