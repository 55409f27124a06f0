"""Turn a typst template and plain data into a PDF that always shows every character.

The data reaches the template as one JSON text and is never pasted into typst source, so that no
name or address is ever read as markup. The output is PDF/A-2u (ISO 19005-2, level U): it embeds
its fonts, keeps its text searchable, and typst refuses to write it when a glyph is missing.
"""

from __future__ import annotations

import json
import re
import threading
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst

from app.kernel.errors import QinchaoError, Refused
from app.kernel.text import T, Text

HERE = Path(__file__).parent
TEMPLATES = HERE / "templates"
FONTS = HERE / "fonts"
FAMILY = "Noto Sans SC"
WEIGHTS = frozenset({400, 700})

_MISSING_GLYPH = re.compile(r'the text `"(?P<escaped>.+?)"` could not be displayed')
_OVERFLOW = re.compile(r"overflow: (?P<what>.*)", re.DOTALL)
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_local = threading.local()


class DocumentError(QinchaoError):
    """A document cannot be made and no change of its data would help; the message says why."""

    def __init__(self, message: Text) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


def render(template: str, data: Mapping[str, Any], *, title: str, on: date) -> bytes:
    """Return ``templates/<template>.typ`` filled with ``data`` as PDF.

    ``data`` holds mappings, sequences, texts (a :class:`Text` is translated), numbers, booleans
    and None; ``title`` is what a reader shows in its window, ``on`` the day the document carries
    as its making. The same input gives the same bytes. Several threads may call it at once.

    Raises :class:`Refused` when a text holds a character that the font lacks or does not fit its
    place, naming it; :class:`DocumentError` when fonts are missing or the template is faulty.
    """
    texts = _clean({**data, "title": title})
    try:
        pdf, warnings = _compiler().compile_with_warnings(
            input=str(TEMPLATES / f"{template}.typ"),
            format="pdf",
            sys_inputs={"data": json.dumps(texts, ensure_ascii=False)},
            pdf_standards="a-2u",
            pdf_tags=False,  # made for paper: tags of a school's register weigh 18 times the text
            timestamp=datetime.combine(on, time(12), UTC),
        )
    except typst.TypstError as error:
        raise _explain(error, texts) from error
    if warnings or not isinstance(pdf, bytes):
        said = "; ".join(warning.message for warning in warnings)
        raise DocumentError(T("The template {name} is faulty: {said}", name=template, said=said))
    return pdf


def demand_some(papers: Sequence[object]) -> None:
    """Raise :class:`Refused` when there is no paper to print."""
    if not papers:
        raise Refused(T("There is nothing to print."))


@lru_cache(maxsize=1)
def _fonts(folder: Path) -> typst.Fonts:
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)]
    )
    if {font.weight for font in fonts.fonts() if font.family == FAMILY} >= WEIGHTS:
        return fonts
    raise DocumentError(
        T(
            "The font {family} (regular and bold) is not in {folder}: "
            "run “qinchao assets build” first.",
            family=FAMILY,
            folder="app/documents/fonts",
        )
    )


def _compiler() -> typst.Compiler:
    """Return this thread's compiler: typst refuses a second call on one that is at work."""
    fonts = _fonts(FONTS)
    if getattr(_local, "fonts", None) is not fonts:
        _local.fonts = fonts
        _local.compiler = typst.Compiler(root=str(TEMPLATES), font_paths=fonts)
    compiler: typst.Compiler = _local.compiler
    return compiler


def _clean(value: Any) -> Any:
    """Return ``value`` without invisible characters, which come along when people copy texts."""
    if isinstance(value, str | Text):
        return "".join(
            char if unicodedata.category(char) not in _INVISIBLE else _blank(char)
            for char in str(value)
        ).strip()
    if isinstance(value, Mapping):
        return {key: _clean(item) for key, item in value.items()}
    if isinstance(value, Sequence):
        return [_clean(item) for item in value]
    return value


def _blank(invisible: str) -> str:
    return " " if invisible.isspace() else ""


def _explain(error: typst.TypstError, data: Any) -> QinchaoError:
    if found := _MISSING_GLYPH.search(error.message):
        return _missing_glyph(found["escaped"], data)
    if found := _OVERFLOW.search(error.message):
        return Refused(
            T("{what}: there is more text than the paper holds. Shorten it.", what=found["what"])
        )
    return DocumentError(T("The document cannot be made: {said}", said=error.message))


def _missing_glyph(escaped: str, data: Any) -> Refused:
    code = re.fullmatch(r"\\u\{([0-9a-f]+)\}", escaped)
    char = chr(int(code[1], 16)) if code else escaped
    text = next((text for text in _texts(data) if char in text), char)
    return Refused(
        T(
            "“{text}”: the character {char} (U+{code}) cannot be printed. "
            "Write it another way, or leave it out and add it by hand.",
            text=text,
            char=char,
            code=f"{ord(char[0]):04X}",
        )
    )


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, Sequence):
        for item in value:
            yield from _texts(item)
