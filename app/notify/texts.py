"""Texts kept as they were written, and read in the reader's own language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.kernel.text import Text


def kept(text: Text | str) -> dict[str, Any]:
    """Return a text as JSON; a plain string is kept as data that nobody translates."""
    if isinstance(text, str):
        return {"plain": text}
    values = {name: _value(value) for name, value in text.values}
    return {"msgid": text.msgid, "domain": text.domain, "values": values}


def _value(value: Any) -> Any:
    return value if isinstance(value, str | int) else str(value)


def told(found: Mapping[str, Any]) -> Text | str:
    """Return what :func:`kept` was given."""
    if "plain" in found:
        return str(found["plain"])
    return Text(found["msgid"], found["domain"], tuple(sorted(found["values"].items())))
