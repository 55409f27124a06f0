"""What a browser would send of the form that a page shows, untouched."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, list[str]] = {}
        self._select = self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the value of a box, a tick or a choice."""
        found = dict(attrs)
        name = found.get("name") or ""
        if tag == "select":
            self._select = name
        elif tag == "textarea":
            self._area = name
            self.fields[name] = [""]
        elif tag == "option" and "selected" in found:
            self._keep(self._select, found.get("value") or "")
        elif tag == "input" and name and name != "csrf_token":
            ticked = found.get("type") not in ("checkbox", "radio") or "checked" in found
            if ticked:
                self._keep(name, found.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        """Leave a box of many lines."""
        if tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        """Take the text of a box of many lines."""
        if self._area:
            self.fields[self._area][0] += data.strip()

    def _keep(self, name: str, value: str) -> None:
        self.fields.setdefault(name, []).append(value)


def fields_of(page: str) -> dict[str, Any]:
    """Return the fields of a page's forms by name, each with all its values."""
    reader = _Reader()
    reader.feed(page)
    return dict(reader.fields)
