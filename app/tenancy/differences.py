"""What applying a folder would change, field by field."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.tenancy.declaration import Fields, Objects, Value

ADDED, CHANGED, KEPT = "added", "changed", "kept"


@dataclass(frozen=True)
class Difference:
    """One field that differs. ``kept``: it was changed on a page since the last apply."""

    key: str
    field: str
    before: Value
    after: Value
    state: str


def compare(
    declared: Objects, current: Objects, last: Objects, *, force: bool = False
) -> list[Difference]:
    """Return what to do for ``declared`` to hold, given the database and the last apply.

    A field that no longer has the value that was last applied is kept, unless ``force``.
    """
    return [
        difference
        for key, fields in declared.items()
        for difference in _of_object(key, fields, current.get(key), last.get(key, {}), force=force)
    ]


def _of_object(
    key: str, fields: Fields, current: Fields | None, last: Fields, *, force: bool
) -> Iterator[Difference]:
    for name, value in fields.items():
        if current is None:
            yield Difference(key, name, None, value, ADDED)
        elif current.get(name) != value:
            touched = name not in last or current.get(name) != last[name]
            state = KEPT if touched and not force else CHANGED
            yield Difference(key, name, current.get(name), value, state)


def settled(fields: Fields, last: Fields, kept: set[str]) -> Fields:
    """Return what was applied of an object, to be remembered; kept fields stay as they were."""
    return {
        name: last.get(name) if name in kept else value
        for name, value in fields.items()
        if name not in kept or name in last
    }
