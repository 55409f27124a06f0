"""The named cells of one row, cleaned, with a finding for whatever was not as it should be."""

from __future__ import annotations

from datetime import date

from app.children.roster.rows import RosterRow
from app.kernel import dates, phones
from app.kernel.text import T, Text
from app.sheets.clean import Note, clean_text, is_placeholder, without_control
from app.sheets.workbook import Cell

SHORTEST_LIMIT = 20
LONGEST = {"name": 50, "former_name": 50, "ethnic_group": 20, "class": 40, "grade": 40}
LONGEST_OTHER = 200


class Cells:
    """Cells by key; every reader notes what is wrong in the row it belongs to."""

    def __init__(self, row: RosterRow, values: dict[str, Cell], clean: dict[str, str]) -> None:
        """``clean`` remembers for a whole check what a text reads once it is cleaned."""
        self.row = row
        self.values = values
        self._clean = clean

    def neutralise(self) -> None:
        """Take control characters out of every cell; each that had some is a warning."""
        joined = "".join([cell for cell in self.values.values() if isinstance(cell, str)])
        if without_control(joined) == joined:
            return
        for key, cell in self.values.items():
            if isinstance(cell, str) and (text := without_control(cell)) != cell:
                self.values[key] = text
                reason = T("Invisible control characters were removed: check the cell")
                self.row.warn(key, "control_characters", reason)

    def raw(self, key: str) -> Cell:
        """Return the cell as it was read, "" when there is none."""
        return self.values.get(key, "")

    def text(self, key: str) -> str:
        """Return harmless text, "" for an empty cell, a dash or 无."""
        cell = self.values.get(key, "")
        if cell == "":
            return ""
        known = self._clean.get(cell) if isinstance(cell, str) else None
        if known is not None:
            return known
        text, notes = clean_text(cell)
        text = "" if is_placeholder(text) else text
        if notes:
            self._note(key, text, notes)
        elif isinstance(cell, str):
            self._clean[cell] = text
        return text

    def bounded(self, key: str) -> str | None:
        """Return text that fits its field; refuse the row when it does not."""
        text = self.text(key) if key in self.values else ""
        if len(text) <= SHORTEST_LIMIT:
            return text or None
        limit = LONGEST.get(key.rpartition(".")[2], LONGEST_OTHER)
        if len(text) > limit:
            reason = T("The text has more than {limit} characters: shorten it", limit=limit)
            self.row.refuse(key, "too_long", reason)
            return None
        return text or None

    def several_lines(self, key: str) -> bool:
        """Tell whether a cell holds more than one line: probably two people."""
        cell = self.values.get(key, "")
        return isinstance(cell, str) and len(cell.split()) > 1 and len(cell.splitlines()) > 1

    def day(self, key: str) -> date | None:
        """Return the date; a wrong one is a warning."""
        cell = self.values.get(key, "")
        if cell == "" or (isinstance(cell, str) and is_placeholder(cell.strip())):
            return None
        day = dates.parse_date(cell)
        if isinstance(day, Text):
            self.row.warn(key, "date_invalid", day)
            return None
        return day

    def phones(self, key: str) -> tuple[str, ...]:
        """Return the valid numbers of a cell; others are a warning."""
        cell = self.values.get(key, "")
        if cell == "" or isinstance(cell, date | bool):
            return ()
        if isinstance(cell, str) and is_placeholder(cell.strip()):
            return ()
        found = phones.parse(cell)
        for phone in found:
            if not phone.valid:
                reason = T(
                    "“{number}” is not a telephone number: ask the family and correct it",
                    number=phone.number,
                )
                self.row.warn(key, "phone_invalid", reason)
        return tuple(phone.number for phone in found if phone.valid)

    def word(self, key: str, words: dict[str, str]) -> str | None:
        """Return what a fixed word means; an unknown one is a warning."""
        text = self.text(key) or str(self.values.get(key, "")).strip()
        if not text:
            return None
        meaning = words.get(text)
        if meaning is None and not is_placeholder(text):
            reason = T("“{text}” is not one of the usual words and was left out", text=text)
            self.row.warn(key, "word_unknown", reason)
        return meaning

    def _note(self, key: str, text: str, notes: tuple[Note, ...]) -> None:
        if Note.FORMULA in notes:
            reason = T(
                "“{text}” looks like a formula and is kept as plain text: correct it", text=text
            )
            self.row.warn(key, "formula_text", reason)
