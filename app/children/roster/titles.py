"""What the keys and words of a report are called on a page: as school sheets call them."""

from __future__ import annotations

from typing import Any

from app.children.roster.fields import CHILD_FIELDS, OTHER, PEOPLE, PERSON_FIELDS
from app.children.roster.words import BOTH, NONE, ONE, UNKNOWN
from app.children.words import BOARDING, SEXES
from app.kernel.text import T, Text

LEFT_BEHIND: dict[str, Text] = {
    BOTH: T("Both parents away"),
    ONE: T("One parent away"),
    NONE: T("Not left behind"),
    UNKNOWN: T("Not known"),
}
_COLUMNS = {"birth_date": "birth", "note": "remark"}


def field_title(key: str | None) -> str:
    """Return the usual heading of a field: ``father.phone`` is 父亲联系电话."""
    if not key or key.startswith(OTHER) or ".other_" in key:
        return ""
    key = _COLUMNS.get(key, key)
    person, _, part = key.rpartition(".")
    if not person:
        return CHILD_FIELDS[key][0] if key in CHILD_FIELDS else key
    return PEOPLE[person][0] + PERSON_FIELDS[part][0]


def value_title(field: str, value: str | None) -> str | None:
    """Return a stored word as a page says it; other values stay as they are."""
    words: dict[str, dict[str, Text]] = {"sex": SEXES, "boarding": BOARDING}
    found = words.get(field, {}).get(value or "")
    return str(found) if found else value


def own_heading(sheets: list[dict[str, Any]], sheet: str, key: str | None) -> str:
    """Return the heading of a field in that very sheet, else its usual one."""
    for found in sheets:
        if found["name"] == sheet:
            for heading, meaning in found["mapping"].items():
                if key and meaning == key:
                    return str(heading)
    return field_title(key)
