"""One table of a TOML text, read field by field; what is wrong is noted with its line."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.duties.problems import Problem
from app.duties.toml_lines import Place
from app.kernel.text import T, Text


@dataclass
class Table:
    """The top of a policy (``index`` None) or one of its duties.

    A field that is wrong is noted in ``problems`` and read as something harmless, so that one
    reading finds everything there is to mend.
    """

    values: dict[str, Any]
    lines: dict[Place, int]
    index: int | None
    problems: list[Problem]

    def __contains__(self, key: str) -> bool:
        return key in self.values

    def line(self, key: str) -> int:
        """Return the line of a key; of the table's heading where the key is not there."""
        places = [(self.index, key), (self.index, "")]
        if self.index is not None:
            places.append((None, "duty"))
        return next((self.lines[place] for place in places if place in self.lines), 0)

    def complain(self, key: str, reason: Text) -> None:
        """Note what is wrong with a key."""
        self.problems.append(Problem(self.line(key), reason))

    def only(self, allowed: Collection[str]) -> None:
        """Refuse keys that are not known: a slip of the pen would otherwise mean nothing."""
        words = ", ".join(allowed)
        for key in self.values:
            if key not in allowed:
                self.complain(key, T("“{key}” is no key here: {words}", key=key, words=words))

    def text(self, key: str, *, needed: bool = True, most: int = 80) -> str:
        """Return a text of at most ``most`` characters without the spaces around it."""
        if key not in self.values:
            if needed:
                self._missing(key)
            return ""
        value = self.values[key]
        if not isinstance(value, str) or (needed and not value.strip()):
            self.complain(key, T("“{key}” must be a text in quotation marks", key=key))
            return ""
        if len(value) > most:
            self.complain(key, T("“{key}” is longer than {most} characters", key=key, most=most))
        if not "".join(value.split()).isprintable():
            self.complain(key, T("“{key}” has a character that nobody can see", key=key))
        return value.strip()

    def match(self, key: str, pattern: re.Pattern[str], form: Text) -> str:
        """Return a text of a given form."""
        value = self.text(key)
        if value and not pattern.fullmatch(value):
            self._not(key, value, form)
        return value

    def matches(self, key: str, pattern: re.Pattern[str], form: Text) -> tuple[str, ...]:
        """Return texts of a given form; one may stand without brackets."""
        values = self._texts(key)
        for value in values:
            if not pattern.fullmatch(value):
                self._not(key, value, form)
        return values

    def word(self, key: str, allowed: Collection[str], default: str | None = None) -> str:
        """Return one of the allowed words."""
        if key not in self.values and default is not None:
            return default
        value = self.text(key)
        if value and value not in allowed:
            self._not_allowed(key, value, allowed)
        return value

    def words(
        self, key: str, allowed: Collection[str], default: tuple[str, ...] | None
    ) -> tuple[str, ...]:
        """Return one or more of the allowed words; one may stand without brackets."""
        if key not in self.values and default is not None:
            return default
        values = self._texts(key)
        for value in values:
            if value not in allowed:
                self._not_allowed(key, value, allowed)
        return values

    def number(self, key: str, low: int, high: int, default: int) -> int:
        """Return a whole number between two others."""
        value = self.values.get(key, default)
        if _is_number(value, low, high):
            return int(value)
        why = T("“{key}” must be a number from {low} to {high}", key=key, low=low, high=high)
        self.complain(key, why)
        return default

    def numbers(self, key: str, low: int, high: int) -> tuple[int, ...]:
        """Return a list of whole numbers, none when it is not there."""
        values = self.values.get(key, [])
        if isinstance(values, list) and all(_is_number(value, low, high) for value in values):
            return tuple(sorted(set(values)))
        why = T(
            "“{key}” must be numbers from {low} to {high}, like [1, 2]", key=key, low=low, high=high
        )
        self.complain(key, why)
        return ()

    def day(self, key: str) -> date | None:
        """Return a day, written plainly or in quotation marks, None when it is not there."""
        value = self.values.get(key)
        if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
            return value
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            self.complain(key, T("“{key}” must be a day like 2026-09-01", key=key))
            return None

    def _texts(self, key: str) -> tuple[str, ...]:
        if key not in self.values:
            self._missing(key)
            return ()
        value = self.values[key]
        values = value if isinstance(value, list) else [value]
        if not values or not all(isinstance(item, str) and item.strip() for item in values):
            why = T("“{key}” must be a word or a list of words in quotation marks", key=key)
            self.complain(key, why)
            return ()
        return tuple(dict.fromkeys(item.strip() for item in values))

    def _missing(self, key: str) -> None:
        self.complain(key, T("“{key}” is missing", key=key))

    def _not(self, key: str, value: str, form: Text) -> None:
        self.complain(
            key, T("“{value}” cannot be “{key}”: write {form}", key=key, value=value, form=form)
        )

    def _not_allowed(self, key: str, value: str, allowed: Collection[str]) -> None:
        words = ", ".join(allowed)
        why = T(
            "“{value}” is no word for “{key}”: write {words}", key=key, value=value, words=words
        )
        self.complain(key, why)


def _is_number(value: object, low: int, high: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
