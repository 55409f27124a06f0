"""The catalogue of the core or of one module: what its files say, and the Chinese of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

LOCALE = "zh_Hans"
_METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
_KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None, "T": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2),
}  # fmt: skip
_OPTIONS = {"**/templates/**.html": {"trimmed": "true"}}


@dataclass(frozen=True)
class Catalogue:
    """A domain: the folder whose texts it holds, and the folder of its translations."""

    domain: str
    source: Path
    translations: Path

    @property
    def po(self) -> Path:
        """Return the file of the Chinese."""
        return self.translations / LOCALE / "LC_MESSAGES" / f"{self.domain}.po"

    def said(self) -> Catalog:
        """Return the messages that the files say; tests apart."""
        catalog = Catalog(locale=None, domain=self.domain)
        for name, _line, message, _comments, context in extract_from_dir(
            str(self.source), _METHODS, _OPTIONS, keywords=_KEYWORDS, strip_comment_tags=True
        ):
            if "/tests/" not in f"/{name}":
                catalog.add(message, None, [], context=context)
        return catalog

    def stored(self) -> Catalog:
        """Return what the file of the Chinese holds; nothing without a file."""
        if not self.po.is_file():
            return Catalog(locale=LOCALE, domain=self.domain)
        with self.po.open("rb") as file:
            return read_po(file, locale=LOCALE, domain=self.domain)

    def updated(self) -> Catalog:
        """Return what the files say with the Chinese there is."""
        catalog = self.stored()
        catalog.update(self.said(), no_fuzzy_matching=True)
        catalog.obsolete.clear()
        return catalog

    def missing(self) -> list[str]:
        """Return the messages without Chinese."""
        return [
            m.id if isinstance(m.id, str) else m.id[0]
            for m in self.updated()
            if m.id and not (all(m.string) if isinstance(m.string, tuple) else m.string)
        ]

    def stale(self) -> list[str]:
        """Return the messages with Chinese that no file says any more."""
        gone = {m.id for m in self.stored()} - {m.id for m in self.said()} - {""}
        return sorted(map(str, gone))

    def fill(self, given: Mapping[str, str]) -> None:
        """Write the Chinese of what the files say; what is not in ``given`` stays."""
        catalog = self.updated()
        for message in catalog:
            key = message.id if isinstance(message.id, str) else message.id[0]
            if key and key in given:
                message.string = given[key] if isinstance(message.id, str) else (given[key],)
        self._save(catalog)

    def compile(self) -> None:
        """Compile it for use."""
        if self.po.is_file():
            with self.po.with_suffix(".mo").open("wb") as out:
                write_mo(out, self.stored())

    def _save(self, catalog: Catalog) -> None:
        self.po.parent.mkdir(parents=True, exist_ok=True)
        text = BytesIO()
        write_po(text, catalog, sort_output=True, no_location=True, omit_header=False, width=100)
        lines = text.getvalue().decode().splitlines(keepends=True)
        changing = ('"POT-Creation', '"PO-Revision', '"Generated')
        kept = [line for line in lines if not line.startswith(changing)]
        self.po.write_text("".join(kept), encoding="utf-8")
