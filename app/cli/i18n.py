"""Keeping the catalogues complete: what is missing, filling it in, compiling."""

from __future__ import annotations

import fcntl
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

import click

from app.kit.catalogues import Catalogue
from app.runtime.places import PROJECT


def domains() -> dict[str, Catalogue]:
    """Return each catalogue by its name."""
    found = {"messages": Catalogue("messages", PROJECT / "app", PROJECT / "translations")}
    for manifest in sorted((PROJECT / "plugins").glob("*/manifest.py")):
        folder = manifest.parent
        found[folder.name] = Catalogue(folder.name, folder, folder / "translations")
    return found


def missing(domain: str) -> list[str]:
    """Return the messages of ``domain`` that have no Chinese."""
    return domains()[domain].missing()


def compile_all() -> None:
    """Compile every catalogue for use."""
    for catalogue in domains().values():
        catalogue.compile()


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
        for catalogue in domains().values():
            catalogue.fill(given)
        compile_all()


@i18n.command()
def check() -> None:
    """Fail when a message has no Chinese or a catalogue is out of date."""
    failed = False
    for domain, catalogue in domains().items():
        for message in catalogue.missing():
            click.echo(f"{domain}: no Chinese for {message!r}", err=True)
            failed = True
        for message in catalogue.stale():
            click.echo(f"{domain}: no longer used: {message!r}", err=True)
            failed = True
    sys.exit(1 if failed else 0)


@i18n.command("compile")
def compile_command() -> None:
    """Compile every catalogue."""
    compile_all()
