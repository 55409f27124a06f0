"""Keeping the catalogues complete: what is missing, filling it in, compiling."""

from __future__ import annotations

import fcntl
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import IO

import click
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from app.runtime.places import PROJECT

LOCALE = "zh_Hans"
_METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
_KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None, "T": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2),
}  # fmt: skip
_OPTIONS = {"**/templates/**.html": {"trimmed": "true"}}


def domains() -> dict[str, tuple[Path, Path]]:
    """Return each catalogue's name with the source folder and the translations folder."""
    found = {"messages": (PROJECT / "app", PROJECT / "translations")}
    for manifest in sorted((PROJECT / "plugins").glob("*/manifest.py")):
        folder = manifest.parent
        found[folder.name] = (folder, folder / "translations")
    return found


def _po(domain: str) -> Path:
    return domains()[domain][1] / LOCALE / "LC_MESSAGES" / f"{domain}.po"


def _template(domain: str) -> Catalog:
    source = domains()[domain][0]
    catalog = Catalog(locale=None, domain=domain)
    for name, _line, message, _comments, context in extract_from_dir(
        str(source), _METHODS, _OPTIONS, keywords=_KEYWORDS, strip_comment_tags=True
    ):
        if "/tests/" not in f"/{name}":
            catalog.add(message, None, [], context=context)
    return catalog


def _read(domain: str) -> Catalog:
    path = _po(domain)
    if not path.is_file():
        return Catalog(locale=LOCALE, domain=domain)
    with path.open("rb") as file:
        return read_po(file, locale=LOCALE, domain=domain)


def _updated(domain: str) -> Catalog:
    catalog = _read(domain)
    catalog.update(_template(domain), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    return catalog


def _is_missing(translation: object) -> bool:
    return not (all(translation) if isinstance(translation, tuple) else translation)


def missing(domain: str) -> list[str]:
    """Return the messages of ``domain`` that have no Chinese."""
    return [
        m.id if isinstance(m.id, str) else m.id[0]
        for m in _updated(domain)
        if m.id and _is_missing(m.string)
    ]


def compile_all() -> None:
    """Compile every catalogue for use."""
    for domain in domains():
        path = _po(domain)
        if path.is_file():
            with path.with_suffix(".mo").open("wb") as out:
                write_mo(out, _read(domain))


def _save(domain: str, catalog: Catalog) -> None:
    path = _po(domain)
    path.parent.mkdir(parents=True, exist_ok=True)
    text = BytesIO()
    write_po(text, catalog, sort_output=True, no_location=True, omit_header=False, width=100)
    lines = text.getvalue().decode().splitlines(keepends=True)
    kept = [x for x in lines if not x.startswith(('"POT-Creation', '"PO-Revision', '"Generated'))]
    path.write_text("".join(kept), encoding="utf-8")


@contextmanager
def _alone() -> Iterator[None]:
    folder = os.open(PROJECT / "translations", os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


@click.group()
def i18n() -> None:
    """Look after the translations."""


@i18n.command("missing")
def list_missing() -> None:
    """Print, as JSON by catalogue, the messages without Chinese."""
    found = {domain: missing(domain) for domain in domains()}
    click.echo(json.dumps({d: m for d, m in found.items() if m}, ensure_ascii=False, indent=1))


@i18n.command()
@click.argument("file", type=click.File("r", encoding="utf-8"), default="-")
def fill(file: IO[str]) -> None:
    """Fill in Chinese from a JSON object {"English": "Chinese"}; unknown messages are ignored."""
    given: dict[str, str] = json.load(file)
    with _alone():
        for domain in domains():
            catalog = _updated(domain)
            for message in catalog:
                key = message.id if isinstance(message.id, str) else message.id[0]
                if key and key in given:
                    message.string = given[key] if isinstance(message.id, str) else (given[key],)
            _save(domain, catalog)
        compile_all()


@i18n.command()
def check() -> None:
    """Fail when a message has no Chinese or a catalogue is out of date."""
    failed = False
    for domain in domains():
        for message in missing(domain):
            click.echo(f"{domain}: no Chinese for {message!r}", err=True)
            failed = True
        stale = {m.id for m in _read(domain)} - {m.id for m in _template(domain)} - {""}
        for message_id in sorted(map(str, stale)):
            click.echo(f"{domain}: no longer used: {message_id!r}", err=True)
            failed = True
    sys.exit(1 if failed else 0)


@i18n.command("compile")
def compile_command() -> None:
    """Compile every catalogue."""
    compile_all()
