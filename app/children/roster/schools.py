"""Which school a workbook, a sheet or a row speaks of."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from app.children.roster.rows import SchoolHint
from app.sheets.clean import text_of
from app.sheets.workbook import Sheet

_NOISE = re.compile(r"[\s\u200b-\u200f\ufeff()（）【】\[\]·.]+")
_SCHOOL_NAME = re.compile(r".{2,}(?:学校|小学|中学|初中|幼儿园|教学点|中心校|完小)")


class SchoolFinder:
    """Finds schools by code, name or alias, in text that may say more than the name."""

    def __init__(self, schools: Sequence[SchoolHint]) -> None:
        self._by_word: dict[str, SchoolHint | None] = {}
        for school in schools:
            for word in {school.code, school.name, *school.aliases}:
                plain = _plain(word)
                # A word two schools share names neither.
                known = self._by_word.get(plain, school)
                self._by_word[plain] = school if known is school else None
        self._long_first = sorted(
            (word for word in self._by_word if len(word) > 2), key=len, reverse=True
        )

    def exact(self, text: str) -> SchoolHint | None:
        """Return the school that is called or coded exactly so."""
        return self._by_word.get(_plain(text))

    def within(self, text: str) -> SchoolHint | None:
        """Return the one school named in a longer text, such as the title of a sheet."""
        rest = _plain(text)
        found: set[SchoolHint] = set()
        for word in self._long_first:
            school = self._by_word[word]
            if school is not None and word in rest:
                found.add(school)
                rest = rest.replace(word, "\n")  # a shorter name inside a longer one is not meant
        return found.pop() if len(found) == 1 else None

    def of_sheet(self, sheet: Sheet, heading_row: int) -> SchoolHint | None:
        """Return the school named by the sheet's tab or by the lines above its headings."""
        named = self.exact(sheet.name) or self.within(sheet.name)
        if named:
            return named
        above = [text_of(cell) for row in sheet.rows[: heading_row - 1] for cell in row]
        return self.within("\n".join(above))


def looks_like_school(name: str) -> bool:
    """Tell whether a sheet's name is that of a school: 清溪镇东岭小学, not 小学三年级."""
    return _SCHOOL_NAME.fullmatch(_plain(name)) is not None


def _plain(text: str) -> str:
    return _NOISE.sub("", unicodedata.normalize("NFKC", text))
