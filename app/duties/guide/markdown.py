"""The little Markdown that the pages about policies need."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.kernel.text import T, Text


def joined(words: Iterable[str]) -> str:
    """Return words one after the other: 家访、谈心."""
    return "、".join(words)


def either(words: Sequence[str]) -> str:
    """Return words of which any will do."""
    return str(T("one of {kinds}", kinds=joined(words))) if len(words) > 1 else words[0]


def items(lines: Iterable[str]) -> str:
    """Return a list with a point a line."""
    return "\n".join(f"- {line}" for line in lines)


def table(heads: Iterable[Text], rows: Iterable[Sequence[str]]) -> str:
    """Return a table."""
    titles = [str(head) for head in heads]
    lines = [titles, ["---"] * len(titles), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in row)} |" for row in lines)


def text(parts: Iterable[str]) -> str:
    """Return parts with an empty line between them; empty ones are left out."""
    return "\n\n".join(part for part in parts if part) + "\n"


def heading(words: Text) -> str:
    """Return the heading of a part."""
    return f"## {words}"
